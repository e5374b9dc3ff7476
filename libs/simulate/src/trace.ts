import { SimulateError } from './errors.ts';

/** Load to be played: what arrives in each second on each partition. The same for every policy. */
export interface LoadTrace {
  readonly name: string;
  readonly seconds: number;
  /** Partition's share of the load; shares sum to 1. */
  readonly shares: Float64Array;
  /** Records that arrived on a partition before second `i`; `seconds + 1` entries each. */
  readonly cumulative: readonly Float64Array[];
  /** The same over all partitions. */
  readonly total: Float64Array;
  /** 1 for each second whose load was recorded; elsewhere it is played but nobody measures it. */
  readonly known: Uint8Array;
  /** Seconds played for each second recorded: what a day lasts, in days. */
  readonly timeScale: number;
}

export interface TraceOptions {
  readonly name: string;
  /** Records in each second, of all partitions; NaN where nothing was recorded. */
  readonly perSecond: ArrayLike<number>;
  readonly partitions?: number;
  /** Exponent of the Zipf law of the partitions' shares; 0: all alike. */
  readonly skew?: number;
  readonly timeScale?: number;
}

const MOST_SECONDS = 50_000_000;

/**
 * A trace from the records of each second. Where nothing was recorded the load goes on as it was.
 * @throws {SimulateError} `INVALID_TRACE` if it is empty, has no value at all, or a negative or infinite one.
 */
export function traceOf(options: TraceOptions): LoadTrace {
  const { name, perSecond, partitions = 1, skew = 0, timeScale = 1 } = options;
  const seconds = perSecond.length;
  if (seconds < 1 || seconds > MOST_SECONDS) {
    throw new SimulateError(
      'INVALID_TRACE',
      `${name}: a trace of 1 to ${MOST_SECONDS} seconds; got ${seconds}`,
    );
  }
  const { total, known } = accumulate(name, perSecond);
  const shares = zipf(partitions, skew);
  const cumulative = partitions === 1 ? [total] : [...shares].map((share) => total.map((v) => v * share));
  return { name, seconds, shares, cumulative, total, known, timeScale };
}

function accumulate(
  name: string,
  perSecond: ArrayLike<number>,
): { readonly total: Float64Array; readonly known: Uint8Array } {
  const total = new Float64Array(perSecond.length + 1);
  const known = new Uint8Array(perSecond.length);
  let rate = firstKnown(name, perSecond);
  for (let i = 0; i < perSecond.length; i++) {
    const value = perSecond[i]!;
    if (!Number.isNaN(value)) {
      if (!(value >= 0 && value < 1e15)) {
        throw new SimulateError('INVALID_TRACE', `${name}: second ${i}: at least 0 and finite; got ${value}`);
      }
      rate = value;
      known[i] = 1;
    }
    total[i + 1] = total[i]! + rate;
  }
  return { total, known };
}

function firstKnown(name: string, perSecond: ArrayLike<number>): number {
  for (let i = 0; i < perSecond.length; i++) if (!Number.isNaN(perSecond[i]!)) return perSecond[i]!;
  throw new SimulateError('INVALID_TRACE', `${name}: no second of it has a value`);
}

/** Shares proportional to 1 / rank^exponent. */
function zipf(count: number, exponent: number): Float64Array {
  if (!Number.isInteger(count) || count < 1 || count > 100_000) {
    throw new SimulateError(
      'INVALID_SETTING',
      `partitions: must be a whole number from 1 to 100000; got ${count}`,
    );
  }
  if (!(exponent >= 0 && exponent <= 10)) {
    throw new SimulateError('INVALID_SETTING', `skew: must be from 0 to 10; got ${exponent}`);
  }
  const weights = Float64Array.from({ length: count }, (_, i) => (i + 1) ** -exponent);
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}
