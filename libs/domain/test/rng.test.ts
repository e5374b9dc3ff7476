import { expect, it } from 'vitest';
import { Xoshiro128 } from '../src/index.ts';

it('repeats from its seed and differs between seeds', () => {
  const draw = (seed: number): number[] => {
    const rng = new Xoshiro128(seed);
    return Array.from({ length: 8 }, () => rng.nextUint32());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

it('is uniform: chi-square over 64 cells below its 99.9 % quantile', () => {
  const rng = new Xoshiro128(42);
  const cells = new Array<number>(64).fill(0);
  const n = 64_000;
  for (let i = 0; i < n; i++) cells[Math.floor(rng.next() * 64)]! += 1;
  const expected = n / 64;
  const chiSquare = cells.reduce((sum, c) => sum + (c - expected) ** 2 / expected, 0);
  expect(chiSquare).toBeLessThan(103.4);
});
