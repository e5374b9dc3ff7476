import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

export interface GoldenForecasts {
  readonly mean: readonly number[];
  readonly lower80?: readonly number[];
  readonly upper80?: readonly number[];
  readonly lower95: readonly number[];
  readonly upper95: readonly number[];
}

export interface Forecasts {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
}

/** What a script of tools/golden wrote. */
export function readGolden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as T;
}

const BOUNDS = [
  ['lower80', -1.2815515655446004],
  ['upper80', 1.2815515655446004],
  ['lower95', -1.959963984540054],
  ['upper95', 1.959963984540054],
] as const;

/** Forecasts and the bounds of the intervals, each within a share of itself or of the forecast. */
export function expectForecasts(actual: Forecasts, golden: GoldenForecasts, share: number): void {
  const { mean, variance } = actual;
  expectWithin(mean, golden.mean, share);
  for (const [name, z] of BOUNDS) {
    const bounds = mean.map((v, i) => v + z * Math.sqrt(variance[i]!));
    if (golden[name] !== undefined) expectWithin(bounds, golden[name], share, golden.mean);
  }
}

/** Numbers within a share of themselves or of `scale`. */
export function expectWithin(
  actual: readonly number[],
  expected: readonly number[],
  share: number,
  scale = expected,
): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, v] of actual.entries()) {
    const size = Math.max(Math.abs(expected[i]!), Math.abs(scale[i]!));
    expect(Math.abs(v - expected[i]!) / size, `step ${i + 1}`).toBeLessThan(share);
  }
}

/** A log-likelihood within a share of its size of the golden one, or above it. */
export function expectLikelihood(actual: number, golden: number, share: number): void {
  expect(actual).toBeGreaterThan(golden - share * Math.abs(golden));
}
