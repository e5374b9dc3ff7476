import type { PoolPlan } from '@foreshadow/domain';
import type { FluidPool } from './fluid-pool.ts';

/** What a simulated run came to. */
export interface Outcome {
  readonly seconds: number;
  /** Seconds in which the five-second mean load of some worker's partitions exceeded its allowance. */
  readonly shortSeconds: number;
  /** Mean cores paid for, and mean demand. */
  readonly paidCores: number;
  readonly demandCores: number;
  /** Scale-ups whose workers were needed later on, and those of them that were ready when they were. */
  readonly needed: number;
  readonly inTime: number;
  readonly scaleUps: number;
  readonly changes: number;
  readonly moves: number;
  /** Largest backlog, in core-seconds. */
  readonly worstBacklog: number;
}

interface ScaleUp {
  readonly before: number;
  readonly after: number;
  readonly decidedSec: number;
  /** Since when the pool had been planned with the workers before it. */
  readonly sinceSec: number;
}

interface Second {
  readonly sec: number;
  readonly load: readonly number[];
  readonly ready: number;
}

const SMOOTHING_SEC = 5;

/** Measures a run as the demo's summary does. */
export class Meter {
  readonly #maxCores: number;
  readonly #warmUpSec: number;
  readonly #seconds: Second[] = [];
  readonly #scaleUps: ScaleUp[] = [];
  #workers = 0;
  #sinceSec = 0;
  #version = 0;
  #counts = { short: 0, measured: 0, paid: 0, demand: 0, changes: 0, moves: 0, worst: 0 };

  constructor(o: { readonly maxCores: number; readonly warmUpSec: number }) {
    this.#maxCores = o.maxCores;
    this.#warmUpSec = o.warmUpSec;
  }

  decided(sec: number, plan: PoolPlan): void {
    const { workers } = plan.allocation;
    if (workers > this.#workers && sec > this.#warmUpSec) {
      this.#scaleUps.push({
        before: this.#workers,
        after: workers,
        decidedSec: sec,
        sinceSec: this.#sinceSec,
      });
    }
    if (workers !== this.#workers) this.#sinceSec = sec;
    this.#workers = workers;
    if (plan.changed) this.#counts.changes++;
    if (plan.assignment.version > this.#version) this.#counts.moves++;
    this.#version = plan.assignment.version;
  }

  second(sec: number, load: readonly number[], pool: FluidPool): void {
    this.#seconds.push({ sec, load, ready: pool.readyCount });
    if (sec <= this.#warmUpSec) return;
    const counts = this.#counts;
    counts.measured++;
    counts.paid += pool.paidCores;
    counts.demand += load.reduce((a, b) => a + b, 0);
    if (pool.isShort(this.#smoothed(this.#seconds.length - 1))) counts.short++;
    const waiting = load.reduce((sum, _, p) => sum + pool.waiting(p), 0);
    counts.worst = Math.max(counts.worst, waiting);
  }

  #smoothed(index: number): number[] {
    const window = this.#seconds.slice(Math.max(0, index - SMOOTHING_SEC + 1), index + 1);
    return window[0]!.load.map((_, p) => window.reduce((sum, s) => sum + s.load[p]!, 0) / window.length);
  }

  outcome(): Outcome {
    const counts = this.#counts;
    const judged = this.#scaleUps.map((s) => ({
      neededSec: this.#neededSec(s),
      readySec: this.#seconds.find((x) => x.sec >= s.decidedSec && x.ready >= s.after)?.sec ?? Infinity,
    }));
    const needed = judged.filter((j) => j.neededSec !== undefined);
    return {
      seconds: counts.measured,
      shortSeconds: counts.short,
      paidCores: counts.paid / counts.measured,
      demandCores: counts.demand / counts.measured,
      needed: needed.length,
      inTime: needed.filter((j) => j.readySec <= j.neededSec!).length,
      scaleUps: this.#scaleUps.length,
      changes: counts.changes,
      moves: counts.moves,
      worstBacklog: counts.worst,
    };
  }

  /** When the load first outgrew the workers before a scale-up, each at its largest; until they were fewer again. */
  #neededSec(s: ScaleUp): number | undefined {
    let reached = false;
    for (const [index, second] of this.#seconds.entries()) {
      if (second.sec <= s.sinceSec) continue;
      reached ||= second.sec > s.decidedSec && second.ready >= s.after;
      if (second.sec > s.decidedSec && reached && second.ready <= s.before) return undefined;
      if (largestShare(this.#smoothed(index), s.before) > this.#maxCores) return second.sec;
    }
    return undefined;
  }
}

/** Heaviest bin when each load goes to the lightest one, largest first. */
function largestShare(loads: readonly number[], bins: number): number {
  const sums = new Array<number>(Math.max(1, bins)).fill(0);
  for (const load of [...loads].sort((a, b) => b - a)) sums[sums.indexOf(Math.min(...sums))]! += load;
  return Math.max(...sums);
}
