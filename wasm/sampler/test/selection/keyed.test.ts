import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashKey } from '../../src/index.ts';
import { keepsKey, keyThreshold, thresholdDigits, thresholdRate } from '../../src/selection/index.ts';

const hash = new Int32Array(2);

function keeps(key: string, rate: number): boolean {
  hashKey(key, hash);
  return keepsKey(hash[0]!, hash[1]!, keyThreshold(rate));
}

describe('the threshold of a rate', () => {
  // Examples of the OpenTelemetry specification, "TraceState: Probability Sampling", at full precision.
  it.each([
    [1, '0'],
    [0.5, '8'],
    [0.25, 'c'],
    [0.75, '4'],
    [0.125, 'e'],
    [2 ** -56, 'ffffffffffffff'],
    [1 / 3, 'aaaaaaaaaaaaac'],
  ])('of %d is %s', (rate, digits) => {
    expect(thresholdDigits(keyThreshold(rate))).toBe(digits);
  });

  it('keeps the rate to 2⁻⁵⁶, or to the last bit of a double', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -56, max: 1, noNaN: true }), (rate) => {
        const kept = thresholdRate(keyThreshold(rate));
        expect(Math.abs(kept - rate)).toBeLessThanOrEqual(Math.max(2 ** -57, rate * 2 ** -52) + 2 ** -53);
      }),
    );
  });
});

describe('keyed selection', () => {
  it('nests: what a smaller rate keeps, a larger one keeps', () => {
    const rate = fc.double({ min: 1e-3, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.string(), rate, rate, (key, one, other) => {
        const [small, large] = one < other ? [one, other] : [other, one];
        expect(keeps(key, large) || !keeps(key, small)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([0.01, 0.1, 0.5])(
    'keeps a share of %d of the keys, alike in every register of a sketch',
    (rate) => {
      const keys = 320_000;
      const all = new Array<number>(16).fill(0);
      const kept = new Array<number>(16).fill(0);
      for (let i = 0; i < keys; i++) {
        const isKept = keeps(`customer-${i}`, rate);
        all[hash[0]! >>> 28]!++;
        if (isKept) kept[hash[0]! >>> 28]!++;
      }
      const chi = kept.reduce((s, n, i) => s + (n - all[i]! * rate) ** 2 / (all[i]! * rate * (1 - rate)), 0);
      expect(chi).toBeLessThan(39.25); // 99.9 % of χ² with 16 degrees of freedom
    },
  );

  it('keeps all keys at rate 1, and those of non-ASCII, empty and long keys as bytes would have it', () => {
    for (const key of ['', 'ключ-7', '日本', 'x'.repeat(1_000_000)]) {
      expect(keeps(key, 1)).toBe(true);
      const asString = keeps(key, 0.5);
      hashKey(new TextEncoder().encode(key), hash);
      expect(keepsKey(hash[0]!, hash[1]!, keyThreshold(0.5))).toBe(asString);
    }
  });
});
