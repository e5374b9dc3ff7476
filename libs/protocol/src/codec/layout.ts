import { ProtocolError } from '../errors.ts';
import { LIMITS } from '../limits.ts';

/** Horizons of a path, and the indices of those at which its interval is given. */
export interface Layout {
  readonly horizonsMs: readonly number[];
  readonly knots: readonly number[];
}

/** Knots per path where the horizons do not ask for more: what fits into 64 bytes a partition. */
const KNOTS = 8;

/**
 * Knots of a path: its ends and the configured horizons, so that intervals are exact where they are shown and
 * scored; both sides of each change of resolution, where the spread jumps (a mean over 5 s varies less than one over
 * 1 s); then the middle, in √time, of the widest gap, up to eight.
 */
export function chooseKnots(horizonsMs: readonly number[], exactAtMs: readonly number[]): number[] {
  const last = horizonsMs.length - 1;
  const knots = new Set([0, last]);
  const wanted = [...exactAtMs.map((ms) => horizonsMs.indexOf(ms)), ...resolutionChanges(horizonsMs)];
  for (const index of wanted) if (index >= 0 && knots.size < LIMITS.knots) knots.add(index);
  const roots = horizonsMs.map(Math.sqrt);
  while (knots.size < Math.min(KNOTS, horizonsMs.length)) knots.add(middleOfWidestGap(roots, knots));
  return ascending(knots);
}

/** Indices on both sides of each change of the step length. */
function resolutionChanges(horizonsMs: readonly number[]): number[] {
  const stepMs = (i: number): number => horizonsMs[i]! - (horizonsMs[i - 1] ?? 0);
  return horizonsMs.flatMap((_, i) => (i > 0 && stepMs(i) !== stepMs(i - 1) ? [i - 1, i] : []));
}

function middleOfWidestGap(roots: readonly number[], knots: ReadonlySet<number>): number {
  const sorted = ascending(knots);
  let best = 0;
  let bestWidth = -1;
  for (let k = 1; k < sorted.length; k++) {
    const [left, right] = [sorted[k - 1]!, sorted[k]!];
    const width = roots[right]! - roots[left]!;
    if (right - left < 2 || width <= bestWidth) continue;
    bestWidth = width;
    best = nearestInside(roots, left, right, (roots[left]! + roots[right]!) / 2);
  }
  return best;
}

function nearestInside(roots: readonly number[], left: number, right: number, target: number): number {
  let best = left + 1;
  for (let i = left + 2; i < right; i++) {
    if (Math.abs(roots[i]! - target) < Math.abs(roots[best]! - target)) best = i;
  }
  return best;
}

function ascending(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

/**
 * Horizons as pairs (count, step).
 * @throws {ProtocolError} `INVALID_FORECAST` unless they are positive integers that ascend; `TOO_MANY`.
 */
export function horizonsToRuns(horizonsMs: readonly number[]): number[] {
  if (horizonsMs.length === 0 || horizonsMs.length > LIMITS.steps) {
    throw new ProtocolError('TOO_MANY', `path of ${horizonsMs.length} steps; 1–${LIMITS.steps}`);
  }
  const runs: number[] = [];
  let previousMs = 0;
  for (const horizonMs of horizonsMs) {
    const stepMs = horizonMs - previousMs;
    if (!Number.isInteger(stepMs) || stepMs <= 0 || horizonMs > LIMITS.horizonMs) {
      throw new ProtocolError('INVALID_FORECAST', `horizon ${horizonMs} ms after ${previousMs} ms`);
    }
    if (runs.at(-1) === stepMs) runs[runs.length - 2]! += 1;
    else runs.push(1, stepMs);
    previousMs = horizonMs;
  }
  return runs;
}

/** @throws {ProtocolError} `INVALID_LAYOUT`, `TOO_MANY`. */
export function runsToHorizons(runs: readonly number[]): number[] {
  if (runs.length === 0 || runs.length % 2 !== 0) throw invalid(`${runs.length} numbers for runs of steps`);
  const horizonsMs: number[] = [];
  let horizonMs = 0;
  for (let r = 0; r < runs.length; r += 2) {
    const [count, stepMs] = [runs[r]!, runs[r + 1]!];
    if (count === 0 || stepMs === 0) throw invalid('a run without steps');
    if (horizonsMs.length + count > LIMITS.steps) {
      throw new ProtocolError('TOO_MANY', `path of more than ${LIMITS.steps} steps`);
    }
    for (let i = 0; i < count; i++) horizonsMs.push((horizonMs += stepMs));
  }
  if (horizonMs > LIMITS.horizonMs) throw invalid(`horizon of ${horizonMs} ms`);
  return horizonsMs;
}

/** @throws {ProtocolError} `INVALID_LAYOUT` unless the knots ascend from the first step to the last. */
export function checkKnots(knots: readonly number[], steps: number): void {
  if (knots.length > LIMITS.knots) throw new ProtocolError('TOO_MANY', `${knots.length} knots`);
  if (knots[0] !== 0 || knots.at(-1) !== steps - 1) throw invalid('knots must span the path');
  if (knots.some((knot, k) => k > 0 && knot <= knots[k - 1]!)) throw invalid('knots must ascend');
}

function invalid(message: string): ProtocolError {
  return new ProtocolError('INVALID_LAYOUT', message);
}

/** A layout with its form on the wire. */
export interface LayoutPlan extends Layout {
  readonly runs: readonly number[];
}

/** The layouts of the paths that one sender has met. */
export class LayoutPlanner {
  readonly #exactAtMs: readonly number[];
  readonly #plans: LayoutPlan[] = [];

  constructor(exactAtMs: readonly number[]) {
    this.#exactAtMs = exactAtMs;
  }

  /** @throws {ProtocolError} `INVALID_FORECAST`, `TOO_MANY`. */
  planFor(horizonsMs: readonly number[]): LayoutPlan {
    const known = this.#plans.find((plan) => sameNumbers(plan.horizonsMs, horizonsMs));
    if (known !== undefined) return known;
    const runs = horizonsToRuns(horizonsMs);
    const plan = { runs, horizonsMs: [...horizonsMs], knots: chooseKnots(horizonsMs, this.#exactAtMs) };
    // Paths of one engine have one layout; a caller whose every path differs must not fill memory.
    if (this.#plans.length < LIMITS.layouts) this.#plans.push(plan);
    return plan;
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
