import type { Moment, RunHistory, ScaleUpDecision } from './history.ts';

/** Object that `foreshadow demo --json` prints last on stdout. */
export interface DemoSummary {
  readonly recordsIn: number;
  readonly recordsProcessed: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly horizons: readonly HorizonSummary[];
  readonly scaleUps: readonly ScaleUp[];
  readonly underProvisionedSeconds: number;
  readonly meanCapacityCores: number;
  readonly meanDemandCores: number;
  readonly maxLagSeconds: number;
  readonly observedSeconds: number;
}

export interface HorizonSummary {
  readonly horizonMs: number;
  readonly scored: number;
  readonly wape: number | null;
  readonly wapeNaive: number | null;
  readonly coverage90: number | null;
}

/**
 * A scale-up in workers. `neededAtMs`: when the load first outgrew the workers before it, each at its largest size;
 * `null` if it never did before they were fewer again. `readyAtMs`: when all of the new workers took work; `null` if
 * the run ended before.
 */
export interface ScaleUp {
  readonly pool: string;
  readonly workersBefore: number;
  readonly workersAfter: number;
  readonly decidedAtMs: number;
  readonly readyAtMs: number | null;
  readonly neededAtMs: number | null;
}

/** Load is smoothed over this window before it is compared with capacity: one second's noise is no shortage. */
const SMOOTHING_SECONDS = 5;

/**
 * Seconds in which the five-second mean of the offered load of any partition was above what its owner's allowance can
 * process. Seconds without data do not count.
 */
export function underProvisionedSeconds(moments: readonly Moment[]): number {
  return smoothed(moments).filter(({ partitions }) =>
    partitions.some((p) => p.recordsPerSec > p.capacityRecordsPerSec),
  ).length;
}

/** When each scale-up was decided, ready and needed. */
export function scaleUpTimes(history: RunHistory, maxWorkerCores: number): ScaleUp[] {
  const moments = smoothed(history.moments);
  return history.scaleUps.map((scaleUp) => ({
    pool: scaleUp.pool,
    workersBefore: scaleUp.workersBefore,
    workersAfter: scaleUp.workersAfter,
    decidedAtMs: scaleUp.decidedAtMs,
    readyAtMs: readyAt(moments, scaleUp),
    neededAtMs: neededAt(moments, scaleUp, maxWorkerCores),
  }));
}

function readyAt(moments: readonly Moment[], scaleUp: ScaleUpDecision): number | null {
  const ready = moments.find((m) => m.atMs >= scaleUp.decidedAtMs && m.workersReady >= scaleUp.workersAfter);
  return ready?.atMs ?? null;
}

function neededAt(
  moments: readonly Moment[],
  scaleUp: ScaleUpDecision,
  maxWorkerCores: number,
): number | null {
  const { workersBefore, workersAfter, decidedAtMs, sinceMs } = scaleUp;
  let reached = false;
  for (const moment of moments) {
    if (moment.atMs <= sinceMs) continue;
    reached ||= moment.atMs > decidedAtMs && moment.workersReady >= workersAfter;
    if (reached && moment.workersReady <= workersBefore) return null;
    if (outgrows(moment, workersBefore, maxWorkerCores)) return moment.atMs;
  }
  return null;
}

/** Whether some worker would be overloaded if `workers` of the largest size shared the partitions as well as they can. */
export function outgrows(moment: Moment, workers: number, maxWorkerCores: number): boolean {
  const totalRate = moment.partitions.reduce((sum, p) => sum + (p.recordsPerSec || 0), 0);
  if (!(moment.demandCores > 0) || !(totalRate > 0) || workers === 0) return false;
  const coresPerRecord = moment.demandCores / totalRate;
  const loads = moment.partitions.map((p) => (p.recordsPerSec || 0) * coresPerRecord);
  return largestShare(loads, workers) > maxWorkerCores;
}

/** Longest-processing-time packing: the largest sum of a bin when each load goes to the emptiest bin, largest first. */
export function largestShare(loads: readonly number[], bins: number): number {
  const sums = new Array<number>(bins).fill(0);
  for (const load of [...loads].sort((a, b) => b - a)) {
    const emptiest = sums.indexOf(Math.min(...sums));
    sums[emptiest]! += load;
  }
  return Math.max(...sums);
}

/** Trailing mean of the load over the smoothing window, missing seconds left out; all else as it was. */
export function smoothed(moments: readonly Moment[]): Moment[] {
  return moments.map((moment, i) => {
    const window = moments.slice(Math.max(0, i - SMOOTHING_SECONDS + 1), i + 1);
    return {
      ...moment,
      demandCores: meanOf(window.map((m) => m.demandCores)),
      partitions: moment.partitions.map((p, index) => ({
        ...p,
        recordsPerSec: meanOf(window.map((m) => m.partitions[index]?.recordsPerSec ?? Number.NaN)),
      })),
    };
  });
}

/** Mean of what is there; NaN if nothing is. */
export function meanOf(values: readonly number[]): number {
  const present = values.filter((v) => Number.isFinite(v));
  return present.length === 0 ? Number.NaN : present.reduce((a, b) => a + b, 0) / present.length;
}

/** How many scale-ups were needed, and how many of those had their workers ready in time. */
export function inTime(scaleUps: readonly ScaleUp[]): {
  readonly needed: number;
  readonly ready: number;
  readonly medianLeadSeconds: number;
} {
  const needed = scaleUps.filter((s) => s.neededAtMs !== null);
  const leads = needed.map((s) => (s.neededAtMs! - (s.readyAtMs ?? Number.POSITIVE_INFINITY)) / 1000);
  const sorted = [...leads].sort((a, b) => a - b);
  return {
    needed: needed.length,
    ready: leads.filter((lead) => lead >= 0).length,
    medianLeadSeconds: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
  };
}
