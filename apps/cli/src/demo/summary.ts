import type { MixTimeline } from './mix-timeline.ts';
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
  /** Where the actuator that led was killed. */
  readonly succession?: Succession;
  /** Of the scenario `costly-mix`. */
  readonly mix?: MixTimeline;
}

export interface Succession {
  readonly killedAtMs: number;
  /** From the kill until another leads; `null` if none did before the end. */
  readonly ledAfterMs: number | null;
}

export interface HorizonSummary {
  readonly horizonMs: number;
  readonly scored: number;
  readonly wape: number | null;
  readonly wapeNaive: number | null;
  readonly coverage90: number | null;
}

/**
 * A scale-up. `neededAtMs`: when the load first outgrew the old capacity, that is, for more workers, the workers before
 * it, each at its largest size; for larger ones, their size before it; `null` if it never did before they were fewer
 * or smaller again. `readyAtMs`: when all of the new capacity took work; `null` if the run ended before.
 */
export interface ScaleUp {
  readonly kind: 'workers' | 'size';
  readonly pool: string;
  readonly workersBefore: number;
  readonly workersAfter: number;
  readonly coresBefore: number;
  readonly coresAfter: number;
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
  return history.scaleUps.map(({ sinceMs, ...scaleUp }) => {
    const { decidedAtMs } = scaleUp;
    const ready = moments.find((m) => m.atMs >= decidedAtMs && isReady(m, scaleUp));
    const later = moments.filter((m) => m.atMs > sinceMs);
    return {
      ...scaleUp,
      readyAtMs: ready?.atMs ?? null,
      neededAtMs: neededAt(later, scaleUp, ready?.atMs ?? Number.POSITIVE_INFINITY, maxWorkerCores),
    };
  });
}

type Change = Omit<ScaleUpDecision, 'sinceMs'>;

/** Allowances are milli-cores: half of one is equal. */
const SAME_CORES = 0.0005;

function isReady(moment: Moment, { workersAfter, coresAfter, kind }: Change): boolean {
  if (kind === 'workers') return moment.workersReady >= workersAfter;
  return moment.workersReady > 0 && coresPerWorker(moment) >= coresAfter - SAME_CORES;
}

function isUndone(moment: Moment, { workersBefore, coresBefore, kind }: Change): boolean {
  if (kind === 'workers') return moment.workersReady <= workersBefore;
  return coresPerWorker(moment) <= coresBefore + SAME_CORES;
}

function coresPerWorker(moment: Moment): number {
  return moment.capacityCores / moment.workersReady;
}

function neededAt(
  moments: readonly Moment[],
  change: Change,
  readyAtMs: number,
  maxWorkerCores: number,
): number | null {
  for (const moment of moments) {
    if (moment.atMs > readyAtMs && isUndone(moment, change)) return null;
    const isOutgrown =
      change.kind === 'workers'
        ? outgrows(moment, change.workersBefore, maxWorkerCores)
        : outgrows(moment, moment.workersReady, change.coresBefore);
    if (isOutgrown) return moment.atMs;
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
