import { eventsOf, type HistoryEvent, type Led, type Planned } from '../history/events.ts';
import type { Violation } from './violation.ts';

const at = (ms: number): string => `${ms.toFixed(1)} ms`;

/** No plan of a replica is taken once it was asked for after another had the lead under a larger token. */
export function findDoubled(events: readonly HistoryEvent[]): Violation[] {
  const leads = eventsOf(events, 'led');
  return eventsOf(events, 'planned').flatMap((planned) => {
    const newest = leads.findLast((l) => l.atMs < planned.calledMs);
    if (newest === undefined || newest.replica === planned.replica) return [];
    const message =
      `${planned.replica} had a plan carried out at ${at(planned.calledMs)}, ` +
      `and ${newest.replica} led under token ${newest.token} since ${at(firstOf(leads, newest))}`;
    return [{ rule: 'doubled', message }];
  });
}

function firstOf(leads: readonly Led[], { replica, token }: Led): number {
  return leads.find((l) => l.replica === replica && l.token === token)?.atMs ?? Number.NaN;
}

/** Each assignment follows from the one before: its version never falls, and one version names one assignment. */
export function findForgotten(events: readonly HistoryEvent[]): Violation[] {
  const violations: Violation[] = [];
  let before: Planned | undefined;
  for (const planned of eventsOf(events, 'planned')) {
    const isSame = planned.version === before?.version && planned.owners === before.owners;
    if (before !== undefined && !isSame && planned.version <= before.version) {
      const message =
        `${planned.replica} planned assignment ${planned.version} at ${at(planned.atMs)}, ` +
        `after ${before.replica} had planned another ${before.version} at ${at(before.atMs)}`;
      violations.push({ rule: 'forgotten', message });
    }
    before = planned;
  }
  return violations;
}

/** Longest time from a fault to the first lead under a new token, milliseconds; NaN where none was taken anew. */
export function successionMs(events: readonly HistoryEvent[]): number {
  const leads = eventsOf(events, 'led');
  const times = eventsOf(events, 'fault')
    .filter((f) => f.what === 'begin')
    .flatMap(({ atMs }) => {
      const token = leads.findLast((l) => l.atMs <= atMs)?.token;
      const next = leads.find((l) => l.atMs > atMs && l.token > (token ?? Number.POSITIVE_INFINITY));
      return next === undefined ? [] : [next.atMs - atMs];
    });
  return times.length === 0 ? Number.NaN : Math.max(...times);
}
