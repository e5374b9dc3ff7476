import { type Rng, Xoshiro128 } from '@foreshadow/domain';
import {
  calibrated,
  type Calibration,
  initialCalibration,
  type Interval,
  type IssuedInterval,
  learned,
} from '../src/index.ts';

export const gauss = (rng: Rng): number =>
  Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());

/** Forecasts of one horizon: what was given, and what came `steps` later. */
export interface Scene {
  readonly steps: number;
  readonly given: readonly Interval[];
  readonly actual: readonly number[];
}

/** An AR(1) about 100, forecast `steps` ahead as one knows it, with margins `factor` times the right ones. */
export function autoregressive(seed: number, count: number, steps: number, factor: number, phi = 0.9): Scene {
  const rng = new Xoshiro128(seed);
  const values: number[] = [];
  let x = 0;
  for (let t = 0; t < count + steps; t++) values.push((x = phi * x + gauss(rng)));
  const margin = 1.645 * factor * Math.sqrt((1 - phi ** (2 * steps)) / (1 - phi * phi));
  return {
    steps,
    given: Array.from({ length: count }, (_, t) => {
      const mean = 100 + (values[t] ?? 0) * phi ** steps;
      return { mean, lower: mean - margin, upper: mean + margin };
    }),
    actual: Array.from({ length: count }, (_, t) => 100 + (values[t + steps] ?? 0)),
  };
}

/** What was issued, each forecast learned from when it fell due and not before. */
export function run({ steps, given, actual }: Scene): { issued: IssuedInterval[]; end: Calibration } {
  let end = initialCalibration();
  const issued: IssuedInterval[] = [];
  for (const [t, interval] of given.entries()) {
    const due = issued[t - steps];
    if (due !== undefined) end = learned(end, due, actual[t - steps] ?? NaN, steps);
    issued.push(calibrated(end, interval));
  }
  return { issued, end };
}

/** Share of actuals inside, from `warm` on. */
export function coverage(intervals: readonly Interval[], actual: readonly number[], warm: number): number {
  const scored = intervals.slice(warm);
  const inside = scored.filter(({ lower, upper }, i) => {
    const y = actual[warm + i] ?? NaN;
    return lower <= y && y <= upper;
  });
  return inside.length / scored.length;
}
