import { expect, it } from 'vitest';
import { Ring } from '../src/ring.ts';

it('keeps the newest entries in order', () => {
  const ring = new Ring<number>(3);
  for (let i = 1; i <= 5; i++) ring.push(i);
  expect(ring.oldestFirst()).toEqual([3, 4, 5]);
  expect(ring.newestFirst(2)).toEqual([5, 4]);
  expect(ring.size).toBe(3);
});

it('gives what there is before it is full', () => {
  const ring = new Ring<number>(3);
  ring.push(1);
  expect(ring.oldestFirst()).toEqual([1]);
  expect(ring.newestFirst(10)).toEqual([1]);
});

it('finds entries by how many are newer', () => {
  const ring = new Ring<number>(3);
  expect(ring.newest(0)).toBeUndefined();
  for (let i = 1; i <= 5; i++) {
    ring.push(i);
    const expected = [0, 1, 2].map((age) => (age < Math.min(i, 3) ? i - age : undefined));
    expect([0, 1, 2].map((age) => ring.newest(age))).toEqual(expected);
  }
  for (const age of [-1, 3, NaN]) expect(ring.newest(age)).toBeUndefined();
});
