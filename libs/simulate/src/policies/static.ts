import type { Policy } from '../policy.ts';

/** Always the same number of workers. */
export function fixedWorkers(workers: number, name = 'static'): Policy {
  return { name, syncSeconds: 60, metricDelaySeconds: 0, start: () => () => ({ workers }) };
}

/**
 * Workers for a quantile of the demand in hindsight, nearest rank: what a capacity planner who knows the trace would
 * set up once.
 */
export function workersForQuantile(demand: ArrayLike<number>, quantile: number): number {
  const sorted = Float64Array.from(demand).sort();
  if (sorted.length === 0) return 0;
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(quantile * sorted.length) - 1))]!;
}
