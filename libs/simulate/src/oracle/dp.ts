import { lateShare } from '@foreshadow/plan';

/** A pool seen in steps: what arrives, and what its workers can do. Work in worker-seconds. */
export interface ScheduleProblem {
  readonly stepSeconds: number;
  /** Work that arrives in each step. */
  readonly arrivals: Float64Array;
  /** Workers' worth of speed for each count of workers, from 0 on. */
  readonly speed: readonly number[];
  readonly minWorkers: number;
  readonly sloSeconds: number;
  /** Worker-seconds paid beside its work for a worker that comes, and for one that goes. */
  readonly startCost: number;
  readonly stopCost: number;
  /** Seconds of a step in which nothing is worked off when the count changes. */
  readonly pauseSeconds: number;
  /** Worker-seconds that a late worker-second of work is worth. */
  readonly latePrice: number;
  readonly initialWorkers: number;
}

const BACKLOG_POINTS = 14;
/** Largest backlog that is told apart: what all workers do in this many target lags. */
const MOST_LAGS = 8;

/**
 * The schedule of worker counts of least cost and lateness together, by backward dynamic programming over counts and
 * backlog with the future known. Transitions between counts cost in proportion to their distance, so a step takes two passes
 * over the counts (distance transform of Felzenszwalb & Huttenlocher 2012, L1).
 * @returns workers in each step
 */
export function cheapestSchedule(problem: ScheduleProblem): Uint8Array {
  const grid = backlogGrid(problem);
  const choice = solveBackward(problem, grid);
  return walkForward(problem, grid, choice);
}

function backlogGrid({ speed, sloSeconds }: ScheduleProblem): Float64Array {
  const most = MOST_LAGS * sloSeconds * Math.max(1, speed.at(-1)!);
  return Float64Array.from({ length: BACKLOG_POINTS }, (_, j) => most * (j / (BACKLOG_POINTS - 1)) ** 2);
}

/** Backlog after a step with `workers` that began with a backlog. */
function backlogAfter(
  p: ScheduleProblem,
  arrival: number,
  speed: number,
  backlog: number,
  pause: number,
): number {
  return Math.max(0, backlog + arrival - speed * Math.max(0, p.stepSeconds - pause));
}

/** What a step costs: its workers, and its late work. Work that comes first and last waits for what is before it. */
function stepCost(
  p: ScheduleProblem,
  arrival: number,
  workers: number,
  backlog: number,
  after: number,
  pause: number,
): number {
  const speed = p.speed[workers]!;
  const first = speed > 0 ? backlog / speed + pause : Infinity;
  const last = speed > 0 ? after / speed : Infinity;
  return workers * p.stepSeconds + p.latePrice * arrival * lateShare(first, last, p.sloSeconds);
}

/** Value at a backlog between two points of the grid; beyond its end it grows as it did. */
function valueAt(row: Float64Array, offset: number, grid: Float64Array, backlog: number): number {
  if (backlog === 0) return row[offset]!;
  const top = grid[BACKLOG_POINTS - 1]!;
  const place = Math.sqrt(Math.min(backlog, top) / top) * (BACKLOG_POINTS - 1);
  const at = Math.min(BACKLOG_POINTS - 2, Math.floor(place));
  const share = (backlog - grid[at]!) / (grid[at + 1]! - grid[at]!);
  return row[offset + at]! * (1 - share) + row[offset + at + 1]! * share;
}

/** For each step, count before it and backlog: the count to go on with. */
function solveBackward(p: ScheduleProblem, grid: Float64Array): Uint8Array {
  const counts = p.speed.length;
  const steps = p.arrivals.length;
  const choice = new Uint8Array(steps * counts * BACKLOG_POINTS);
  let next = new Float64Array(counts * BACKLOG_POINTS);
  let value = new Float64Array(counts * BACKLOG_POINTS);
  const transition = new Transition(p);
  for (let k = steps - 1; k >= 0; k--) {
    const arrival = p.arrivals[k]!;
    for (let j = 0; j < BACKLOG_POINTS; j++) {
      const backlog = grid[j]!;
      for (let n = 0; n < counts; n++) {
        const speed = p.speed[n]!;
        const offset = n * BACKLOG_POINTS;
        const calm = backlogAfter(p, arrival, speed, backlog, 0);
        const moved = backlogAfter(p, arrival, speed, backlog, p.pauseSeconds);
        transition.stay[n] = stepCost(p, arrival, n, backlog, calm, 0) + valueAt(next, offset, grid, calm);
        transition.change[n] =
          stepCost(p, arrival, n, backlog, moved, p.pauseSeconds) + valueAt(next, offset, grid, moved);
      }
      transition.solve();
      for (let n = 0; n < counts; n++) {
        value[n * BACKLOG_POINTS + j] = transition.stay[n]!;
        choice[(k * counts + n) * BACKLOG_POINTS + j] = transition.targets[n]!;
      }
    }
    [next, value] = [value, next];
  }
  return choice;
}

/** The best count to go on with from each count. */
class Transition {
  /** Values of going on with a count that stays; after `solve`, of the best choice from it. */
  readonly stay: Float64Array;
  /** Values of going on with a count that is new. */
  readonly change: Float64Array;
  readonly targets: Uint8Array;
  readonly #p: ScheduleProblem;

  constructor(p: ScheduleProblem) {
    this.#p = p;
    this.stay = new Float64Array(p.speed.length);
    this.change = new Float64Array(p.speed.length);
    this.targets = new Uint8Array(p.speed.length);
  }

  solve(): void {
    const { stay, change, targets } = this;
    const { startCost, stopCost, minWorkers } = this.#p;
    const counts = stay.length;
    for (let n = 0; n < counts; n++) {
      targets[n] = n;
      if (n < minWorkers) stay[n] = change[n] = Infinity;
    }
    // Fewer than before, then more: each pass carries the best so far one count on.
    for (let n = 1; n < counts; n++) {
      if (change[n - 1]! + stopCost >= change[n]!) continue;
      change[n] = change[n - 1]! + stopCost;
      targets[n] = targets[n - 1]!;
    }
    for (let n = counts - 2; n >= 0; n--) {
      if (change[n + 1]! + startCost >= change[n]!) continue;
      change[n] = change[n + 1]! + startCost;
      targets[n] = targets[n + 1]!;
    }
    for (let n = 0; n < counts; n++) {
      if (stay[n]! <= change[n]!) targets[n] = n;
      else stay[n] = change[n]!;
    }
  }
}

function walkForward(p: ScheduleProblem, grid: Float64Array, choice: Uint8Array): Uint8Array {
  const counts = p.speed.length;
  const schedule = new Uint8Array(p.arrivals.length);
  let workers = p.initialWorkers;
  let backlog = 0;
  for (let k = 0; k < schedule.length; k++) {
    // Rounded up: with more to do one is on the safe side.
    const found = grid.findIndex((b) => b >= backlog - 1e-9);
    const j = found < 0 ? BACKLOG_POINTS - 1 : found;
    const to = choice[(k * counts + workers) * BACKLOG_POINTS + j]!;
    backlog = backlogAfter(p, p.arrivals[k]!, p.speed[to]!, backlog, to === workers ? 0 : p.pauseSeconds);
    workers = to;
    schedule[k] = to;
  }
  return schedule;
}
