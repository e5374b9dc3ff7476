import type { PoolSettings } from '../settings.ts';
import type { LoadTrace } from '../trace.ts';

/**
 * Demand in each second, in workers: the fewest whose rated speed keeps up with the mean load of the last `sloSeconds`
 * (what is shorter a queue may take without a record being late). Whole workers, at most `maxWorkers`.
 */
export function demandInWorkers(trace: LoadTrace, s: PoolSettings): Uint16Array {
  const demand = new Uint16Array(trace.seconds);
  for (let i = 0; i < trace.seconds; i++) {
    const from = Math.max(0, i + 1 - s.sloSeconds);
    const rate = (trace.total[i + 1]! - trace.total[from]!) / (i + 1 - from);
    demand[i] = Math.min(s.maxWorkers, Math.ceil(rate / s.recordsPerSecPerWorker - 1e-9));
  }
  return demand;
}
