import { createDemandState, type DemandState, observeUtilization } from '@foreshadow/demand';
import { NO_RESOURCES } from '@foreshadow/domain';

const TICKS = 240;
const TICK_MS = 5000;

/**
 * The demand model of a worker that was load-tested: records at 10 % to 90 % of its rated speed, one core in all. Every
 * policy that is compared knows the rated speed; this is how the planner is told.
 */
export function ratedDemand(recordsPerSecPerWorker: number): DemandState {
  let state = createDemandState();
  for (let i = 0; i < TICKS; i++) {
    const busy = 0.1 + (0.8 * ((i * 7) % TICKS)) / TICKS;
    const records = busy * recordsPerSecPerWorker;
    state = observeUtilization(state, {
      worker: 'w',
      pool: 'pool',
      atMs: i * TICK_MS,
      windowMs: TICK_MS,
      used: { ...NO_RESOURCES, cpuCores: busy },
      allowance: { ...NO_RESOURCES, cpuCores: 1 },
      busyFraction: busy,
      throttledFraction: 0,
      partitions: [
        {
          partition: 'trace/0',
          processedRecordsPerSec: records,
          processedBytesPerSec: 0,
          processedWorkPerSec: undefined,
          cpuCores: busy,
          lagRecords: 0,
          lagSeconds: 0,
        },
      ],
    });
  }
  return state;
}
