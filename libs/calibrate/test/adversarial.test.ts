import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  calibrated,
  initialCalibration,
  isCalibration,
  learned,
  stretched,
  stretchOf,
} from '../src/index.ts';

const anything = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1e308, -1e308, 5e-324),
  fc.integer({ min: -1000, max: 1000 }),
);
const mean = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e100, max: 1e100 }),
  fc.constant(0),
);
const forecast = fc.record({ mean, lower: anything, upper: anything, actual: anything });

it('issues bounds that never cross, are finite and not below the floor, whatever it is told', () => {
  fc.assert(
    fc.property(fc.array(forecast, { maxLength: 120 }), fc.integer({ min: 0, max: 400 }), (all, steps) => {
      let c = initialCalibration();
      for (const f of all) {
        const issued = calibrated(c, { ...f, mean: Math.abs(f.mean) }, 0);
        expect(issued.lower).toBeLessThanOrEqual(issued.mean);
        expect(issued.upper).toBeGreaterThanOrEqual(issued.mean);
        expect(issued.lower).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(issued.lower + issued.upper)).toBe(true);
        c = learned(c, issued, f.actual, steps);
        expect(isCalibration(c)).toBe(true);
      }
    }),
  );
});

it('comes back after an error beyond all measure', () => {
  let c = initialCalibration();
  const given = { mean: 10, lower: 9, upper: 11 };
  for (let t = 0; t < 4000; t++) {
    c = learned(c, calibrated(c, given), t === 100 ? 1e300 : 10 + ((t * 7) % 20) / 10 - 0.95, 1);
  }
  expect(calibrated(c, given).upper).toBeLessThan(13);
});

it('stretches intervals between the calibrated horizons without crossing', () => {
  const states = fc.array(fc.record({ f: forecast, horizonMs: fc.integer({ min: 1, max: 1e6 }) }), {
    maxLength: 4,
  });
  fc.assert(
    fc.property(states, forecast, fc.integer({ min: -5, max: 2e6 }), (all, given, horizonMs) => {
      const horizons = all
        .sort((a, b) => a.horizonMs - b.horizonMs)
        .filter((h, i) => h.horizonMs !== all[i - 1]?.horizonMs)
        .map(({ f, horizonMs: at }) => {
          const { below, above } = calibrated(initialCalibration(), f);
          return { horizonMs: at, below: stretchOf(below), above: stretchOf(above) };
        });
      const made = stretched(horizons, horizonMs, given);
      expect(made.lower).toBeLessThanOrEqual(made.mean);
      expect(made.upper).toBeGreaterThanOrEqual(made.mean);
      expect(Number.isNaN(made.lower + made.upper)).toBe(false);
    }),
  );
});
