import type { Assignment, PartitionKey } from '@foreshadow/domain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assign } from '../src/index.ts';
import { worker } from './fixtures.ts';

/** Partitions by weight and owner, on a pool of a few workers, of which the last may have just come. */
const pool = fc.record({
  workers: fc.integer({ min: 2, max: 4 }),
  isJoined: fc.boolean(),
  partitions: fc.array(fc.record({ weight: fc.integer({ min: 1, max: 10 }), owner: fc.nat(11) }), {
    minLength: 1,
    maxLength: 7,
  }),
});

const key = (p: number): PartitionKey => `orders/${p}`;
const id = (w: number): string => `w-${w}`;

it('a rebalance moves as few partitions as brute force finds for the same load, in all but one of fifty', () => {
  let rebalances = 0;
  let fewer = 0;
  fc.assert(
    fc.property(pool, ({ workers, isJoined, partitions }) => {
      const homes = partitions.map(({ owner }) => owner % (isJoined ? workers - 1 : workers));
      const ownedBy = (w: number): PartitionKey[] =>
        partitions.flatMap((_, p) => (homes[p] === w ? [key(p)] : []));
      const all = Array.from({ length: workers }, (_, w) => worker(id(w), { owns: ownedBy(w) }));
      const before: Assignment = { version: 1, owners: Object.fromEntries(all.map((w) => [w.id, w.owns])) };
      const after = assign({
        partitions: partitions.map(({ weight }, p) => ({ value: key(p), weight: weight / 20 })),
        workers: all,
        before,
        baseShare: 0,
        mayBalance: true,
      });
      const places = partitions.map((_, p) => all.findIndex((w) => after.owners[w.id]?.includes(key(p))));
      const loadOf = (at: readonly number[]): number =>
        Math.max(
          ...all.map((_, w) =>
            partitions.reduce((sum, { weight }, p) => sum + (at[p] === w ? weight : 0), 0),
          ),
        );
      const movesOf = (at: readonly number[]): number => at.filter((w, p) => w !== homes[p]).length;
      const moves = movesOf(places);
      if (moves === 0) return;
      rebalances++;
      const most = loadOf(places);
      // No single move could be spared.
      for (const [p, home] of homes.entries()) {
        if (places[p] !== home) expect(loadOf(places.with(p, home))).toBeGreaterThan(most);
      }
      let least = moves;
      for (let code = 0; code < workers ** partitions.length; code++) {
        const at = partitions.map((_, p) => Math.floor(code / workers ** p) % workers);
        if (movesOf(at) < least && loadOf(at) <= most) least = movesOf(at);
      }
      if (least < moves) fewer++;
    }),
    { numRuns: 1000 },
  );
  expect(rebalances).toBeGreaterThan(300);
  expect(fewer).toBeLessThanOrEqual(rebalances / 50);
});
