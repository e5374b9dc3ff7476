import type { SamplerReport, SamplingReport, SizeQuantile } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import type * as wire from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { Samplings } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { nonNegative, toTimeMs } from './numbers.ts';

/** @throws {ProtocolError} for any content that no writer writes. */
export function readSamplings({ epoch, streams }: wire.SamplingReport, session: LinkSession): Samplings {
  atMost(streams.length, LIMITS.streams, 'streams');
  const reports = streams.map((stream) => readStream(stream, session));
  return { kind: 'samplings', epoch: toTimeMs(epoch, 'epoch'), reports };
}

function readStream(from: wire.StreamSampling, session: LinkSession): SamplingReport {
  const { shadows, budgetShare, reason, hotKeys } = from;
  atMost(shadows.length, LIMITS.shadows, 'shadows');
  atMost(hotKeys.length, LIMITS.hotKeys, 'hot keys');
  return {
    stream: session.streamName(from.stream),
    atMs: toTimeMs(from.atMs, 'at_ms'),
    spanMs: from.spanMs,
    ...readSampler(from.sampler),
    offered: nonNegative(from.offered, 'offered'),
    recordNs: optional(from.recordNs, 'record_ns'),
    overheadShare: optional(from.overheadShare, 'overhead_share'),
    budget:
      budgetShare === undefined
        ? undefined
        : { share: nonNegative(budgetShare, 'budget_share'), reason: text(reason, 'reason') },
    recordsError: optional(from.recordsError, 'records_error'),
    bytesError: optional(from.bytesError, 'bytes_error'),
    distinctKeysError: optional(from.distinctKeysError, 'distinct_keys_error'),
    sizes: readSizes(from.sizes),
    hotKeys: hotKeys.map(({ partition, key, share, low }) => {
      if (key.length > LIMITS.keyLength) {
        throw new ProtocolError(
          'INVALID_NAME',
          `key of ${key.length} characters; at most ${LIMITS.keyLength}`,
        );
      }
      return { partition, key, share: rate(share, 'share'), low: rate(low, 'low') };
    }),
    shadows: shadows.map(({ name, sampler }) => ({ name: text(name, 'name'), ...readSampler(sampler) })),
  };
}

function readSampler(sampler: wire.Sampler | undefined): SamplerReport {
  if (sampler === undefined) throw new ProtocolError('COUNT_MISMATCH', 'a stream without a sampler');
  return {
    kind: text(sampler.kind, 'kind'),
    minRate: rate(sampler.minRate, 'min_rate'),
    maxRate: rate(sampler.maxRate, 'max_rate'),
    kept: nonNegative(sampler.kept, 'kept'),
    dropped: nonNegative(sampler.dropped, 'dropped'),
  };
}

function readSizes(sizes: readonly number[]): SizeQuantile[] {
  atMost(sizes.length, 4 * LIMITS.quantiles, 'sizes');
  if (sizes.length % 4 !== 0) throw new ProtocolError('COUNT_MISMATCH', `sizes: ${sizes.length} entries`);
  const at = (i: number): number => nonNegative(sizes[i]!, 'sizes');
  return Array.from({ length: sizes.length / 4 }, (_, i) => ({
    quantile: at(4 * i),
    sizeBytes: at(4 * i + 1),
    low: at(4 * i + 2),
    high: at(4 * i + 3),
  }));
}

function optional(value: number | undefined, field: string): number | undefined {
  return value === undefined ? undefined : nonNegative(value, field);
}

function rate(value: number, field: string): number {
  if (value >= 0 && value <= 1) return value;
  throw new ProtocolError('OUT_OF_RANGE', `${field}: ${value}; 0–1`);
}

function text(value: string, field: string): string {
  if (value.length <= LIMITS.nameLength) return value;
  throw new ProtocolError('INVALID_NAME', `${field} of ${value.length} characters`);
}

function atMost(count: number, most: number, what: string): void {
  if (count > most) throw new ProtocolError('TOO_MANY', `${count} ${what}; at most ${most}`);
}
