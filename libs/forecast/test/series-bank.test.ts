import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastError, ForecastKernel, SeriesBank, type SeriesBankOptions } from '../src/index.ts';

const STEPS = [1, 6, 12];

function daily(t: number): number {
  return 100 + 40 * Math.sin((2 * Math.PI * t) / 48) + ((t * 7919) % 13);
}

function bankAfter(count: number, options: Partial<SeriesBankOptions> = {}): SeriesBank {
  const bank = new SeriesBank({ steps: STEPS, ...options });
  for (let t = 0; t < count; t++) bank.update(daily(t));
  return bank;
}

function codeOf(action: () => void): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof ForecastError ? error.code : String(error);
  }
  return undefined;
}

describe('SeriesBank', () => {
  it('forecasts nothing before the first value and last value after it', () => {
    const bank = new SeriesBank({ steps: STEPS });
    expect([...bank.predict().mean]).toEqual([NaN, NaN, NaN]);
    bank.update(undefined);
    bank.update(7);
    expect([...bank.predict().mean]).toEqual([7, 7, 7]);
  });

  it('finds the season and forecasts much better than last value', () => {
    const bank = bankAfter(400);
    let error = 0;
    let errorNaive = 0;
    for (let t = 400; t < 500; t++) {
      error += Math.abs((bank.predict().mean[2] ?? NaN) - daily(t + 11));
      errorNaive += Math.abs(daily(t - 1) - daily(t + 11));
      bank.update(daily(t));
    }
    expect(bank.explain().seasons[0]).toBe(48);
    expect(error / errorNaive).toBeLessThan(0.3);
  });

  it('covers about 90 % of what comes', () => {
    const bank = new SeriesBank({ steps: STEPS });
    const inside = [0, 0, 0];
    const issued: { lower: Float64Array; upper: Float64Array }[] = [];
    let seed = 1;
    for (let t = 0; t < 3000; t++) {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      const y = 50 + 10 * Math.sin(t / 9) + 20 * (seed / 2 ** 32) ** 3;
      STEPS.forEach((s, h) => {
        const f = issued[t - s];
        const isInside = f !== undefined && (f.lower[h] ?? NaN) <= y && y <= (f.upper[h] ?? NaN);
        if (t >= 1000 && isInside) inside[h] = (inside[h] ?? 0) + 1;
      });
      bank.update(y);
      issued.push(bank.predict());
    }
    for (const count of inside) {
      expect(count / 2000).toBeGreaterThan(0.87);
      expect(count / 2000).toBeLessThan(0.93);
    }
  });

  it('has weights that sum to 1 at each horizon', () => {
    const rows = bankAfter(300).weights();
    STEPS.forEach((_, h) => {
      expect(rows.reduce((sum, row) => sum + (row.weights[h] ?? NaN), 0)).toBeCloseTo(1, 12);
    });
  });

  it('names the expert with the largest weight', () => {
    const bank = bankAfter(300);
    const rows = bank.weights();
    const best = rows.reduce((a, b) => ((b.weights[1] ?? 0) > (a.weights[1] ?? 0) ? b : a));
    expect(bank.leadingExpert(1)).toBe(best.name);
  });

  it('lets missing values pass without taking them for zero', () => {
    const bank = bankAfter(200);
    for (let t = 200; t < 230; t++) bank.update(undefined);
    const { lower, mean } = bank.predict();
    for (const v of mean) expect(v).toBeGreaterThan(40);
    for (const v of lower) expect(v).toBeGreaterThan(0);
  });

  it('hears what a finer resolution says as two more experts', () => {
    const noise = (t: number): number => ((t * t * 7919 + t * 104729) % 1009) + 1;
    const bank = new SeriesBank({ steps: [1] });
    for (let t = 0; t < 400; t++) {
      // Said before the value of step t: what step t + 1 will bring.
      bank.tell('other-season', [noise(t + 1)]);
      bank.update(noise(t));
    }
    expect(bank.leadingExpert(0)).toBe('other-season');
    expect(bank.predict().mean[0]).toBeCloseTo(noise(400), -1);
    bank.tell('other-season', undefined);
    bank.update(noise(400));
    expect(bank.leadingExpert(0)).not.toBe('other-season');
  });

  it('forecasts the last value, without any interval, when told to', () => {
    const bank = bankAfter(100, { forecaster: 'last-value' });
    const { mean, lower, upper } = bank.predict();
    expect([...mean]).toEqual([daily(99), daily(99), daily(99)]);
    expect([lower, upper]).toEqual([mean, mean]);
    expect(bank.leadingExpert(0)).toBe('naive');
  });

  it.each([[[]], [[0]], [[1, 1]], [[2, 1]], [[1.5]], [[NaN]]])('refuses the horizons %j', (steps) => {
    expect(codeOf(() => new SeriesBank({ steps }))).toBe('INVALID_ARGUMENT');
  });

  it.each([{ historySteps: 63 }, { historySteps: 10 }, { seasons: 3 }, { seasons: -1 }])(
    'refuses %j',
    (options) => {
      expect(codeOf(() => new SeriesBank({ steps: [1], ...options }))).toBe('INVALID_ARGUMENT');
    },
  );
});

