/** Shortest time of a batch: the clock's resolution must not show. */
const BATCH_MS = 2;
const WARMUP_MS = 150;
const ROUNDS = 15;
/** A round of slow jobs is not repeated past this. */
const LONGEST_MS = 6000;
const LEAST_ROUNDS = 3;

/**
 * Median milliseconds of one call of each job. The jobs take turns, a batch of calls each, so that whatever slows the
 * machine down slows all of them.
 */
export function millisInTurns(jobs: readonly (() => unknown)[], now = () => performance.now()): number[] {
  const calls = jobs.map((job) => batchSize(job, now));
  const times = jobs.map((): number[] => []);
  const startedAt = now();
  for (let round = 0; round < ROUNDS; round++) {
    jobs.forEach((job, j) => times[j]!.push(timed(job, calls[j]!, now) / calls[j]!));
    if (round + 1 >= LEAST_ROUNDS && now() - startedAt > LONGEST_MS) break;
  }
  return times.map(median);
}

/** Calls until a job is warm, and how many of them make a batch. */
function batchSize(job: () => unknown, now: () => number): number {
  let calls = 1;
  let spent = 0;
  for (let total = 0; total < WARMUP_MS; total += spent) {
    spent = timed(job, calls, now);
    if (spent < BATCH_MS) calls *= 2;
  }
  return calls;
}

function timed(job: () => unknown, calls: number, now: () => number): number {
  const startedAt = now();
  for (let i = 0; i < calls; i++) job();
  return now() - startedAt;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** CPU time of this process: what else the machine does shows less in it than in the time on the wall. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
