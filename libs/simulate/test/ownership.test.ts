import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ownership } from '../src/world/ownership.ts';
import type { FleetWorker } from '../src/world/fleet.ts';

const worker = (id: number): FleetWorker => ({
  id: `w-${id}`,
  startedSec: 0,
  readySec: 0,
  recordsPerSec: 10,
  phase: 'ready',
  goneSec: Infinity,
});

const counts = (o: Ownership, workers: number): number[] =>
  Array.from({ length: workers }, (_, i) => o.owners.filter((owner) => owner === i).length);

describe('Ownership', () => {
  it('spreads partitions evenly by count, and moves no more than it must', () => {
    const ids = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(ids, ids, fc.integer({ min: 1, max: 40 }), (first, second, partitions) => {
        const o = new Ownership('ordered', partitions);
        o.update(first.map(worker), undefined);
        const before = first.map((id) => o.ownedBy(`w-${id}`));
        const moved = o.update(second.map(worker), undefined);
        const held = counts(o, second.length);
        expect(Math.max(...held) - Math.min(...held)).toBeLessThanOrEqual(1);
        expect(held.reduce((a, b) => a + b, 0)).toBe(partitions);
        // What stays is, for each worker that stays, as much as its new share allows.
        const least = Math.floor(partitions / second.length);
        const kept = partitions - moved.length;
        const stayers = second.filter((id) => first.includes(id));
        const possible = stayers.reduce((n, id) => n + Math.min(least, before[first.indexOf(id)]!.length), 0);
        expect(kept).toBeGreaterThanOrEqual(possible);
      }),
    );
  });

  it('gives partitions to whom a policy wants; those of nobody wait', () => {
    const o = new Ownership('ordered', 3);
    o.update(
      [worker(1), worker(2)],
      new Map([
        ['w-1', [0]],
        ['w-2', [2]],
      ]),
    );
    expect([...o.owners]).toEqual([0, -1, 1]);
    expect(o.ownedBy('w-2')).toEqual([2]);
  });

  it('lets all workers work together where partitions are pooled', () => {
    const o = new Ownership('pooled', 2);
    o.update([worker(1), worker(2), worker(3)], undefined);
    expect([...o.owners]).toEqual([0, 0]);
    expect([...o.budgets]).toEqual([30]);
  });
});
