import { Xoshiro128 } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { mixSeed, poisson, ZipfSampler, zipfShares } from '../src/index.ts';

describe('poisson', () => {
  it.each([0.3, 3, 9.9, 10, 40, 2000])('has mean and variance %d', (mean) => {
    const rng = new Xoshiro128(7);
    const n = 40_000;
    const counts = Array.from({ length: n }, () => poisson(rng, mean));
    const average = counts.reduce((a, b) => a + b, 0) / n;
    const variance = counts.reduce((a, b) => a + (b - average) ** 2, 0) / (n - 1);
    // five standard errors: of the mean √(λ/n), of the variance √((λ + 2λ²)/n)
    expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(mean / n));
    expect(Math.abs(variance - mean)).toBeLessThan(5 * Math.sqrt((mean + 2 * mean * mean) / n));
  });

  it.each([0, -1, Number.NaN])('is 0 for a mean of %d', (mean) => {
    expect(poisson(new Xoshiro128(1), mean)).toBe(0);
  });
});

describe('Zipf', () => {
  it('gives shares that fall with the rank and sum to 1', () => {
    const shares = zipfShares(100, 1.1);
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(shares[0]! / shares[9]!).toBeCloseTo(10 ** 1.1, 9);
  });

  it('draws ranks with their shares', () => {
    const rng = new Xoshiro128(3);
    const sampler = new ZipfSampler(20, 1);
    const n = 50_000;
    const seen = new Float64Array(20);
    for (let i = 0; i < n; i++) seen[sampler.sample(rng)]! += 1;
    const chiSquare = zipfShares(20, 1).reduce((sum, p, i) => sum + (seen[i]! - n * p) ** 2 / (n * p), 0);
    // 99.9 % quantile of χ² with 19 degrees of freedom
    expect(chiSquare).toBeLessThan(43.8);
  });

  it.each([
    [0, 1],
    [1.5, 1],
    [10, -1],
    [10, Number.NaN],
  ])('refuses count %d with exponent %d', (count, exponent) => {
    expect(() => new ZipfSampler(count, exponent)).toThrow(/count|exponent/);
  });
});

describe('mixSeed', () => {
  it('tells neighbouring cells apart', () => {
    const seeds = new Set(Array.from({ length: 10_000 }, (_, i) => mixSeed(1, i % 100, Math.floor(i / 100))));
    expect(seeds.size).toBeGreaterThan(9_990);
  });
});
