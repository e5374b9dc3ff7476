import { Xoshiro128 } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { walk } from '../../src/accuracy/walk.ts';

function noisySeason(count: number): Float64Array {
  const rng = new Xoshiro128(3);
  return Float64Array.from({ length: count }, (_, t) => 100 + 40 * Math.sin(t / 4) + 10 * rng.next());
}

it('never sees later values', () => {
  const values = noisySeason(300);
  const changed = values.map((y, t) => (t < 200 ? y : 5 * y));
  const [before, after] = [walk(values, [1, 3]), walk(changed, [1, 3])];
  for (const h of [0, 1]) {
    expect(after.mean[h]!.subarray(0, 200)).toEqual(before.mean[h]!.subarray(0, 200));
    expect(after.upper[h]!.subarray(0, 200)).toEqual(before.upper[h]!.subarray(0, 200));
    expect(after.mean[h]!.subarray(200)).not.toEqual(before.mean[h]!.subarray(200));
  }
});

it('leaves missing values to the bank', () => {
  const values = noisySeason(100).fill(NaN, 40, 60);
  const { mean } = walk(values, [1]);
  expect([...mean[0]!.subarray(1)].every(Number.isFinite)).toBe(true);
});
