import { combinedWidth, type Interval } from '@foreshadow/calibrate';
import type { Estimate, ForecastPath, LoadForecast, LoadRatios, LoadSample } from '@foreshadow/domain';

/**
 * Correlation assumed between the forecast errors of two edges that see parts of one partition, until it is known.
 * Independent errors (0) would make the sum look too sure when one cause moves both; full correlation (1) would make it
 * look too wide.
 */
export const ASSUMED_CORRELATION = 0.5;

/** Correlation of the edges' errors at a horizon. */
export type CorrelationAt = (horizonMs: number) => number;

/**
 * Sum of what several edges counted of one partition in about the same tick. Rates add; standard errors of separate
 * counts add in squares. Distinct keys add too, which is an upper bound: two edges may see the same key. A dimension
 * that one edge lacks is unknown for the sum.
 */
export function combineSamples(samples: readonly LoadSample[]): LoadSample | undefined {
  const [first, ...others] = samples;
  if (first === undefined || others.length === 0) return first;
  const sum = (of: (s: LoadSample) => number): number => samples.reduce((total, s) => total + of(s), 0);
  return {
    partition: first.partition,
    atMs: Math.max(...samples.map((s) => s.atMs)),
    windowMs: Math.max(...samples.map((s) => s.windowMs)),
    recordsPerSec: sumEstimates(samples.map((s) => s.recordsPerSec)),
    bytesPerSec: sumEstimates(samples.map((s) => s.bytesPerSec)),
    workPerSec: sumEstimates(samples.map((s) => s.workPerSec)),
    distinctKeys: sumEstimates(samples.map((s) => s.distinctKeys)),
    sampled: sum((s) => s.sampled),
    dropped: sum((s) => s.dropped),
    refused: sum((s) => s.refused),
  };
}

/**
 * Present load of the whole: the newest sample of each edge summed. Within a tick some edges have reported it and others
 * have not, or never will again, and load moves between them: the sum of the last whole tick stands, as far as what is
 * newer allows: no less than those have counted that reported since, no more than they and the last of the others.
 */
export function presentSample(
  samples: readonly LoadSample[],
  tickMs: number,
  lastRecordsPerSec: number | undefined,
): LoadSample | undefined {
  const sum = combineSamples(samples);
  const most = sum?.recordsPerSec?.value;
  if (samples.length < 2 || sum === undefined || most === undefined || !(most > 0)) return sum;
  if (lastRecordsPerSec === undefined) return sum;
  const fresh = samples.filter((s) => s.atMs > sum.atMs - tickMs / 2);
  const least = combineSamples(fresh)?.recordsPerSec?.value ?? 0;
  return scaleSample(sum, Math.min(most, Math.max(least, lastRecordsPerSec)) / most);
}

function scaleSample(sample: LoadSample, factor: number): LoadSample {
  if (factor === 1) return sample;
  const scaled = (e: Estimate | undefined): Estimate | undefined =>
    e && { value: e.value * factor, standardError: e.standardError * factor };
  return {
    ...sample,
    recordsPerSec: scaled(sample.recordsPerSec),
    bytesPerSec: scaled(sample.bytesPerSec),
    workPerSec: scaled(sample.workPerSec),
  };
}

/**
 * Forecast of the sum of what several edges see of one partition. Means add. The distances from the mean to either
 * bound combine as standard deviations with the correlation of the edges' errors: `√(Σwᵢ² + 2ρ·Σᵢ﹤ⱼ wᵢwⱼ)`. Paths are
 * laid over each other in time, on the grid of the one issued last; where another ends earlier, its last step goes on.
 */
export function combineForecasts(
  forecasts: readonly LoadForecast[],
  correlationAt: CorrelationAt = () => ASSUMED_CORRELATION,
): LoadForecast | undefined {
  const [first, ...others] = forecasts;
  if (first === undefined || others.length === 0) return first;
  const base = forecasts.reduce((a, b) => (b.issuedAtMs > a.issuedAtMs ? b : a));
  return {
    partition: base.partition,
    issuedAtMs: base.issuedAtMs,
    path: sumPaths(base, forecasts, correlationAt),
    ratios: combineRatios(forecasts),
    leadingExpert: largest(forecasts).leadingExpert,
    warmingUp: forecasts.some((f) => f.warmingUp),
  };
}

function sumPaths(
  base: LoadForecast,
  forecasts: readonly LoadForecast[],
  correlationAt: CorrelationAt,
): ForecastPath {
  const mean: number[] = [];
  const lower: number[] = [];
  const upper: number[] = [];
  for (const horizonMs of base.path.horizonsMs) {
    const atMs = base.issuedAtMs + horizonMs;
    const steps = forecasts.map((f) => stepAt(f, atMs));
    const total = steps.reduce((sum, s) => sum + s.mean, 0);
    const width = (of: (s: Interval) => number): number =>
      combinedWidth(steps.map(of), correlationAt(horizonMs));
    mean.push(total);
    lower.push(Math.max(0, total - width((s) => s.mean - s.lower)));
    upper.push(total + width((s) => s.upper - s.mean));
  }
  return { horizonsMs: base.path.horizonsMs, mean, lower, upper };
}

/** The step of a path that holds an instant; its first before, its last after. */
export function stepAt(f: LoadForecast, atMs: number): Interval {
  const { horizonsMs, mean, lower, upper } = f.path;
  const found = horizonsMs.findIndex((h) => f.issuedAtMs + h >= atMs);
  const i = found < 0 ? horizonsMs.length - 1 : found;
  return { mean: mean[i] ?? NaN, lower: lower[i] ?? NaN, upper: upper[i] ?? NaN };
}

/** Ratios weighted by each edge's records, over the edges that observed them. */
function combineRatios(forecasts: readonly LoadForecast[]): LoadRatios {
  const combine = (of: (r: LoadRatios) => Estimate | undefined): Estimate | undefined => {
    let weights = 0;
    let value = 0;
    let variance = 0;
    for (const f of forecasts) {
      const ratio = of(f.ratios);
      const weight = f.path.mean[0] ?? 0;
      if (ratio === undefined || !(weight > 0)) continue;
      weights += weight;
      value += weight * ratio.value;
      variance += (weight * ratio.standardError) ** 2;
    }
    return weights > 0 ? { value: value / weights, standardError: Math.sqrt(variance) / weights } : undefined;
  };
  return {
    bytesPerRecord: combine((r) => r.bytesPerRecord),
    workPerRecord: combine((r) => r.workPerRecord),
    distinctKeysPerRecord: combine((r) => r.distinctKeysPerRecord),
  };
}

function largest(forecasts: readonly LoadForecast[]): LoadForecast {
  return forecasts.reduce((a, b) => ((b.path.mean[0] ?? 0) > (a.path.mean[0] ?? 0) ? b : a));
}

function sumEstimates(estimates: readonly (Estimate | undefined)[]): Estimate | undefined {
  let value = 0;
  let variance = 0;
  for (const e of estimates) {
    if (e === undefined) return undefined;
    value += e.value;
    variance += e.standardError ** 2;
  }
  return { value, standardError: Math.sqrt(variance) };
}
