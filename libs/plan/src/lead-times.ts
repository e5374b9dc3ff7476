/**
 * Measured lead times: from deciding to start a worker until it works.
 * @module
 */

/** The newest samples, oldest first, in milliseconds; plain data that survives JSON. */
export interface LeadTimes {
  readonly samplesMs: readonly number[];
}

/** Enough for a 90 % quantile, few enough to follow a cluster that changed. */
const KEPT = 32;
/** With fewer samples the prior still has a say: one slow start must not be unlearned by one fast one. */
const TRUSTED = 3;
const LONGEST_MS = 3_600_000;

export function initialLeadTimes(): LeadTimes {
  return { samplesMs: [] };
}

/** Add one start; a sample that is negative (the clock went back), NaN or above an hour is left out. */
export function recordLeadTime(times: LeadTimes, decidedAtMs: number, readyAtMs: number): LeadTimes {
  const sample = readyAtMs - decidedAtMs;
  if (!(sample >= 0 && sample <= LONGEST_MS)) return times;
  return { samplesMs: [...times.samplesMs, sample].slice(-KEPT) };
}

/** 90 % quantile of the samples (nearest rank); never below the prior until there are three. */
export function leadTimeMs(times: LeadTimes, priorMs: number): number {
  const sorted = [...times.samplesMs].sort((a, b) => a - b);
  const p90 = sorted[Math.ceil(sorted.length * 0.9) - 1];
  if (p90 === undefined) return priorMs;
  return sorted.length < TRUSTED ? Math.max(p90, priorMs) : p90;
}
