import type { PartitionView } from '@foreshadow/domain';
import { formatCount, formatRate, isPresent } from '../format/number.ts';
import { type OutlookLevel, outlookOf } from '../model/outlook.ts';

/** All partitions in one line: how many, load, lag, and what needs a look. */
export function partitionSummary(views: readonly PartitionView[]): string {
  if (views.length === 0) return '';
  const fresh = views.filter((view) => !view.stale);
  const parts = [
    `${formatCount(views.length)} partitions`,
    `${formatRate(sum(fresh.map((view) => view.recordsPerSec)))} records/s`,
    `lag ${formatCount(sum(views.map((view) => view.lagRecords)))} records`,
  ];
  const levels = fresh.map((view) => outlookOf(view).level);
  const count = (level: OutlookLevel): number => levels.filter((each) => each === level).length;
  const stale = views.length - fresh.length;
  if (count('over') > 0) parts.push(`${count('over')} over capacity`);
  if (count('expected') > 0) parts.push(`${count('expected')} outgrowing capacity soon`);
  if (stale > 0) parts.push(`${stale} stale`);
  return parts.join(' · ');
}

/** Sum of the values that are there; missing if none is. */
function sum(values: readonly (number | null)[]): number | undefined {
  const present = values.filter(isPresent);
  return present.length === 0 ? undefined : present.reduce((total, value) => total + value, 0);
}
