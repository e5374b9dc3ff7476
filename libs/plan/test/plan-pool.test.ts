import { describe, expect, it } from 'vitest';
import { initialPoolState, planPool } from '../src/index.ts';
import { observation, steady, worker } from './fixtures.ts';

describe('a first plan', () => {
  it('sizes the pool for what it sees', () => {
    const partitions = [0, 1, 2, 3].map((i) => steady(i, 0.1, 1000));
    const { plan } = planPool(
      initialPoolState(),
      observation({ partitions, workers: [worker('w-1')] }),
      1000,
    );
    expect(plan.reason).toBe('INITIAL');
    expect(plan.allocation.workers).toBe(2);
    expect(plan.assignment.owners).toEqual({ 'w-1': ['orders/0', 'orders/1', 'orders/2', 'orders/3'] });
    expect(plan.allocation.perWorker.cpuCores).toBe(0.3);
  });
});
