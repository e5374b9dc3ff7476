import { DDSketch } from '@datadog/sketches-js';
import { Xoshiro128 } from '@foreshadow/domain';
import '@foreshadow/shadow/samplers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type SamplerOptions,
  ShadowEstimator,
  type ShadowReport,
  ShadowTap,
  SizeSketch,
  SpaceSaving,
} from '../../src/index.ts';

/** Reports of `ticks` ticks of 5 000 records: sizes of two classes, one key with a fifth of the records. */
function reports(sampler: SamplerOptions, exact: boolean, ticks: number): ShadowReport[] {
  const all: ShadowReport[] = [];
  const { kind } = sampler;
  const sink = new ShadowEstimator({ partitions: 1, kind, exact, onReport: (report) => all.push(report) });
  const main = { kind: 'bernoulli', rate: 0.01, seed: 1 } as const;
  const tap = new ShadowTap({
    stream: 's',
    partitions: 1,
    sampler: main,
    distinctKeys: false,
    shadows: [{ name: 'x', sampler, sink }],
  });
  const rng = new Xoshiro128(5);
  for (let t = 0; t < ticks; t++) {
    for (let i = 0; i < 5000; i++) {
      const isDear = rng.next() < 0.1;
      const key = rng.next() < 0.2 ? 'hot' : `key-${t}-${Math.floor(rng.next() * 400)}`;
      tap.offer(0, key, isDear ? 2000 : 100 + Math.floor(rng.next() * 100), isDear ? 1 : 0);
    }
    tap.tick(1000 * t, 1000);
  }
  return all;
}

const fixed = { kind: 'reservoir', rate: 1, seed: 2, capacity: 400 } as const;
const samplers: readonly SamplerOptions[] = [
  { kind: 'bernoulli', rate: 0.08, seed: 2 },
  { kind: 'stratified', rate: 0.08, seed: 2 },
  fixed,
  { ...fixed, kind: 'priority' },
];

describe.each(samplers)('estimates from a $kind sample', { timeout: 60_000 }, (sampler) => {
  it.each([true, false])('hold their errors (exact counts: %s)', (exact) => {
    const ticks = 80;
    const all = reports(sampler, exact, ticks);
    const held = (
      of: (r: ShadowReport) => { value: number; standardError: number } | undefined,
      truth: number,
    ) =>
      all.filter((r) => Math.abs(of(r)!.value - truth) <= 1.96 * of(r)!.standardError + 1e-9).length / ticks;
    if (exact) expect(held(({ recordsPerSec }) => recordsPerSec, 5000)).toBe(1);
    else expect(held(({ recordsPerSec }) => recordsPerSec, 5000)).toBeGreaterThan(0.9);
    // The class of a record is drawn anew each tick, so 500 is not quite the truth; its own spread is small beside.
    const dear = (r: ShadowReport) => r.classes.find(({ costClass }) => costClass === 1)?.recordsPerSec;
    expect(held(dear, 500)).toBeGreaterThan(sampler.kind === 'priority' ? 0.6 : 0.85);
    const mean = all.reduce((sum, r) => sum + dear(r)!.value, 0) / ticks;
    expect(Math.abs(mean / 500 - 1)).toBeLessThan(0.04);
  });

  it('tell quantiles of size and hot keys', () => {
    const last = reports(sampler, true, 40).at(-1)!;
    const [median, , top] = last.sizes;
    expect(median!.low).toBeLessThanOrEqual(157);
    expect(median!.high).toBeGreaterThanOrEqual(154);
    expect(top!.sizeBytes).toBeCloseTo(2000, -2);
    expect(Math.abs(last.hotKeys[0]!.share.value - 0.2)).toBeLessThan(
      5 * last.hotKeys[0]!.share.standardError + 0.02,
    );
    expect(last.hotKeys[1]!.share.value).toBeLessThan(0.05);
    expect(last.distinctKeys).toBeUndefined();
  });
});

describe('estimates from whole keys', () => {
  it('tell distinct keys within their error', { timeout: 60_000 }, () => {
    const all = reports({ kind: 'keyed', rate: 0.3, seed: 1 }, true, 60);
    const held = all.filter(
      ({ distinctKeys: d }) => Math.abs(d!.value - 401) <= 1.96 * d!.standardError + 1,
    ).length;
    expect(held / 60).toBeGreaterThan(0.85);
  });
});

describe('an estimator', () => {
  it('lets what came through stand for what did not, and says nothing of rates without a window', () => {
    const all: ShadowReport[] = [];
    const estimator = new ShadowEstimator({
      partitions: 1,
      kind: 'bernoulli',
      maxSamples: 5,
      onReport: (report) => all.push(report),
    });
    const accepted = Array.from({ length: 10 }, () => estimator.sample(0, 2, 100, 0, undefined));
    expect(accepted.filter(Boolean)).toHaveLength(5);
    const tick = { partition: 0, atMs: 1, records: 20, bytes: 2000, refused: 0, sampled: 10, dropped: 5 };
    estimator.tick({ ...tick, windowMs: 1000 });
    estimator.tick({ ...tick, windowMs: -1 });
    expect(estimator.sample(7, 1, 1, 0, undefined)).toBe(false);
    expect(all[0]!.classes[0]!.recordsPerSec.value).toBeCloseTo(20);
    expect(all[1]).toMatchObject({
      recordsPerSec: undefined,
      bytesPerSec: undefined,
      classes: [],
      sizes: [],
    });
  });
});

describe('SizeSketch', () => {
  it('gives the quantiles of DDSketch', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 2 ** 40 }), { minLength: 1, maxLength: 300 });
    const quantiles = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(sizes, quantiles, (values, q) => {
        const theirs = new DDSketch({ relativeAccuracy: 0.01 });
        const ours = new SizeSketch();
        for (const value of values) {
          theirs.accept(value);
          ours.add(value);
        }
        const truth = [...values].sort((a, b) => a - b)[Math.floor(q * (values.length - 1))]!;
        expect(Math.abs(ours.quantile(q)! / truth - 1)).toBeLessThan(0.0101);
        expect(Math.abs(ours.quantile(q)! / theirs.getValueAtQuantile(q) - 1)).toBeLessThan(0.0201);
      }),
    );
  });

  it('has none of nothing, and zero of empty records', () => {
    const sketch = new SizeSketch();
    expect(sketch.quantile(0.5)).toBeUndefined();
    sketch.add(0);
    expect(sketch.quantile(0.99)).toBe(0);
  });
});

describe('SpaceSaving', () => {
  it('never counts a key short, and bounds what it counts too much', () => {
    const stream = fc.array(fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 9 })), { maxLength: 500 });
    fc.assert(
      fc.property(stream, (records) => {
        const sketch = new SpaceSaving<number>(10);
        const truth = new Map<number, number>();
        for (const [key, weight] of records) {
          sketch.add(String(key), key, weight);
          truth.set(key, (truth.get(key) ?? 0) + weight);
        }
        for (const { key, weight, overcount } of sketch.top(10)) {
          const exact = truth.get(key)!;
          expect(weight).toBeGreaterThanOrEqual(exact);
          expect(weight - overcount).toBeLessThanOrEqual(exact);
        }
        const listed = new Set(sketch.top(10).map(({ key }) => key));
        for (const [key, weight] of truth) expect(listed.has(key) || weight <= sketch.total / 10).toBe(true);
      }),
    );
  });
});
