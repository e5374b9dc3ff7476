import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkKnots, chooseKnots, horizonsToRuns, runsToHorizons } from '../../src/codec/layout.ts';
import { knotShares, spreadAt } from '../../src/codec/spread.ts';
import { HORIZONS_MS, PATH_MS } from '../support.ts';

const steps = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 60 });
const horizons = steps.map((s) => {
  let ms = 0;
  return s.map((step) => (ms += step));
});

describe('path layouts', () => {
  it('write regular steps as runs', () => {
    expect(horizonsToRuns(PATH_MS)).toEqual([5, 1000, 11, 5000, 8, 30_000]);
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(horizons, (h) => {
        expect(runsToHorizons(horizonsToRuns(h))).toEqual(h);
      }),
    );
  });

  it('have their knots at the ends, the configured horizons, changes of resolution and in the widest gaps', () => {
    const knots = chooseKnots(PATH_MS, HORIZONS_MS).map((k) => PATH_MS[k]);
    expect(knots).toEqual([1000, 5000, 10_000, 30_000, 60_000, 90_000, 180_000, 300_000]);
  });

  it('have eight knots at least, or one a step', () => {
    const seconds = Array.from({ length: 60 }, (_, i) => (i + 1) * 1000);
    expect(chooseKnots(seconds, [30_000]).map((k) => seconds[k])).toContain(30_000);
    expect(chooseKnots(seconds, [30_000])).toHaveLength(8);
    expect(chooseKnots(seconds.slice(0, 5), [])).toEqual([0, 1, 2, 3, 4]);
    expect(chooseKnots([1000], [1000])).toEqual([0]);
  });

  it('have knots that span the path, whatever the horizons', () => {
    fc.assert(
      fc.property(horizons, fc.array(fc.integer({ min: 1, max: 1e6 }), { maxLength: 20 }), (h, exact) => {
        const knots = chooseKnots(h, [...exact, ...h.slice(0, 5)]);
        expect(() => checkKnots(knots, h.length)).not.toThrow();
        expect(knots.length).toBeGreaterThanOrEqual(Math.min(8, h.length));
      }),
    );
  });

  it.each([[[]], [[0, 5]], [[5, 0]], [[3]], [[8, 0xffff_ffff]]])('refuse the runs %j', (runs) => {
    expect(() => runsToHorizons(runs)).toThrow(expect.objectContaining({ code: 'INVALID_LAYOUT' }));
  });

  it('refuse endless runs before they are laid out', () => {
    expect(() => runsToHorizons([0xffff_ffff, 1])).toThrow(expect.objectContaining({ code: 'TOO_MANY' }));
  });

  it.each([[[]], [[0]], [[1, 4]], [[0, 3]], [[0, 2, 2, 4]], [[0, 3, 2, 4]]])(
    'refuse the knots %j',
    (knots) => {
      expect(() => checkKnots(knots, 5)).toThrow(expect.objectContaining({ code: 'INVALID_LAYOUT' }));
    },
  );
});

describe('spreads between knots', () => {
  it('follow a random walk exactly', () => {
    const layout = { horizonsMs: PATH_MS, knots: [0, 4, 15, 23] };
    const walk = (ms: number): number => 3 * Math.sqrt(ms);
    const atKnots = layout.knots.map((k) => walk(PATH_MS[k]!));
    const shares = knotShares(layout);
    for (const [step, ms] of PATH_MS.entries())
      expect(spreadAt(shares[step]!, atKnots)).toBeCloseTo(walk(ms), 6);
  });

  it('are what the knots say at the knots', () => {
    const layout = { horizonsMs: PATH_MS, knots: [0, 4, 15, 23] };
    const shares = knotShares(layout);
    expect(layout.knots.map((k) => spreadAt(shares[k]!, [7, 1, 9, 2]))).toEqual([7, 1, 9, 2]);
  });
});