describe('state of a SeriesBank', () => {
  it('goes on byte for byte, in the other variant too', () => {
    const simd = bankAfter(333, { variant: 'simd' });
    const scalar = new SeriesBank({ steps: STEPS, variant: 'scalar' });
    scalar.fromState(simd.toState());
    for (let t = 333; t < 500; t++) {
      expect(scalar.predict()).toEqual(simd.predict());
      for (const bank of [simd, scalar]) bank.update(daily(t));
    }
    expect(scalar.toState()).toEqual(simd.toState());
  });

  it('is small while the series is young', () => {
    expect(bankAfter(5).toState().length).toBeLessThan(8000);
  });

  it('is refused by a bank of another shape', () => {
    const state = bankAfter(50).toState();
    expect(codeOf(() => new SeriesBank({ steps: [1, 6] }).fromState(state))).toBe('STATE_MISMATCH');
    expect(codeOf(() => new SeriesBank({ steps: STEPS, seasons: 1 }).fromState(state))).toBe(
      'STATE_MISMATCH',
    );
  });

  it('is refused when it comes from another kernel', () => {
    const state = bankAfter(50).toState();
    const at = 4 + 'foreshadow-bank '.length;
    state[at] = (state[at] ?? 0) ^ 1;
    expect(codeOf(() => bankAfter(1).fromState(state))).toBe('STATE_MISMATCH');
  });

  it('is refused or survived when damaged, and the bank stays usable', () => {
    const state = bankAfter(200).toState();
    const bank = bankAfter(60);
    const damage = fc.array(fc.tuple(fc.nat({ max: state.length - 1 }), fc.nat({ max: 255 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(damage, fc.nat({ max: state.length }), (bytes, length) => {
        const copy = state.slice(0, length);
        for (const [at, value] of bytes) if (at < length) copy[at] = value;
        const before = bank.predict();
        if (codeOf(() => bank.fromState(copy)) !== undefined) expect(bank.predict()).toEqual(before);
        else bank.fromState(state);
        bank.update(5);
        expect(bank.predict().mean.length).toBe(3);
      }),
      { numRuns: 100 },
    );
  });
});

describe('ForecastKernel', () => {
  it('keeps series apart and uses freed memory again', () => {
    const kernel = new ForecastKernel();
    const alone = bankAfter(100);
    const banks = [0, 1, 2].map(() => bankAfter(100, { kernel }));
    const bytes = kernel.bytes;
    for (const bank of banks) expect(bank.predict()).toEqual(alone.predict());
    banks[1]?.dispose();
    expect([...new SeriesBank({ steps: STEPS, kernel }).predict().mean]).toEqual([NaN, NaN, NaN]);
    expect(kernel.bytes).toBe(bytes);
    expect(banks[2]?.predict()).toEqual(alone.predict());
  });
});
