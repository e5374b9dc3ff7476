import fc from 'fast-check';
import { type HistoryEvent, type Planned, recordId } from '../../src/history/events.ts';

const P = 'orders/0';

/** Two owners, one after the other, that do everything right: four records of two keys, one handled by both. */
export function sound(): HistoryEvent[] {
  const a = { partition: P, token: 1, worker: 'a' };
  const b = { partition: P, token: 2, worker: 'b' };
  return [
    { kind: 'load', atMs: 0, neededCores: 0.5 },
    { kind: 'led', atMs: 0.5, replica: 'p', token: 7, untilMs: 3000 },
    planned(1, 'p', 1, '{"a":["orders/0"]}'),
    { kind: 'acked', atMs: 10, ids: ['x:0', 'y:0', 'x:1', 'x:2'] },
    { kind: 'leased', atMs: 11, ...a, untilMs: 3011 },
    { kind: 'claimed', atMs: 12, ...a },
    { kind: 'started', atMs: 13, ...a, ids: ['x:0', 'y:0'] },
    { kind: 'handled', atMs: 14, ...a, ids: ['x:0', 'y:0'] },
    { kind: 'committed', atMs: 16, calledMs: 15, ...a, next: 1 },
    { kind: 'fault', atMs: 20, what: 'begin' },
    { kind: 'led', atMs: 3020, replica: 'q', token: 8, untilMs: 6020 },
    planned(3030, 'q', 1, '{"a":["orders/0"]}'),
    planned(3040, 'q', 2, '{"b":["orders/0"]}'),
    { kind: 'leased', atMs: 3100, ...b, untilMs: 6100 },
    { kind: 'claimed', atMs: 3101, ...b },
    { kind: 'started', atMs: 3102, ...b, ids: ['y:0', 'x:1', 'x:2'] },
    { kind: 'handled', atMs: 3103, ...b, ids: ['y:0', 'x:1', 'x:2'] },
    { kind: 'committed', atMs: 3105, calledMs: 3104, ...b, next: 4 },
    { kind: 'worker', atMs: 3200, worker: 'b', what: 'draining' },
    { kind: 'worker', atMs: 3300, worker: 'b', what: 'drained' },
    { kind: 'worker', atMs: 3310, worker: 'b', what: 'stopped' },
  ];
}

/** An assignment carried out for a replica, with capacity for the load. */
export function planned(atMs: number, replica: string, version: number, owners: string): Planned {
  return { kind: 'planned', atMs, calledMs: atMs - 0.1, replica, workers: 2, cores: 1, version, owners };
}

interface Run {
  readonly keys: number;
  readonly records: number;
  readonly batch: number;
  readonly crashes: readonly number[];
}

/** Histories of a partition whose owners crash now and then, between handling and commit too. */
export const soundRuns: fc.Arbitrary<HistoryEvent[]> = fc
  .record({
    keys: fc.integer({ min: 1, max: 4 }),
    records: fc.integer({ min: 1, max: 60 }),
    batch: fc.integer({ min: 1, max: 7 }),
    crashes: fc.uniqueArray(fc.nat(30), { maxLength: 6 }),
  })
  .map(simulate);

function simulate({ keys, records, batch, crashes }: Run): HistoryEvent[] {
  const log = Array.from({ length: records }, (_, i) => recordId(`k${i % keys}`, Math.floor(i / keys)));
  const events: HistoryEvent[] = [{ kind: 'acked', atMs: 0, ids: log }];
  let atMs = 1;
  let [token, committed, step] = [0, 0, 0];
  while (committed < records) {
    token++;
    const hold = { partition: P, token, worker: `w${token}` };
    events.push(
      { kind: 'leased', atMs, ...hold, untilMs: atMs + 1000 },
      { kind: 'claimed', atMs: atMs++, ...hold },
    );
    for (let next = committed; next < records; ) {
      const ids = log.slice(next, next + batch);
      next += ids.length;
      events.push(
        { kind: 'started', atMs: atMs++, ...hold, ids },
        { kind: 'handled', atMs: atMs++, ...hold, ids },
      );
      if (crashes.includes(step++)) break;
      events.push({ kind: 'committed', calledMs: atMs, atMs: atMs++, ...hold, next });
      committed = next;
    }
    atMs += 2000;
  }
  return events;
}
