import type { PartitionKey } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { AppendRates } from '../../src/load/append-rate.ts';

const ends = (a: number, b: number): Map<PartitionKey, number> =>
  new Map<PartitionKey, number>([
    ['orders/0', a],
    ['orders/1', b],
  ]);

it('gives records/s between two readings, and nothing before the second', () => {
  const rates = new AppendRates();
  expect(rates.update(ends(100, 7), 0).size).toBe(0);
  expect([...rates.update(ends(150, 7), 500)]).toEqual([
    ['orders/0', 100],
    ['orders/1', 0],
  ]);
});

it('takes a stream that does not grow at all for missing during five minutes, then for zero', () => {
  const rates = new AppendRates();
  rates.update(ends(100, 7), 0);
  expect(rates.update(ends(100, 7), 1000).size).toBe(0);
  expect(rates.update(ends(100, 7), 300_000).size).toBe(0);
  expect(rates.update(ends(100, 7), 301_000).get('orders/0')).toBe(0);
  expect(rates.update(ends(101, 7), 302_000).get('orders/0')).toBe(1);
  expect(rates.update(ends(101, 7), 303_000).size).toBe(0);
});

it('gives nothing for positions that went back, that are new, or without time between', () => {
  const rates = new AppendRates();
  rates.update(ends(100, 7), 0);
  expect(rates.update(ends(90, 17), 1000).has('orders/0')).toBe(false);
  expect(rates.update(ends(91, 18), 1000).size).toBe(0);
  expect(rates.update(new Map<PartitionKey, number>([['other/0', 5]]), 2000).size).toBe(0);
});
