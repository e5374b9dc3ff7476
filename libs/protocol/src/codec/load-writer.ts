import { create } from '@bufbuild/protobuf';
import type { Estimate, LoadSample } from '@foreshadow/domain';
import {
  type LoadReport,
  LoadReportSchema,
  type StreamLoads,
  StreamLoadsSchema,
} from '../gen/foreshadow/link/v1/link_pb.ts';
import type { LinkSession } from '../session.ts';
import { checkEstimate, measureColumn } from './measure.ts';
import { checkWindowMs, fromTimeMs, orEmpty, uint32 } from './numbers.ts';

/** Rows of one report: 4 measures of at most 17 bytes and 4 counters of at most 5 stay below the frame's size. */
const ROWS_PER_REPORT = 1400;

interface Row {
  readonly stream: number;
  readonly index: number;
  readonly sample: LoadSample;
}

/** Gathers samples into reports, one for each tick and 1400 partitions. */
export class LoadWriter {
  readonly #session: LinkSession;
  readonly #ticks = new Map<string, Row[]>();

  constructor(session: LinkSession) {
    this.#session = session;
  }

  /** @throws {ProtocolError} with the reason for which this sample cannot travel; the others are not touched. */
  add(sample: LoadSample): void {
    const row = { ...this.#session.locate(sample.partition), sample };
    checkSample(sample);
    const key = `${Math.round(sample.atMs)}:${sample.windowMs}`;
    const rows = this.#ticks.get(key);
    if (rows === undefined) this.#ticks.set(key, [row]);
    else rows.push(row);
  }

  finish(): LoadReport[] {
    return [...this.#ticks.values()].flatMap((rows) =>
      chunks(rows).map((c) => writeReport(c, this.#session)),
    );
  }
}

function checkSample(s: LoadSample): void {
  fromTimeMs(s.atMs, 'atMs');
  checkWindowMs(s.windowMs);
  for (const estimate of [s.recordsPerSec, s.bytesPerSec, s.workPerSec, s.distinctKeys])
    checkEstimate(estimate);
  uint32(s.sampled, 'sampled');
  uint32(s.dropped, 'dropped');
  uint32(s.refused, 'refused');
}

function chunks(rows: readonly Row[]): Row[][] {
  const count = Math.ceil(rows.length / ROWS_PER_REPORT);
  return Array.from({ length: count }, (_, i) => rows.slice(i * ROWS_PER_REPORT, (i + 1) * ROWS_PER_REPORT));
}

function writeReport(rows: readonly Row[], session: LinkSession): LoadReport {
  const { atMs, windowMs } = rows[0]!.sample;
  const streams = new Map<number, Row[]>();
  for (const row of rows) {
    const group = streams.get(row.stream);
    if (group === undefined) streams.set(row.stream, [row]);
    else group.push(row);
  }
  return create(LoadReportSchema, {
    epoch: BigInt(session.epoch),
    seq: session.nextSeq(),
    atMs: fromTimeMs(atMs, 'atMs'),
    windowMs,
    streams: [...streams].map(([stream, group]) => writeStream(stream, group, windowMs)),
  });
}

function writeStream(stream: number, rows: readonly Row[], windowMs: number): StreamLoads {
  const column = (of: (s: LoadSample) => number): number[] => orEmpty(rows.map((row) => of(row.sample)));
  const measure = (of: (s: LoadSample) => Estimate | undefined, perMs: number) =>
    measureColumn(
      rows.map((row) => of(row.sample)),
      perMs,
    );
  const loads = create(StreamLoadsSchema, {
    stream,
    partitions: rows.map((row) => row.index),
    sampled: column((s) => s.sampled),
    dropped: column((s) => s.dropped),
    refused: column((s) => s.refused),
  });
  const measures = {
    recordsPerSec: measure((s) => s.recordsPerSec, windowMs),
    bytesPerSec: measure((s) => s.bytesPerSec, windowMs),
    workPerSec: measure((s) => s.workPerSec, windowMs),
    distinctKeys: measure((s) => s.distinctKeys, 1000),
  };
  return Object.assign(
    loads,
    Object.fromEntries(Object.entries(measures).filter(([, m]) => m !== undefined)),
  );
}
