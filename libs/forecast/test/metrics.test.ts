import { type Rng, Xoshiro128, Z95 } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idealWorstBlockCoverage, worstBlockCoverage } from '../src/block-coverage.ts';
import { autoregression, normalScores } from '../src/error-dependence.ts';
import { bestConstantBandScore, intervalScore, pinballLoss } from '../src/interval-score.ts';
import { naiveScale, seasonalNaive } from '../src/seasonal-naive.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });

describe('interval score', () => {
  it('is the width, and 2/α for every unit missed', () => {
    expect(intervalScore(5, 4, 8, 0.1)).toBe(4);
    expect(intervalScore(3, 4, 8, 0.1)).toBe(24);
    expect(intervalScore(8.5, 4, 8, 0.1)).toBe(14);
  });

  it('is 2/α times the pinball losses of the bounds', () => {
    fc.assert(
      fc.property(finite, finite, fc.double({ min: 0, max: 1e6, noNaN: true }), (y, lower, width) => {
        const upper = lower + width;
        const losses = pinballLoss(y, lower, 0.05) + pinballLoss(y, upper, 0.95);
        const score = intervalScore(y, lower, upper, 0.1);
        expect(20 * losses).toBeCloseTo(score, 4);
      }),
    );
  });
});

describe('best constant band', () => {
  it('is as good as the best of all bands between two errors', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (e) => {
          let best = Infinity;
          for (const a of e) {
            for (const b of e) {
              if (b < a) continue;
              best = Math.min(best, e.reduce((sum, y) => sum + intervalScore(y, a, b, 0.1), 0) / e.length);
            }
          }
          expect(bestConstantBandScore(Float64Array.from(e), 0.1)).toBeCloseTo(best, 9);
        },
      ),
    );
  });

  it('is unknown without errors', () => {
    expect(bestConstantBandScore(new Float64Array(0), 0.1)).toBeNaN();
  });
});

describe('worst block coverage', () => {
  it('is the least share in any run of consecutive hits', () => {
    const hits = fc.array(fc.integer({ min: 0, max: 1 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(hits, fc.integer({ min: 1, max: 20 }), (list, block) => {
        const shares: number[] = [];
        for (let i = 0; i + block <= list.length; i++) {
          shares.push(list.slice(i, i + block).reduce((a, b) => a + b, 0) / block);
        }
        const expected = shares.length === 0 ? NaN : Math.min(...shares);
        expect(worstBlockCoverage(Uint8Array.from(list), block)).toBe(expected);
      }),
    );
  });

  it('is unknown of fewer than a block', () => {
    expect(worstBlockCoverage(new Uint8Array(99))).toBeNaN();
    expect(worstBlockCoverage(new Uint8Array(100))).toBe(0);
  });
});

function normal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

/** 10th percentile of the worst block of 90 % hits on moving sums of `span` independent normals, by plain means. */
function plainIdeal(n: number, span: number, rng: Rng): number {
  const worst = Array.from({ length: 300 }, () => {
    const noise = Array.from({ length: n + span }, () => normal(rng));
    const hits = Array.from({ length: n }, (_, i) => {
      const sum = noise.slice(i, i + span).reduce((a, b) => a + b, 0);
      return Math.abs(sum) <= Z95 * Math.sqrt(span) ? 1 : 0;
    });
    return worstBlockCoverage(Uint8Array.from(hits));
  });
  return worst.sort((a, b) => a - b)[29] ?? NaN;
}

describe('ideal worst block coverage', () => {
  it.each([1, 6, 12])('is that of errors which sum up %i shocks, whatever their scale and tails', (span) => {
    const rng = new Xoshiro128(span);
    const noise = Array.from({ length: 1000 + span }, () => normal(rng));
    const errors = Float64Array.from({ length: 1000 }, (_, i) =>
      noise.slice(i, i + span).reduce((a, b) => a + b, 0),
    );
    const expected = plainIdeal(1000, span, rng);
    const ideal = idealWorstBlockCoverage(errors, span, new Xoshiro128(1));
    expect(Math.abs(ideal - expected)).toBeLessThanOrEqual(0.05);
    const odd = errors.map((e) => 1e9 * Math.sinh(e / span));
    expect(idealWorstBlockCoverage(odd, span, new Xoshiro128(1))).toBe(ideal);
  });

  it('gives the same for the same seed', () => {
    const errors = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i * i));
    const twice = [7, 7].map((seed) => idealWorstBlockCoverage(errors, 3, new Xoshiro128(seed)));
    expect(twice[0]).toBe(twice[1]);
  });

  it.each([
    ['constant', () => 0],
    ['a straight line', (i: number) => i],
    ['alternating', (i: number) => (-1) ** i],
    ['huge', (i: number) => (i % 7) * 1e300],
    ['one that is not like the others', (i: number) => (i === 50 ? 1e308 : 0)],
  ])('copes with errors that are %s', (_, error) => {
    const errors = Float64Array.from({ length: 300 }, (__, i) => error(i));
    const ideal = idealWorstBlockCoverage(errors, 12, new Xoshiro128(1));
    expect(ideal).toBeGreaterThanOrEqual(0);
    expect(ideal).toBeLessThan(0.9);
  });

  it('is unknown of fewer errors than a block', () => {
    expect(idealWorstBlockCoverage(new Float64Array(99), 1, new Xoshiro128(1))).toBeNaN();
  });
});

