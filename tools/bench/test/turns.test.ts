import { expect, it } from 'vitest';
import { median, millisInTurns } from '../src/turns.ts';

it('takes the middle, between two where there is none', () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

it('lets the jobs take turns and divides by the calls of a batch', () => {
  let clock = 0;
  const order: string[] = [];
  const job = (name: string, ms: number) => () => {
    clock += ms;
    order.push(name);
  };
  const [slow, fast] = millisInTurns([job('slow', 100), job('fast', 0.5)], () => clock);
  expect(slow).toBeCloseTo(100, 9);
  expect(fast).toBeCloseTo(0.5, 9);
  // Batches of 2 ms at least: four calls of the fast job, one of the slow.
  expect(order.slice(-10).join()).toBe('slow,fast,fast,fast,fast,slow,fast,fast,fast,fast');
});
