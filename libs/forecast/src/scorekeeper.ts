import type { ForecastPoint, HorizonScore } from '@foreshadow/domain';
import { HorizonTally } from './horizon-tally.ts';
import { levelOf, planLevels } from './levels.ts';
import { PendingRing } from './pending-ring.ts';
import { StepMean } from './step-mean.ts';
import { TickGrid } from './tick-grid.ts';

export interface ScorekeeperOptions {
  readonly tickMs: number;
  readonly horizonsMs: readonly number[];
}

interface HorizonState {
  readonly horizonMs: number;
  readonly horizonTicks: number;
  readonly window: StepMean;
  readonly tally: HorizonTally;
  readonly pending: PendingRing;
}

/**
 * Scores forecasts of one partition against what came, when it came. The actual of a horizon is the mean rate over
 * the step that ends there (its length is that of the level that `planLevels` gives the horizon), and last value is
 * the mean over the step that ends at the issue. A step of which less than half was observed is missing and scores
 * nothing.
 */
export class Scorekeeper {
  readonly #grid: TickGrid;
  readonly #horizons: readonly HorizonState[];

  constructor(options: ScorekeeperOptions) {
    const { tickMs, horizonsMs } = options;
    const levels = planLevels(tickMs, horizonsMs);
    this.#grid = new TickGrid(tickMs);
    this.#horizons = horizonsMs.map((horizonMs) => {
      const horizonTicks = Math.max(1, Math.round(horizonMs / tickMs));
      return {
        horizonMs,
        horizonTicks,
        window: new StepMean(levelOf(levels, horizonMs).ticks),
        tally: new HorizonTally(),
        pending: new PendingRing(horizonTicks),
      };
    });
  }

  /** One tick, as it was; `undefined` and NaN are missing, and so are ticks that were skipped. */
  observe(atMs: number, recordsPerSec: number | undefined): void {
    const steps = this.#grid.advance(atMs);
    if (steps === 0) return;
    for (const horizon of this.#horizons) {
      horizon.window.skip(steps - 1);
      horizon.window.push(recordsPerSec ?? NaN);
      const due = horizon.pending.take(this.#grid.index);
      if (due === undefined) continue;
      horizon.tally.add(horizon.window.mean(), due.mean, due.lower, due.upper, due.naive);
    }
  }

  /**
   * Take a forecast in that was issued at a tick already observed. What is due already cannot be scored honestly and
   * is left out, like points of horizons that are not configured.
   */
  issue(atMs: number, points: readonly ForecastPoint[]): void {
    const index = this.#grid.indexOf(atMs);
    for (const { horizonMs, horizonTicks, window, pending } of this.#horizons) {
      const point = points.find((p) => p.horizonMs === horizonMs);
      const dueIndex = index + horizonTicks;
      if (point === undefined || !(index <= this.#grid.index && dueIndex > this.#grid.index)) continue;
      const { mean, lower, upper } = point;
      pending.put(dueIndex, { mean, lower, upper, naive: window.mean() });
    }
  }

  /** One score a horizon, in the order of `horizonsMs`. */
  scores(): readonly HorizonScore[] {
    return this.#horizons.map(({ tally, horizonMs }) => tally.score(horizonMs));
  }
}
