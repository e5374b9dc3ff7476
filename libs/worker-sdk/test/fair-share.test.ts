import { type PartitionKey, partitionKey } from '@foreshadow/domain';
import type { WorkerReport } from '@foreshadow/ports';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignedTarget, fairShareTarget, rankAmongLive } from '../src/fair-share.ts';

const partitionsOf = (n: number): PartitionKey[] => Array.from({ length: n }, (_, i) => partitionKey('s', i));

/** Let workers take turns on exclusive leases until nobody wants to change anything. */
function settle(partitions: PartitionKey[], holdings: PartitionKey[][]): number {
  let moves = 0;
  for (let round = 0; round < 10; round++) {
    for (const [rank, held] of holdings.entries()) {
      const target = fairShareTarget(held, partitions, rank, holdings.length);
      const kept = held.filter((p) => !target.release.includes(p));
      const taken = new Set(holdings.flatMap((h, i) => (i === rank ? kept : h)));
      const gained = target.candidates.filter((p) => !taken.has(p)).slice(0, Math.max(0, target.wanted));
      moves += gained.length;
      holdings[rank] = [...kept, ...gained];
    }
  }
  return moves;
}

describe('fairShareTarget', () => {
  it('comes to an equal share from any start, each partition owned once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(),
        (n, workers, deal) => {
          const partitions = partitionsOf(n);
          const holdings: PartitionKey[][] = Array.from({ length: workers }, () => []);
          for (const [i, p] of partitions.entries()) holdings[(deal + i * i) % workers]!.push(p);
          settle(partitions, holdings);
          const sizes = holdings.map((h) => h.length);
          expect(holdings.flat().sort()).toEqual([...partitions].sort());
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('moves only the share of a worker that joins', () => {
    const partitions = partitionsOf(8);
    const holdings = [partitions.slice(0, 4), partitions.slice(4), []];
    expect(settle(partitions, holdings)).toBe(2);
  });
});

describe('assignedTarget', () => {
  it('takes what is missing, gives up what is not assigned, ignores what is not of the pool', () => {
    const [a, b, c, d] = partitionsOf(4) as [PartitionKey, PartitionKey, PartitionKey, PartitionKey];
    const target = assignedTarget([a, b], [b, c, 'other/0'], [a, b, c, d]);
    expect(target).toEqual({ release: [a], candidates: [c], wanted: 1 });
  });
});

describe('rankAmongLive', () => {
  const report = (id: string, phase: WorkerReport['phase'] = 'ready'): WorkerReport => ({
    id,
    pool: 'p',
    phase,
    pid: 1,
    owns: [],
    startedAtMs: 0,
    readyAtMs: 0,
    atMs: 900,
  });

  it('counts ready workers that are not silent, and always itself', () => {
    const reports = [report('a'), report('c'), report('d', 'draining'), report('e')];
    const silentMs = (id: string): number => (id === 'c' ? 501 : 500);
    expect(rankAmongLive('b', reports, silentMs, 500)).toEqual({ rank: 1, workers: 3 });
    expect(rankAmongLive('b', [], silentMs, 500)).toEqual({ rank: 0, workers: 1 });
  });
});
