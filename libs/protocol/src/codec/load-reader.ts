import type { LoadSample } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import type { LoadReport, StreamLoads } from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { Loads } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { readMeasure } from './measure.ts';
import { checkColumn, checkWindowMs, toTimeMs } from './numbers.ts';

/** @throws {ProtocolError} for any content that no writer writes. */
export function readLoads(report: LoadReport, session: LinkSession): Loads {
  const atMs = toTimeMs(report.atMs, 'atMs');
  const epoch = toTimeMs(report.epoch, 'epoch');
  const windowMs = checkWindowMs(report.windowMs);
  const count = report.streams.reduce((sum, s) => sum + s.partitions.length, 0);
  if (count > LIMITS.partitions) throw new ProtocolError('TOO_MANY', `loads of ${count} partitions`);
  const samples = report.streams.flatMap((stream) => readStream(stream, session, atMs, windowMs));
  return { kind: 'loads', epoch, seq: report.seq, samples };
}

function readStream(loads: StreamLoads, session: LinkSession, atMs: number, windowMs: number): LoadSample[] {
  const rows = loads.partitions.length;
  checkColumn(loads.sampled, rows, 'sampled', true);
  checkColumn(loads.dropped, rows, 'dropped', true);
  checkColumn(loads.refused, rows, 'refused', true);
  const records = readMeasure(loads.recordsPerSec, rows, windowMs, 'records_per_sec');
  const bytes = readMeasure(loads.bytesPerSec, rows, windowMs, 'bytes_per_sec');
  const work = readMeasure(loads.workPerSec, rows, windowMs, 'work_per_sec');
  const keys = readMeasure(loads.distinctKeys, rows, 1000, 'distinct_keys');
  return loads.partitions.map((partition, i) => ({
    partition: session.key(loads.stream, partition),
    atMs,
    windowMs,
    recordsPerSec: records[i],
    bytesPerSec: bytes[i],
    workPerSec: work[i],
    distinctKeys: keys[i],
    sampled: loads.sampled[i] ?? 0,
    dropped: loads.dropped[i] ?? 0,
    refused: loads.refused[i] ?? 0,
  }));
}
