import { describe, expect, it } from 'vitest';
import {
  calibrated,
  initialCalibration,
  type Interval,
  intervalScore,
  isCalibration,
  learned,
} from '../src/index.ts';
import { autoregressive, coverage, run, type Scene } from './simulated.ts';

const SEEDS = [1, 2, 3, 4, 5];
const COUNT = 4000;
const WARM = 600;

function meanScore(intervals: readonly Interval[], { actual }: Scene): number {
  const scored = intervals.slice(WARM);
  return scored.reduce((sum, v, i) => sum + intervalScore(v, actual[WARM + i] ?? NaN), 0) / scored.length;
}

describe.each([1, 12, 48])('%i steps ahead', (steps) => {
  it.each([
    ['too narrow', 0.6],
    ['too wide', 1.7],
  ])('intervals given %s come to hold 90 %%, and are better by their score', (_, factor) => {
    const scenes = SEEDS.map((seed) => autoregressive(seed, COUNT, steps, factor));
    const warm = Math.max(WARM, 30 * steps);
    const covered = scenes.map((s) => coverage(run(s).issued, s.actual, warm));
    const given = scenes.map((s) => coverage(s.given, s.actual, WARM));
    for (const share of given) expect(Math.abs(share - 0.9)).toBeGreaterThan(0.05);
    // A series has so few independent errors of 48 steps that no calibration could promise more.
    for (const share of covered) expect(Math.abs(share - 0.9)).toBeLessThan(steps > 12 ? 0.04 : 0.02);
    expect(covered.reduce((sum, share) => sum + share, 0) / covered.length - 0.9).toBeCloseTo(0, 1.4);
    for (const s of scenes) expect(meanScore(run(s).issued, s)).toBeLessThan(0.95 * meanScore(s.given, s));
  });

  it('intervals that are right already are hardly changed', () => {
    const scenes = SEEDS.map((seed) => autoregressive(seed, COUNT, steps, 1));
    const ratios = scenes.map((s) => meanScore(run(s).issued, s) / meanScore(s.given, s));
    expect(ratios.reduce((sum, r) => sum + r, 0) / ratios.length).toBeLessThan(1.02);
    for (const s of scenes) {
      const off = Math.abs(coverage(run(s).issued, s.actual, WARM) - 0.9);
      expect(off).toBeLessThan(Math.max(0.015, Math.abs(coverage(s.given, s.actual, WARM) - 0.9)));
    }
  });
});

it('changes nothing before there are 30 scores', () => {
  const { given, issued } = { ...autoregressive(1, 30, 1, 0.3), ...run(autoregressive(1, 30, 1, 0.3)) };
  expect(issued.map(({ mean, lower, upper }) => ({ mean, lower, upper }))).toEqual(
    given.map(({ mean, lower, upper }) => ({
      mean,
      lower: mean - (mean - lower),
      upper: mean + (upper - mean),
    })),
  );
});

it('calibrates each side by itself', () => {
  const scene = autoregressive(3, COUNT, 1, 1);
  const lopsided = scene.given.map((g) => ({ ...g, upper: g.mean + 0.4 * (g.upper - g.mean) }));
  const { issued } = run({ ...scene, given: lopsided });
  const above = issued.slice(WARM).filter((g, i) => (scene.actual[WARM + i] ?? NaN) > g.upper).length;
  const below = issued.slice(WARM).filter((g, i) => (scene.actual[WARM + i] ?? NaN) < g.lower).length;
  expect(above / (COUNT - WARM)).toBeCloseTo(0.05, 1.5);
  expect(below / (COUNT - WARM)).toBeCloseTo(0.05, 1.5);
});

it('makes intervals where none were given', () => {
  const scene = autoregressive(4, COUNT, 1, 0);
  expect(coverage(scene.given, scene.actual, WARM)).toBe(0);
  expect(coverage(run(scene).issued, scene.actual, WARM)).toBeCloseTo(0.9, 1.5);
});

it('follows errors that become three times as large', () => {
  const calm = autoregressive(5, COUNT, 1, 1);
  const rough = autoregressive(6, COUNT, 1, 1 / 3);
  const scene = {
    steps: 1,
    given: [...calm.given, ...rough.given],
    actual: [...calm.actual, ...rough.actual],
  };
  const { issued } = run(scene);
  expect(coverage(issued, scene.actual, COUNT + 200)).toBeGreaterThan(0.88);
});

it('tells how it did, as given and as issued', () => {
  const scene = autoregressive(1, COUNT, 1, 0.6);
  const { given, issued, scored } = run(scene).end;
  expect(scored).toBe(COUNT - 1);
  expect(given.coverage).toBeCloseTo(coverage(scene.given, scene.actual, COUNT - 1000), 1);
  expect(issued.coverage).toBeCloseTo(0.9, 1.3);
  expect(issued.score).toBeLessThan(given.score);
});

it('survives JSON, and knows its own shape', () => {
  const { end } = run(autoregressive(1, 500, 6, 0.5));
  const read: unknown = JSON.parse(JSON.stringify(end));
  expect(isCalibration(read)).toBe(true);
  expect(read).toEqual(end);
  const given = { mean: 5, lower: 4, upper: 7 };
  expect(calibrated(read as typeof end, given)).toEqual(calibrated(end, given));
  for (const bad of [null, 3, {}, { ...end, sides: [end.sides[0]] }, { ...end, errors: [1] }]) {
    expect(isCalibration(bad)).toBe(false);
  }
  expect(isCalibration(initialCalibration())).toBe(true);
});

it('learns nothing from an actual that is missing', () => {
  const { end, issued } = run(autoregressive(1, 100, 1, 0.5));
  expect(learned(end, issued[99]!, NaN, 1)).toBe(end);
});
