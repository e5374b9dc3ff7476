import type { PartitionView } from '@foreshadow/domain';
import { isPresent } from '../format/number.ts';
import { urgency } from './outlook.ts';

export type SortOrder = 'name' | 'risk' | 'load';

export const SORT_ORDERS: readonly SortOrder[] = ['name', 'risk', 'load'];

const names = new Intl.Collator('en', { numeric: true });
const byName = (a: PartitionView, b: PartitionView): number => names.compare(a.partition, b.partition);
const load = (view: PartitionView): number => (isPresent(view.recordsPerSec) ? view.recordsPerSec : -1);

/** Partitions in the wanted order; ties by name, `orders/2` before `orders/10`. */
export function arrange(views: readonly PartitionView[], order: SortOrder): readonly PartitionView[] {
  const sorted = [...views];
  if (order === 'risk') return sorted.sort((a, b) => urgency(a) - urgency(b) || byName(a, b));
  if (order === 'load') return sorted.sort((a, b) => load(b) - load(a) || byName(a, b));
  return sorted.sort(byName);
}

/** Whether a partition is meant by a filter: every word of it occurs in its name, owner or leading expert. */
export function matchesFilter(view: PartitionView, filter: string): boolean {
  const text = `${view.partition} ${view.owner ?? ''} ${view.leadingExpert ?? ''}`.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