describe('dependence of errors', () => {
  it('ranks values on the normal scale; equal ones are equal', () => {
    const scores = normalScores(Float64Array.of(5, -1, 5, 100));
    expect(scores[0]).toBe(scores[2]);
    expect(scores[0]).toBeCloseTo(0, 9);
    expect(scores[1]).toBeCloseTo(-1.1503, 4);
    expect(scores[3]).toBeCloseTo(1.1503, 4);
  });

  it('fits the autoregression whose first autocorrelations are those of the values', () => {
    const rng = new Xoshiro128(3);
    const values = new Float64Array(400);
    for (let i = 2; i < 400; i++) values[i] = 0.5 * values[i - 1]! + 0.3 * values[i - 2]! + normal(rng);
    const { coefficients, innovation } = autoregression(values, 3);
    const r = sampleAutocorrelations(values, 3);
    for (let k = 1; k <= 3; k++) {
      const implied = [...coefficients].reduce((sum, c, j) => sum + c * r[Math.abs(k - j - 1)]!, 0);
      expect(implied).toBeCloseTo(r[k]!, 9);
    }
    const explained = [...coefficients].reduce((sum, c, j) => sum + c * r[j + 1]!, 0);
    expect(innovation ** 2).toBeCloseTo(1 - explained, 9);
  });
});

function sampleAutocorrelations(values: Float64Array, most: number): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const at = (k: number): number =>
    values.reduce((sum, y, i) => (i < k ? sum : sum + (y - mean) * (values[i - k]! - mean)), 0);
  return Array.from({ length: most + 1 }, (_, k) => at(k) / at(0));
}

describe('seasonal naive', () => {
  const values = [0, 1, 2, 3, 10, 11, NaN, 13];

  it('takes the newest value at the same place of the season', () => {
    expect([1, 2, 3, 4, 5].map((steps) => seasonalNaive(values, 5, steps, 4))).toEqual([2, 3, 10, 11, 2]);
  });

  it('goes back a season where a value is missing, and has none before the first', () => {
    expect(seasonalNaive(values, 7, 3, 4)).toBe(2);
    expect(seasonalNaive(values, 2, 1, 4)).toBeNaN();
    expect(seasonalNaive([], -1, 1, 4)).toBeNaN();
  });

  it('is scaled by its error in the sample, over the pairs that are there', () => {
    expect(naiveScale(values, 6, 1)).toBe((1 + 1 + 1 + 7 + 1) / 5);
    expect(naiveScale(values, 8, 4)).toBe(10);
    expect(naiveScale(values, 4, 4)).toBeNaN();
    expect(naiveScale([NaN, 1, Infinity, 2], 4, 1)).toBeNaN();
  });
});
