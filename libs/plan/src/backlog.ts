import type { PartitionObservation } from './observation.ts';
import { isAmount } from './vector.ts';

/** Records wait this long at most in a worker that keeps up: reading, batching and committing take their time. */
const ORDINARY_LAG_SECONDS = 2;
/** Records of this long are always in flight: being read, worked on, committed. */
export const ORDINARY_IN_FLIGHT_SECONDS = 3;

/** What waits in one partition. */
export interface Backlog {
  readonly records: number;
  /** CPU seconds that it takes to work it off; 0 if it is no more than what is always in flight. */
  readonly cpuSeconds: number;
  readonly seconds: number;
  /** False if neither its size nor its age is known: then nothing shrinks. */
  readonly known: boolean;
  readonly behind: boolean;
}

/** Judge a partition's lag. What is missing in it follows from the present demand where that is known. */
export function backlogOf(o: PartitionObservation): Backlog {
  const present = o.presentDemand?.cpuCores;
  const demandCores = isAmount(present) ? present : 0;
  const records = isAmount(o.lagRecords) ? o.lagRecords : undefined;
  const age = isAmount(o.lagSeconds) ? o.lagSeconds : undefined;
  if (records === undefined && age === undefined) {
    return { records: 0, cpuSeconds: 0, seconds: 0, known: false, behind: false };
  }
  const perRecord = isAmount(o.cpuSecondsPerRecord) ? o.cpuSecondsPerRecord : undefined;
  const counted = records === undefined || perRecord === undefined ? undefined : records * perRecord;
  const work = counted ?? (age ?? 0) * demandCores;
  const seconds = age ?? (demandCores > 0 ? work / demandCores : work > 0 ? Infinity : 0);
  const behind = seconds > ORDINARY_LAG_SECONDS && records !== 0;
  return { records: records ?? 0, cpuSeconds: behind ? work : 0, seconds, known: true, behind };
}
