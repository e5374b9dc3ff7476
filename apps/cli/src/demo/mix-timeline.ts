import type { Moment } from './history.ts';
import { meanOf, type ScaleUp } from './summary.ts';

/** What followed when records began to cost more; `null`: it did not come to that before the run ended. */
export interface MixTimeline {
  readonly changedAtMs: number;
  /** When the probe's work per record stood half above what it was before. */
  readonly workSeenAtMs: number | null;
  /** The first decision since to give the pool more, and when that took work. */
  readonly planChangedAtMs: number | null;
  readonly readyAtMs: number | null;
  /** When a partition lagged by two seconds. */
  readonly laggedAtMs: number | null;
}

const SEEN = 1.5;
const LAGGED_SECONDS = 2;

export function mixTimeline(
  moments: readonly Moment[],
  scaleUps: readonly ScaleUp[],
  changedAtMs: number,
): MixTimeline {
  const before = meanOf(moments.filter((m) => m.atMs < changedAtMs).map(workOf));
  const after = moments.filter((m) => m.atMs >= changedAtMs);
  const scaleUp = scaleUps.find((s) => s.decidedAtMs >= changedAtMs);
  const isLagging = (m: Moment): boolean => m.partitions.some((p) => p.lagSeconds >= LAGGED_SECONDS);
  return {
    changedAtMs,
    workSeenAtMs: after.find((m) => workOf(m) >= SEEN * before)?.atMs ?? null,
    planChangedAtMs: scaleUp?.decidedAtMs ?? null,
    readyAtMs: scaleUp?.readyAtMs ?? null,
    laggedAtMs: after.find(isLagging)?.atMs ?? null,
  };
}

function workOf({ partitions }: Moment): number {
  return meanOf(partitions.map((p) => p.workPerRecord));
}

/** In one line: seconds after the change. */
export function mixWords(timeline: MixTimeline): string {
  const { changedAtMs, workSeenAtMs, planChangedAtMs, readyAtMs, laggedAtMs } = timeline;
  const after = (atMs: number | null): string =>
    atMs === null ? 'never' : `after ${((atMs - changedAtMs) / 1000).toFixed(1)} s`;
  return [
    `records began to cost more: seen by the probe ${after(workSeenAtMs)}`,
    `planned for ${after(planChangedAtMs)}`,
    `ready ${after(readyAtMs)}`,
    `lag of ${LAGGED_SECONDS} s ${after(laggedAtMs)}`,
  ].join(', ');
}
