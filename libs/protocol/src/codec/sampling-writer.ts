import { create } from '@bufbuild/protobuf';
import type { SamplerReport, SamplingReport } from '@foreshadow/domain';
import * as wire from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { LinkSession } from '../session.ts';
import { fromTimeMs, nonNegative, uint32 } from './numbers.ts';

/** Streams of one message: each takes some 150 bytes, with sixteen shadow streams of long names 2.5 kB. */
export const STREAMS_PER_SAMPLING_REPORT = 50;

/** @throws {ProtocolError} with the reason for which it cannot travel. */
export function writeSampling(report: SamplingReport, session: LinkSession): wire.StreamSampling {
  const { budget, sizes, shadows, hotKeys } = report;
  return create(wire.StreamSamplingSchema, {
    stream: session.streamNumber(report.stream),
    atMs: fromTimeMs(report.atMs, 'atMs'),
    spanMs: uint32(report.spanMs, 'spanMs'),
    sampler: writeSampler(report),
    offered: nonNegative(report.offered, 'offered'),
    ...present({
      recordNs: report.recordNs,
      overheadShare: report.overheadShare,
      budgetShare: budget?.share,
      recordsError: report.recordsError,
      bytesError: report.bytesError,
      distinctKeysError: report.distinctKeysError,
    }),
    reason: (budget?.reason ?? '').slice(0, LIMITS.nameLength),
    sizes: sizes
      .slice(0, LIMITS.quantiles)
      .flatMap(({ quantile, sizeBytes, low, high }) => [quantile, sizeBytes, low, high])
      .map((value) => nonNegative(value, 'sizes')),
    hotKeys: hotKeys.slice(0, LIMITS.hotKeys).map(({ partition, key, share, low }) => ({
      partition: uint32(partition, 'partition'),
      key: key.slice(0, LIMITS.keyLength),
      share: nonNegative(share, 'share'),
      low: nonNegative(low, 'low'),
    })),
    shadows: shadows.slice(0, LIMITS.shadows).map(({ name, ...shadow }) => ({
      name: name.slice(0, LIMITS.nameLength),
      sampler: writeSampler(shadow),
    })),
  });
}

function writeSampler({ kind, minRate, maxRate, kept, dropped }: SamplerReport): wire.Sampler {
  return create(wire.SamplerSchema, {
    kind: kind.slice(0, LIMITS.nameLength),
    minRate: nonNegative(minRate, 'minRate'),
    maxRate: nonNegative(maxRate, 'maxRate'),
    kept: nonNegative(kept, 'kept'),
    dropped: nonNegative(dropped, 'dropped'),
  });
}

/** What is known of some numbers ≥ 0. */
function present<K extends string>(numbers: Record<K, number | undefined>): Partial<Record<K, number>> {
  const known = Object.entries(numbers).filter((entry): entry is [K, number] => entry[1] !== undefined);
  return Object.fromEntries(known.map(([name, value]) => [name, nonNegative(value, name)])) as Partial<
    Record<K, number>
  >;
}
