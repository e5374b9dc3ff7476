import { eventsOf, type HistoryEvent } from '../history/events.ts';
import { acknowledgements, type Deliveries } from './delivery.ts';

/** A partition in which nothing was handled while acknowledged records waited. */
export interface Pause {
  readonly partition: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Waiting for less than this is the work of a worker that goes round its partitions. */
export const SHORTEST_PAUSE_MS = 500;

/** Pauses of all partitions: from when the first record waited, or the last was handled, to the next handling. */
export function pausesOf(events: readonly HistoryEvent[], deliveries: Deliveries): Pause[] {
  const waiting = waits(events, deliveries);
  return [...waiting].flatMap(([partition, records]) => pausesIn(partition, records));
}

interface Wait {
  readonly ackedMs: number;
  readonly handledMs: number;
}

function waits(events: readonly HistoryEvent[], deliveries: Deliveries): ReadonlyMap<string, Wait[]> {
  const waiting = new Map<string, Wait[]>();
  for (const [id, ackedMs] of acknowledgements(events)) {
    const handledMs = deliveries.firstMs.get(id);
    const partition = deliveries.partitionOf.get(id);
    if (handledMs === undefined || partition === undefined) continue;
    const records = waiting.get(partition) ?? [];
    records.push({ ackedMs, handledMs });
    waiting.set(partition, records);
  }
  return waiting;
}

function pausesIn(partition: string, records: readonly Wait[]): Pause[] {
  const sorted = [...records].sort((a, b) => a.handledMs - b.handledMs);
  const pauses: Pause[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  // The earliest acknowledgement among those that are handled at `i` or later.
  const earliest = sorted.map((r) => r.ackedMs);
  for (let i = earliest.length - 2; i >= 0; i--) earliest[i] = Math.min(earliest[i]!, earliest[i + 1]!);
  for (const [i, { handledMs }] of sorted.entries()) {
    const fromMs = Math.max(lastMs, earliest[i]!);
    if (handledMs - fromMs >= SHORTEST_PAUSE_MS) pauses.push({ partition, fromMs, toMs: handledMs });
    lastMs = handledMs;
  }
  return pauses;
}

/** For each fault and partition that paused in it: from its begin until records were handled again, milliseconds. */
export function recoveriesMs(events: readonly HistoryEvent[], pauses: readonly Pause[]): number[] {
  const begins = eventsOf(events, 'fault').filter((f) => f.what === 'begin');
  return begins.flatMap(({ atMs }, i) => {
    const nextMs = begins[i + 1]?.atMs ?? Number.POSITIVE_INFINITY;
    const hit = pauses.filter((p) => p.toMs > atMs && p.fromMs < nextMs);
    return [...new Set(hit.map((p) => p.partition))].map(
      (partition) => hit.find((p) => p.partition === partition)!.toMs - atMs,
    );
  });
}

/** Most acknowledged records that waited at one time from `fromMs` on. */
export function peakLag(events: readonly HistoryEvent[], { firstMs }: Deliveries, fromMs: number): number {
  const changes: { readonly atMs: number; readonly by: number }[] = [];
  for (const [id, ackedMs] of acknowledgements(events)) {
    changes.push({ atMs: ackedMs, by: 1 });
    const handledMs = firstMs.get(id);
    // A record may be handled before its acknowledgement has come back.
    if (handledMs !== undefined) changes.push({ atMs: Math.max(handledMs, ackedMs), by: -1 });
  }
  changes.sort((a, b) => a.atMs - b.atMs || a.by - b.by);
  let [lag, peak] = [0, 0];
  for (const { atMs, by } of changes) {
    // What waits when the time begins counts too.
    if (atMs >= fromMs) peak = Math.max(peak, lag, lag + by);
    lag += by;
  }
  return peak;
}

/** Nearest-rank percentile; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}
