import { eventsOf, type HistoryEvent, parseRecordId } from '../history/events.ts';
import type { Violation } from './violation.ts';

/** When each record was dealt with first, and how often in all. */
export interface Deliveries {
  readonly firstMs: ReadonlyMap<string, number>;
  readonly partitionOf: ReadonlyMap<string, string>;
  /** Handlings beyond the first. */
  readonly duplicates: number;
}

export function deliveriesOf(events: readonly HistoryEvent[]): Deliveries {
  const firstMs = new Map<string, number>();
  const partitionOf = new Map<string, string>();
  let duplicates = 0;
  for (const { ids, atMs, partition } of eventsOf(events, 'handled')) {
    for (const id of ids) {
      if (firstMs.has(id)) duplicates++;
      else firstMs.set(id, atMs);
      partitionOf.set(id, partition);
    }
  }
  return { firstMs, partitionOf, duplicates };
}

/** When each acknowledged record was. */
export function acknowledgements(events: readonly HistoryEvent[]): ReadonlyMap<string, number> {
  const acked = new Map<string, number>();
  for (const { ids, atMs } of eventsOf(events, 'acked')) for (const id of ids) acked.set(id, atMs);
  return acked;
}

/** Every acknowledged record is handled. */
export function findLost(events: readonly HistoryEvent[], { firstMs }: Deliveries): Violation[] {
  return [...acknowledgements(events).keys()]
    .filter((id) => !firstMs.has(id))
    .map((id) => ({ rule: 'lost', message: `record ${id} was acknowledged and never handled` }));
}

interface Handling {
  readonly sequence: number;
  readonly atMs: number;
}

/**
 * The records of a key are handled for the first time in the order of their sequence; redelivery may repeat them later.
 */
export function findReordered(events: readonly HistoryEvent[]): Violation[] {
  const byKey = new Map<string, Handling[]>();
  const seen = new Set<string>();
  for (const { ids, atMs } of eventsOf(events, 'handled')) {
    for (const id of ids) {
      if (seen.has(id)) continue;
      seen.add(id);
      const { key, sequence } = parseRecordId(id);
      const handlings = byKey.get(key) ?? [];
      handlings.push({ sequence, atMs });
      byKey.set(key, handlings);
    }
  }
  return [...byKey].flatMap(([key, handlings]) => reorderedIn(key, handlings));
}

function reorderedIn(key: string, handlings: readonly Handling[]): Violation[] {
  const violations: Violation[] = [];
  let last = -1;
  for (const { sequence, atMs } of handlings) {
    if (sequence < last) {
      const message = `record ${key}:${sequence} was first handled at ${atMs.toFixed(1)} ms, after ${key}:${last}`;
      violations.push({ rule: 'reordered', message });
    }
    last = Math.max(last, sequence);
  }
  return violations;
}
