import type { WorkerPhase } from '@foreshadow/domain';

/** What the decision needs to know of a worker whose process runs. */
export interface StopView {
  /** What it said last; `starting` before its first word. */
  readonly phase: WorkerPhase;
  /** Since its last word, by the orchestrator's own clock. */
  readonly silentMs: number;
  /** Since it was told to drain; `undefined` if it was not. */
  readonly drainingMs: number | undefined;
  /** Since it said that it has drained; `undefined` if it did not. */
  readonly drainedMs: number | undefined;
}

export interface StopLimits {
  /** A worker that has not drained by then is stopped all the same. */
  readonly drainTimeoutMs: number;
  /** From SIGTERM to SIGKILL. */
  readonly killGraceMs: number;
  /** A worker that runs and says nothing for so long is replaced. */
  readonly frozenAfterMs: number;
  /** The same for one that has not come up yet. */
  readonly startTimeoutMs: number;
}

export interface StopDecision {
  readonly signal: 'SIGTERM' | 'SIGKILL';
  readonly reason: string;
}

/** A worker that has drained ends by itself, unless something keeps its process alive. */
const EXIT_GRACE_MS = 1000;

/**
 * Whether a worker must be stopped by a signal now: one that has drained and does not end, one that does not drain in
 * time (what it did not commit is delivered again), one that is frozen. Nothing else is: a worker that drains is left
 * alone until the timeout.
 */
export function decideStop(view: StopView, limits: StopLimits): StopDecision | undefined {
  const { drainTimeoutMs, killGraceMs } = limits;
  const { drainedMs, drainingMs } = view;
  if (drainedMs !== undefined) {
    return pressed(drainedMs, EXIT_GRACE_MS, killGraceMs, 'it has drained and does not end');
  }
  const late = pressed(
    drainingMs ?? 0,
    drainTimeoutMs,
    killGraceMs,
    `not drained within ${drainTimeoutMs} ms`,
  );
  if (drainingMs !== undefined && late !== undefined) return late;
  const limitMs = view.phase === 'starting' ? limits.startTimeoutMs : limits.frozenAfterMs;
  if (view.silentMs < limitMs) return undefined;
  // A frozen process heeds nothing but SIGKILL.
  return { signal: 'SIGKILL', reason: `it runs and has said nothing for ${limitMs} ms` };
}

function pressed(sinceMs: number, fromMs: number, graceMs: number, reason: string): StopDecision | undefined {
  if (sinceMs < fromMs) return undefined;
  return { signal: sinceMs >= fromMs + graceMs ? 'SIGKILL' : 'SIGTERM', reason };
}

/**
 * Whether a worker can be counted on: not once it has been silent for half the time after which it is replaced. Its
 * leases have run out by then, and the plan gives its partitions to others.
 */
export function isSuspect(view: Pick<StopView, 'phase' | 'silentMs'>, limits: StopLimits): boolean {
  return view.phase !== 'starting' && view.silentMs >= limits.frozenAfterMs / 2;
}
