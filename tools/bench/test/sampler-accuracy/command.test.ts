import type { SamplerKind } from '@foreshadow/shadow';
import { describe, expect, it } from 'vitest';
import { accuracyRow } from '../../src/sampler-accuracy/command.ts';
import { TRAFFICS } from '../../src/sampler-accuracy/traffic.ts';
import { CHI_SQUARE_BOUND, uniformity } from '../../src/sampler-accuracy/uniformity.ts';
import { exemption, problem } from '../../src/sampler-accuracy/verdict.ts';

// The table of `npm run bench -- sampler-accuracy`, over fewer runs and records.
const KINDS: readonly SamplerKind[] = [
  'systematic',
  'stratified',
  'bernoulli',
  'keyed',
  'reservoir',
  'priority',
];

describe.each(KINDS)('samples by %s', { timeout: 120_000 }, (kind) => {
  it.each(TRAFFICS)('of %s traffic are unbiased, and their intervals hold', (traffic) => {
    for (const rate of [0.02, 0.5, 1]) {
      const row = accuracyRow(kind, traffic, rate, 4000, 120);
      expect([rate, row.problems]).toEqual([rate, []]);
    }
  });

  it('are taken evenly from the tick', () => {
    for (const rate of [0.01, 0.5]) expect(uniformity(kind, rate, 100)).toBeLessThan(CHI_SQUARE_BOUND);
  });
});

describe('the verdict', () => {
  const good = { bias: 0, biasZ: 1, rmse: 0.1, coverage: 0.95, runs: 10_000 };

  it('finds bias and intervals that are too narrow or too wide', () => {
    expect(problem(good, undefined)).toBeUndefined();
    expect(problem({ ...good, biasZ: -5 }, { side: 'any', reason: 'x' })).toBe('biased');
    expect(problem({ ...good, coverage: 0.92 }, { side: 'above', reason: 'x' })).toBe('covers too little');
    expect(problem({ ...good, coverage: 0.98 }, undefined)).toBe('covers too much');
    expect(problem({ ...good, coverage: 0.98 }, { side: 'above', reason: 'x' })).toBeUndefined();
  });

  it('exempts no interval from more samples than the skewness of the sizes wants, and names those that it does', () => {
    const cell = { kind: 'bernoulli', traffic: 'bursty', skewness: 2 } as const;
    // 25 · 2² = 100 samples.
    expect(exemption({ ...cell, rate: 0.011 }, 'bytes', 10_000)).toBeUndefined();
    expect(exemption({ ...cell, rate: 0.009 }, 'bytes', 10_000)?.reason).toContain('90 samples, 100 wanted');
    expect(exemption({ ...cell, rate: 0.009 }, 'records', 10_000)).toBeUndefined();
    expect(exemption({ ...cell, rate: 0.002 }, 'records', 10_000)?.side).toBe('any');
  });
});
