import { eventsOf, type HistoryEvent } from '../history/events.ts';
import { acknowledgements, deliveriesOf, findLost, findReordered } from './delivery.ts';
import { findDoubled, findForgotten, successionMs } from './leadership.ts';
import { findLate, findSuperseded } from './ownership.ts';
import { pausesOf, peakLag, percentile, recoveriesMs } from './recovery.ts';
import { findUndrained, findWrongScaleDowns } from './scaling.ts';
import type { Violation } from './violation.ts';

export interface CheckOptions {
  /** Time that a worker has to drain. */
  readonly drainTimeoutMs: number;
}

/** What a history tells. Times are milliseconds; NaN where there was nothing to measure. */
export interface Verdict {
  readonly violations: readonly Violation[];
  readonly acked: number;
  readonly handled: number;
  readonly duplicates: number;
  readonly recoveryP50Ms: number;
  readonly recoveryP99Ms: number;
  /** Sum over partitions of the time in which records waited and none was handled for half a second or more. */
  readonly pausedPartitionSeconds: number;
  readonly peakLag: number;
  /** From a fault until an actuator leads anew; NaN if the same one led on. */
  readonly successionMs: number;
}

/**
 * Check the history of a run against all promises, and count. Pure. Promises hold all the time; pauses and lag count from
 * the first fault on.
 */
export function checkHistory(events: readonly HistoryEvent[], options: CheckOptions): Verdict {
  const deliveries = deliveriesOf(events);
  const fromMs = eventsOf(events, 'fault')[0]?.atMs ?? Number.NEGATIVE_INFINITY;
  const pauses = pausesOf(events, deliveries).filter((p) => p.toMs > fromMs);
  const recoveries = recoveriesMs(events, pauses);
  return {
    violations: [
      ...findLost(events, deliveries),
      ...findReordered(events),
      ...findSuperseded(events),
      ...findLate(events),
      ...findWrongScaleDowns(events),
      ...findDoubled(events),
      ...findForgotten(events),
      ...findUndrained(events, options.drainTimeoutMs),
    ],
    acked: acknowledgements(events).size,
    handled: deliveries.firstMs.size,
    duplicates: deliveries.duplicates,
    recoveryP50Ms: percentile(recoveries, 0.5),
    recoveryP99Ms: percentile(recoveries, 0.99),
    pausedPartitionSeconds: pauses.reduce((sum, p) => sum + p.toMs - p.fromMs, 0) / 1000,
    peakLag: peakLag(events, deliveries, fromMs),
    successionMs: successionMs(events),
  };
}
