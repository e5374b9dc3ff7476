import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directiveOf, reconcile, workerNumber } from '../../src/orchestrator/reconcile.ts';
import { planOf, SMALL } from './plans.ts';

const running = (...ids: string[]): { id: string; isDraining: boolean }[] =>
  ids.map((id) => ({ id, isDraining: false }));

describe('reconcile', () => {
  it('starts what is missing', () => {
    expect(reconcile(running('p-1'), planOf('p', 3), 0, true)).toEqual({ start: 2, waiting: 0, drain: [] });
  });

  it('drains only what the plan retires, and does not replace it', () => {
    const plan = planOf('p', 1, { retiring: ['p-2', 'gone'] });
    expect(reconcile(running('p-1', 'p-2'), plan, 0, true)).toEqual({ start: 0, waiting: 0, drain: ['p-2'] });
    expect(reconcile(running('p-1', 'p-2', 'p-3'), planOf('p', 1), 0, true).drain).toEqual([]);
  });

  it('replaces at once a worker that the plan retires beyond its count', () => {
    const plan = planOf('p', 2, { retiring: ['p-2'] });
    expect(reconcile(running('p-1', 'p-2'), plan, 0, true)).toEqual({ start: 1, waiting: 0, drain: ['p-2'] });
  });

  it('holds replacements of crashed workers back, not workers that the plan adds', () => {
    expect(reconcile(running('p-1'), planOf('p', 4), 2, false)).toEqual({ start: 1, waiting: 2, drain: [] });
    expect(reconcile(running('p-1'), planOf('p', 1), 2, false)).toEqual({ start: 0, waiting: 0, drain: [] });
  });

  it('changes nothing when carried out twice', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 12 })),
        fc.array(fc.integer({ min: 1, max: 12 })),
        fc.nat(8),
        (numbers, retired, count) => {
          const plan = planOf('p', count, { retiring: retired.map((n) => `p-${n}`) });
          const before = running(...numbers.map((n) => `p-${n}`));
          const first = reconcile(before, plan, 0, true);
          const after = [
            ...before.map((w) => ({ ...w, isDraining: first.drain.includes(w.id) })),
            ...running(...Array.from({ length: first.start }, (_, i) => `p-${100 + i}`)),
          ];
          expect(reconcile(after, plan, 0, true)).toEqual({ start: 0, waiting: 0, drain: [] });
          expect(after.filter((w) => !w.isDraining).length).toBeGreaterThanOrEqual(count);
        },
      ),
    );
  });
});

describe('directiveOf', () => {
  it('leaves workers to share fairly until the plan assigns', () => {
    expect(directiveOf('p-1', planOf('p', 1))).toEqual({
      allowance: SMALL,
      partitions: undefined,
      drain: false,
    });
  });

  it('gives a worker what it owns, and one that is not named nothing', () => {
    const plan = planOf('p', 2, { owners: { 'p-1': ['orders/0'] } });
    expect(directiveOf('p-1', plan).partitions).toEqual(['orders/0']);
    expect(directiveOf('p-2', plan).partitions).toEqual([]);
  });
});

describe('workerNumber', () => {
  it.each([
    ['p', 'p-1', 1],
    ['a-b', 'a-b-12', 12],
    ['p', 'p-0', undefined],
    ['p', 'p-01', undefined],
    ['p', 'p-1x', undefined],
    ['p', 'q-1', undefined],
    ['p', 'worker-77', undefined],
    ['p', 'p-99999999999999999999', undefined],
  ])('in pool %s of %s is %s', (pool, id, number) => {
    expect(workerNumber(pool, id)).toBe(number);
  });
});
