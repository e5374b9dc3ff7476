import { eventsOf, type HistoryEvent } from '../history/events.ts';
import type { Violation } from './violation.ts';

/**
 * No plan takes capacity away that the load needs: a fault hides load, it does not end it. Judged from the moment on at
 * which the capacity was there.
 */
export function findWrongScaleDowns(events: readonly HistoryEvent[]): Violation[] {
  const loads = eventsOf(events, 'load');
  const violations: Violation[] = [];
  let before = 0;
  for (const { atMs, workers, cores } of eventsOf(events, 'planned')) {
    const needed = loads.findLast((l) => l.atMs <= atMs)?.neededCores ?? 0;
    if (cores < before && cores < needed && before >= needed) {
      const message =
        `at ${atMs.toFixed(1)} ms capacity was planned down from ${before.toFixed(3)} to ${cores.toFixed(3)} cores ` +
        `(${workers} workers), and the load needed ${needed.toFixed(3)}`;
      violations.push({ rule: 'scaledDown', message });
    }
    before = cores;
  }
  return violations;
}

/** A worker that was told to drain ends when it has said that it has drained, or when its time is up. */
export function findUndrained(events: readonly HistoryEvent[], drainTimeoutMs: number): Violation[] {
  const told = new Map<string, number>();
  const drained = new Set<string>();
  const violations: Violation[] = [];
  for (const { worker, what, atMs } of eventsOf(events, 'worker')) {
    if (what === 'draining') told.set(worker, atMs);
    if (what === 'drained') drained.add(worker);
    if (what !== 'stopped' || drained.has(worker)) continue;
    const sinceMs = atMs - (told.get(worker) ?? atMs);
    if (sinceMs >= drainTimeoutMs) continue;
    const message = `${worker} was stopped ${sinceMs.toFixed(0)} ms after it was told to drain, and had not drained`;
    violations.push({ rule: 'undrained', message });
  }
  return violations;
}
