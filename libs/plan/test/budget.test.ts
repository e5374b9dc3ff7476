import { mapResources, RESOURCES, type ResourceVector } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Budget, type Claim, shareBudget } from '../src/index.ts';

const cores = (cpuCores: number): ResourceVector => ({ ...mapResources(() => 0), cpuCores });
const claim = (wanted: number, over: Partial<Claim> = {}): Claim => ({
  weight: 1,
  least: cores(0),
  wanted: cores(wanted),
  unit: undefined,
  ...over,
});
const granted = (claims: readonly Claim[], cpuCores: number): number[] =>
  shareBudget(claims, { cpuCores }).map((share) => Number(share.cpuCores.toFixed(9)));

describe('a budget', () => {
  it('gives everyone what they want while it is enough', () => {
    expect(granted([claim(3), claim(5)], 8)).toEqual([3, 5]);
    expect(shareBudget([claim(3)], {})).toEqual([cores(3)]);
  });

  it('is filled up from below: who wants less than an equal share gets it, the rest is shared alike', () => {
    expect(granted([claim(2), claim(2.6), claim(4), claim(5)], 10)).toEqual([2, 2.6, 2.7, 2.7]);
  });

  it('is shared by weight', () => {
    expect(granted([claim(10, { weight: 3 }), claim(10)], 8)).toEqual([6, 2]);
  });

  it('leaves everyone their least, and says nothing of what that exceeds', () => {
    expect(granted([claim(10, { least: cores(3) }), claim(10)], 4)).toEqual([3, 1]);
    expect(granted([claim(10, { least: cores(3) }), claim(10, { least: cores(3) })], 4)).toEqual([3, 3]);
  });

  it('gives whole workers where sizes cannot change, the one left over to whoever has least for its weight', () => {
    const unit = cores(1);
    expect(granted([claim(4, { unit }), claim(4, { unit })], 5)).toEqual([3, 2]);
    expect(granted([claim(4, { unit }), claim(4, { unit, weight: 1.4 })], 5)).toEqual([2, 3]);
  });
});

const amount = fc.double({ min: 0, max: 20, noNaN: true });
const vector = fc.record({
  cpuCores: amount,
  memoryBytes: amount,
  networkBytesPerSec: amount,
  diskBytesPerSec: amount,
});
const anyClaim: fc.Arbitrary<Claim> = fc
  .record({
    weight: fc.constantFrom(0.5, 1, 2, 5),
    least: vector,
    more: vector,
    unit: fc.constant(undefined),
  })
  .map(({ more, ...c }) => ({ ...c, wanted: mapResources((r) => c.least[r] + more[r]) }));
const anyBudget: fc.Arbitrary<Budget> = fc
  .record({ cpuCores: amount, memoryBytes: amount, diskBytesPerSec: amount }, { requiredKeys: [] })
  .map((b) => ({ ...b }));

describe('any budget', () => {
  it('is kept but for the least of each, and no pool could gain without a poorer one losing', () => {
    fc.assert(
      fc.property(fc.array(anyClaim, { minLength: 1, maxLength: 6 }), anyBudget, (claims, budget) => {
        const shares = shareBudget(claims, budget);
        for (const r of RESOURCES) {
          const limit = budget[r] ?? Infinity;
          const total = shares.reduce((sum, s) => sum + s[r], 0);
          const least = claims.reduce((sum, c) => sum + c.least[r], 0);
          expect(total).toBeLessThanOrEqual(Math.max(limit, least) + 1e-6);
          const isUsedUp = total >= limit - 1e-6;
          for (const [i, c] of claims.entries()) {
            expect(shares[i]![r]).toBeGreaterThanOrEqual(c.least[r] - 1e-9);
            expect(shares[i]![r]).toBeLessThanOrEqual(c.wanted[r] + 1e-9);
            if (shares[i]![r] >= c.wanted[r] - 1e-6) continue;
            expect(isUsedUp).toBe(true);
            // Whoever could give something up has no more for its weight.
            for (const [j, other] of claims.entries()) {
              if (shares[j]![r] <= other.least[r] + 1e-6) continue;
              expect(shares[j]![r] / other.weight).toBeLessThanOrEqual(shares[i]![r] / c.weight + 1e-6);
            }
          }
        }
      }),
    );
  });

  it('of whole workers is kept, and nobody with less for its weight is passed over', () => {
    const whole = fc
      .record({
        weight: fc.constantFrom(1, 2, 3),
        count: fc.integer({ min: 1, max: 12 }),
        size: fc.constantFrom(0.5, 1, 2),
      })
      .map(({ weight, count, size }) => claim(count * size, { weight, unit: cores(size) }));
    fc.assert(
      fc.property(
        fc.array(whole, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 0, max: 30 }),
        (claims, budget) => {
          const shares = granted(claims, budget);
          const left = budget - shares.reduce((a, b) => a + b, 0);
          expect(left).toBeGreaterThanOrEqual(-1e-6);
          for (const [i, share] of shares.entries()) {
            const { unit, wanted } = claims[i]!;
            expect(share / unit!.cpuCores).toBeCloseTo(Math.round(share / unit!.cpuCores), 6);
            if (share < wanted.cpuCores - 1e-6) expect(left).toBeLessThan(unit!.cpuCores);
          }
        },
      ),
    );
  });
});
