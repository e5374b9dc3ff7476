import { type Claimed, eventsOf, type HistoryEvent, type Leased } from '../history/events.ts';
import type { Violation } from './violation.ts';

const at = (ms: number): string => `${ms.toFixed(1)} ms`;

/** No commit under a token is taken once it was asked for after a newer owner was known to the log. */
export function findSuperseded(events: readonly HistoryEvent[]): Violation[] {
  const claims = byPartition(eventsOf(events, 'claimed'));
  return eventsOf(events, 'committed').flatMap(({ partition, token, worker, calledMs }) => {
    const newer = claims.get(partition)?.find((c) => c.token > token && c.atMs < calledMs);
    if (newer === undefined) return [];
    const message =
      `${worker} committed ${partition} under token ${token} at ${at(calledMs)}, ` +
      `after ${newer.worker} had claimed it under ${newer.token} at ${at(newer.atMs)}`;
    return [{ rule: 'superseded', message }];
  });
}

/**
 * No handler starts after the own lease has run out, or after somebody else has taken it. Recorded ends of leases are
 * the latest possible ones, so what is found is one.
 */
export function findLate(events: readonly HistoryEvent[]): Violation[] {
  const leases = byPartition(eventsOf(events, 'leased'));
  return eventsOf(events, 'started').flatMap(({ partition, token, worker, atMs }) => {
    const known = (leases.get(partition) ?? []).filter((l) => l.atMs <= atMs);
    const own = known.filter((l) => l.token === token && l.worker === worker);
    const untilMs = own.reduce((end, l) => Math.max(end, l.untilMs), Number.NEGATIVE_INFINITY);
    const newer = known.find((l) => l.token > token);
    if (newer === undefined && atMs <= untilMs) return [];
    const why =
      newer === undefined
        ? `its lease had run out at ${at(untilMs)}`
        : `${newer.worker} held it under ${newer.token} since ${at(newer.atMs)}`;
    const message = `${worker} started on ${partition} under token ${token} at ${at(atMs)}; ${why}`;
    return [{ rule: 'late', message }];
  });
}

function byPartition<T extends Leased | Claimed>(events: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const event of events) {
    const group = groups.get(event.partition);
    if (group === undefined) groups.set(event.partition, [event]);
    else group.push(event);
  }
  return groups;
}
