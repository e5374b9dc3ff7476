import { describe, expect, it } from 'vitest';
import { type HorizonStretch, stretched, stretchOf } from '../src/index.ts';

const given = { mean: 10, lower: 8, upper: 11 };
const at = (horizonMs: number, below: number, above: number): HorizonStretch => ({
  horizonMs,
  below: { ratio: below, extra: 0 },
  above: { ratio: above, extra: 0 },
});
const HORIZONS = [at(1000, 2, 1), at(3000, 1, 3)];

describe('an interval', () => {
  it('is stretched on each side as at its horizon', () => {
    expect(stretched(HORIZONS, 1000, given)).toEqual({ mean: 10, lower: 6, upper: 11 });
    expect(stretched(HORIZONS, 3000, given)).toEqual({ mean: 10, lower: 8, upper: 13 });
  });

  it('between horizons is stretched by what lies between', () => {
    expect(stretched(HORIZONS, 2000, given)).toEqual({ mean: 10, lower: 7, upper: 12 });
  });

  it('outside of them is stretched as at the nearest', () => {
    expect(stretched(HORIZONS, 1, given)).toEqual(stretched(HORIZONS, 1000, given));
    expect(stretched(HORIZONS, 9000, given)).toEqual(stretched(HORIZONS, 3000, given));
  });

  it('stays as it is without horizons, and above the floor', () => {
    expect(stretched([], 1000, given)).toEqual(given);
    expect(stretched([at(1000, 50, 1)], 1000, given, 0).lower).toBe(0);
  });
});

it('widens by an amount what was given no margin', () => {
  const stretch = stretchOf({ scales: [0, 0, 2, 2], distance: 4, made: 4, margin: 4 });
  const horizons = [{ horizonMs: 1000, below: stretch, above: stretch }];
  expect(stretched(horizons, 1000, { mean: 10, lower: 10, upper: 10 })).toEqual({
    mean: 10,
    lower: 6,
    upper: 14,
  });
});
