import { type Rng, Xoshiro128 } from '@foreshadow/domain';
import { demoShape, mixSeed } from '@foreshadow/testkit';
import { numericColumns } from '@foreshadow/csv';
import { CsvError } from '@foreshadow/csv';
import { parseNumber } from '@foreshadow/csv';
import { type Point, readPoints } from '@foreshadow/csv';
import { areEvents, onEvenSteps } from '@foreshadow/csv';
import { Remarks } from '@foreshadow/csv';
import type { Table } from '@foreshadow/csv';
import { readTable } from '../csv.ts';
import { Customers } from './customers.ts';
import { OrderMaker } from './orders.ts';
import { RateTrace } from './rate-trace.ts';
import type { RecordSource } from './source.ts';

export interface ReplayOptions {
  readonly file: string;
  readonly timeColumn?: string | undefined;
  readonly column?: string | undefined;
  /** How many times faster than recorded. */
  readonly speed: number;
  /** Records/s per unit of the trace; by default the one that brings the mean to `meanRecordsPerSec`. */
  readonly scale?: number | undefined;
  /** 150 by default, which two cores can process with all else. */
  readonly meanRecordsPerSec?: number | undefined;
  readonly partitions: number;
  readonly seed: number;
}

export interface ReplaySource extends RecordSource {
  readonly kind: 'rates' | 'events';
  /** Records/s per unit of the trace; 1 for events. */
  readonly scale: number;
  /** What was odd about the file and how it was taken. */
  readonly warnings: readonly string[];
}

const DEFAULT_MEAN_RECORDS_PER_SEC = 150;
const PARTITION_CHOICE = 102;

/**
 * Play a CSV file back: a series of rates becomes orders at that rate; a file of single events one record an event, at
 * its time and with the numbers of its row. `speed` shortens the trace's time alone.
 * @throws {CsvError} with file, line, column and value.
 */
export function replaySource(options: ReplayOptions): ReplaySource {
  const table = readTable(options.file);
  const remarks = new Remarks();
  for (const warning of table.warnings) remarks.say(warning);
  const { points, columns } = readPoints(table, options, remarks);
  const isEvents = options.column === undefined && areEvents(points);
  return isEvents
    ? eventSource(table, points, numericColumns(table, columns.time), options, remarks)
    : rateSource(points, options, remarks);
}

function rateSource(points: readonly Point[], options: ReplayOptions, remarks: Remarks): ReplaySource {
  const { values, stepMs } = onEvenSteps(points, options.file, remarks);
  const scale = options.scale ?? defaultScale(values, options);
  const trace = new RateTrace(values, stepMs / options.speed, scale);
  const maker = new OrderMaker(options.seed, options.partitions);
  const choose = partitionChooser(options);
  return {
    kind: 'rates',
    keyField: 'customer',
    scale,
    warnings: remarks.all(),
    durationMs: trace.durationMs,
    due(fromMs, toMs, nowMs) {
      const count = trace.recordsIn(fromMs, toMs);
      return Array.from({ length: count }, () => JSON.stringify(maker.make(choose(), nowMs)));
    },
  };
}

/** Brings the mean of the values that are there to the mean rate asked for. */
function defaultScale(values: Float64Array, options: ReplayOptions): number {
  const present = values.filter((v) => !Number.isNaN(v));
  const mean = present.reduce((a, b) => a + b, 0) / present.length;
  if (mean > 0) return (options.meanRecordsPerSec ?? DEFAULT_MEAN_RECORDS_PER_SEC) / mean;
  throw new CsvError({ file: options.file }, 'has no value above 0, so there is nothing to replay');
}

function eventSource(
  table: Table,
  points: readonly Point[],
  numbers: readonly number[],
  options: ReplayOptions,
  remarks: Remarks,
): ReplaySource {
  remarks.say('rows are single events, not even steps; one record each');
  if (options.scale !== undefined) remarks.say('--scale does not apply to single events');
  const startMs = points[0]!.timeMs;
  const atMs = Float64Array.from(points, (p) => (p.timeMs - startMs) / options.speed);
  const rng = new Xoshiro128(mixSeed(options.seed, PARTITION_CHOICE + 1));
  const customers = new Customers(options.partitions);
  const choose = partitionChooser(options);
  // A number that is missing is left out of its record.
  const record = (i: number, nowMs: number): string => {
    const { row } = points[i]!;
    const fields = numbers.map((n) => [fieldName(table.columns[n]!), parseNumber(row.cells[n]!)] as const);
    const customer = customers.pick(choose(), rng);
    return JSON.stringify({ id: `e-${i}`, seq: i, customer, ...Object.fromEntries(fields), at: nowMs });
  };
  return {
    kind: 'events',
    keyField: 'customer',
    scale: 1,
    warnings: remarks.all(),
    durationMs: atMs.at(-1)! + 1,
    due(fromMs, toMs, nowMs) {
      const first = firstFrom(atMs, fromMs);
      const end = firstFrom(atMs, toMs);
      return Array.from({ length: end - first }, (_, k) => record(first + k, nowMs));
    },
  };
}

/** `ContextTokens` → `contextTokens`. */
function fieldName(column: string): string {
  return column.charAt(0).toLowerCase() + column.slice(1);
}

/** Index of the first entry that is not before `t`; the length if all are. */
function firstFrom(sorted: Float64Array, t: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Chooses partitions at random with the skew of the built-in load, the hot partition included. */
function partitionChooser({ seed, partitions }: ReplayOptions): () => number {
  const { shares } = demoShape({ seed, partitions, meanRecordsPerSec: 0 });
  const rng: Rng = new Xoshiro128(mixSeed(seed, PARTITION_CHOICE));
  return () => {
    let u = rng.next();
    const chosen = shares.findIndex((share) => (u -= share) < 0);
    return chosen < 0 ? partitions - 1 : chosen;
  };
}
