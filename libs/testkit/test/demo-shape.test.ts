import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burstFactor, demoShape } from '../src/index.ts';

const OPTIONS = { seed: 1, partitions: 8, meanRecordsPerSec: 200 } as const;
const NO_BURST = { everyMs: 0, minDurationMs: 0, maxDurationMs: 0, minHeight: 0, maxHeight: 0 } as const;

describe('demoShape', () => {
  it('adds up: a stretch counts what its parts count, wherever it is cut', () => {
    const shape = demoShape(OPTIONS);
    const time = fc.double({ min: 0, max: 20_000, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(time, time, time), fc.nat(7), (cuts, partition) => {
        const [a, b, c] = cuts.sort((x, y) => x - y);
        const whole = shape.recordsIn(partition, a, c);
        expect(shape.recordsIn(partition, a, b) + shape.recordsIn(partition, b, c)).toBe(whole);
        expect(whole).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('repeats itself from its seed and differs with another', () => {
    const counts = (seed: number): number[] =>
      Array.from({ length: 100 }, (_, i) =>
        demoShape({ ...OPTIONS, seed }).recordsIn(2, i * 1000, i * 1000 + 1000),
      );
    expect(counts(5)).toEqual(counts(5));
    expect(counts(5)).not.toEqual(counts(6));
  });

  it('keeps its mean over whole seasons', () => {
    const shape = demoShape({ ...OPTIONS, burst: NO_BURST });
    let total = 0;
    for (let p = 0; p < 8; p++) total += shape.recordsIn(p, 0, 900_000);
    // Poisson: five standard errors of 180 000
    expect(Math.abs(total - 180_000)).toBeLessThan(5 * Math.sqrt(180_000));
  });

  it('has one partition far above the others', () => {
    const shape = demoShape(OPTIONS);
    const sorted = [...shape.shares].sort((a, b) => b - a);
    expect(shape.shares[shape.hotPartition]).toBe(0.3);
    expect(sorted[0]! / sorted[1]!).toBeGreaterThan(1.4);
    expect(sorted.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
  });

  it('repeats with its longest season where the shorter divides it', () => {
    const shape = demoShape({ ...OPTIONS, burst: NO_BURST });
    for (let t = 0; t < 90_000; t += 7_000) {
      expect(shape.rateAt(0, t + 90_000)).toBeCloseTo(shape.rateAt(0, t), 9);
    }
    const rates = Array.from({ length: 90 }, (_, s) => shape.rateAt(0, s * 1000));
    expect(Math.max(...rates) / Math.min(...rates)).toBeGreaterThan(2);
  });

  it('runs with a single partition', () => {
    const shape = demoShape({ ...OPTIONS, partitions: 1 });
    expect(shape.recordsIn(0, 0, 10_000)).toBeGreaterThan(500);
  });

  it.each([
    [{ partitions: 0 }, /partitions/],
    [{ meanRecordsPerSec: Number.NaN }, /meanRecordsPerSec/],
    [{ hotShare: 1.5 }, /hotShare/],
    [{ seasonsMs: [0] }, /seasonsMs/],
    [{ amplitudes: [0.9, 0.2] }, /amplitudes/],
  ])('refuses %j', (bad, message) => {
    expect(() => demoShape({ ...OPTIONS, ...bad })).toThrow(message);
  });
});

describe('bursts', () => {
  const options = {
    everyMs: 60_000,
    minDurationMs: 5_000,
    maxDurationMs: 15_000,
    minHeight: 0.2,
    maxHeight: 0.6,
  };

  it('come about as often, last as long and rise as high as asked', () => {
    const hours = 10;
    let starts = 0;
    let burstingMs = 0;
    let before = 1;
    for (let t = 0; t < hours * 3_600_000; t += 1000) {
      const factor = burstFactor(9, options, t);
      expect(factor).toBeGreaterThanOrEqual(1);
      expect(factor).toBeLessThanOrEqual(1 + 2 * options.maxHeight);
      if (factor > before) starts++;
      if (factor > 1) burstingMs += 1000;
      before = factor;
    }
    expect(starts / (hours * 60)).toBeGreaterThan(0.85);
    expect(starts / (hours * 60)).toBeLessThan(1.15);
    expect(burstingMs / starts).toBeGreaterThan(8_000);
    expect(burstingMs / starts).toBeLessThan(12_000);
  });
});
