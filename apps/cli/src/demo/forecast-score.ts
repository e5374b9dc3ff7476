import { type LiveSnapshot, parsePartitionKey, type PartitionView } from '@foreshadow/domain';
import type { HorizonSummary } from './summary.ts';

interface Pending {
  readonly dueMs: number;
  readonly horizonMs: number;
  readonly stepMs: number;
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  readonly naive: number;
}

interface Sums {
  scored: number;
  absoluteError: number;
  absoluteNaive: number;
  absoluteActual: number;
  covered: number;
}

/**
 * Scores the forecasts that the live stream shows against the load that it shows later, by its own bookkeeping: what
 * edges and actuator say of themselves has no part in it. A forecast at horizon h is of the mean over the step that
 * ends then; last value is the mean over the last step of that length.
 */
export class ForecastScore {
  readonly #stream: string;
  readonly #rates = new Map<string, { atMs: number; rate: number }[]>();
  readonly #pending = new Map<string, Pending[]>();
  readonly #sums = new Map<number, Sums>();
  readonly #seen = new Map<string, number>();

  /** Scores the partitions of one stream: one without load is forecast all too easily. */
  constructor(stream: string) {
    this.#stream = stream;
  }

  addSnapshot(snapshot: LiveSnapshot): void {
    for (const view of snapshot.partitions) {
      if (parsePartitionKey(view.partition).stream === this.#stream) this.#addPartition(view);
    }
  }

  horizons(): HorizonSummary[] {
    const rows = [...this.#sums.entries()].sort(([a], [b]) => a - b);
    return rows.map(([horizonMs, s]) => ({
      horizonMs,
      scored: s.scored,
      wape: ratio(s.absoluteError, s.absoluteActual),
      wapeNaive: ratio(s.absoluteNaive, s.absoluteActual),
      coverage90: ratio(s.covered, s.scored),
    }));
  }

  #addPartition(view: PartitionView): void {
    if (view.recordsPerSec === null || view.stale) return;
    if ((this.#seen.get(view.partition) ?? Number.NEGATIVE_INFINITY) >= view.atMs) return;
    this.#seen.set(view.partition, view.atMs);
    const rates = entry(this.#rates, view.partition, () => []);
    rates.push({ atMs: view.atMs, rate: view.recordsPerSec });
    if (rates.length > 1200) rates.splice(0, 600);
    this.#settle(view, rates);
    this.#issue(view, rates);
  }

  #settle(view: PartitionView, rates: readonly { atMs: number; rate: number }[]): void {
    const pending = this.#pending.get(view.partition) ?? [];
    const due = pending.filter((p) => p.dueMs <= view.atMs);
    if (due.length === 0) return;
    this.#pending.set(
      view.partition,
      pending.filter((p) => p.dueMs > view.atMs),
    );
    for (const forecast of due) {
      const actual = stepMean(rates, forecast.dueMs, forecast.stepMs);
      if (actual !== undefined) this.#score(forecast, actual);
    }
  }

  #score(forecast: Pending, actual: number): void {
    const zero = (): Sums => ({
      scored: 0,
      absoluteError: 0,
      absoluteNaive: 0,
      absoluteActual: 0,
      covered: 0,
    });
    const sums = entry(this.#sums, forecast.horizonMs, zero);
    sums.scored += 1;
    sums.absoluteError += Math.abs(forecast.mean - actual);
    sums.absoluteNaive += Math.abs(forecast.naive - actual);
    sums.absoluteActual += Math.abs(actual);
    if (actual >= forecast.lower && actual <= forecast.upper) sums.covered += 1;
  }

  #issue(view: PartitionView, rates: readonly { atMs: number; rate: number }[]): void {
    const pending = entry(this.#pending, view.partition, () => []);
    for (const point of view.forecast) {
      const stepMs = stepOf(view, point.horizonMs);
      const naive = stepMean(rates, view.atMs, stepMs);
      if (naive === undefined) continue;
      pending.push({ dueMs: view.atMs + point.horizonMs, stepMs, naive, ...point });
    }
  }
}

/** Length of the step that ends at a horizon: the distance to the path's point before it. */
function stepOf(view: PartitionView, horizonMs: number): number {
  const before = view.path.filter((p) => p.horizonMs < horizonMs).at(-1)?.horizonMs ?? 0;
  return horizonMs - before;
}

/** Mean over the step that ends at `endMs`; `undefined` unless at least 80 % of its seconds are there. */
function stepMean(
  rates: readonly { atMs: number; rate: number }[],
  endMs: number,
  stepMs: number,
): number | undefined {
  const tolerance = 250;
  let sum = 0;
  let count = 0;
  for (let i = rates.length - 1; i >= 0; i--) {
    const { atMs, rate } = rates[i]!;
    if (atMs <= endMs - stepMs + tolerance) break;
    if (atMs > endMs + tolerance) continue;
    sum += rate;
    count += 1;
  }
  return count * 1000 >= stepMs * 0.8 ? sum / count : undefined;
}

function ratio(numerator: number, denominator: number): number | null {
  return denominator > 0 ? numerator / denominator : null;
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
