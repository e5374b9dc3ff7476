import { backtest, type BacktestHorizon } from '@foreshadow/forecast';
import type { Series } from './series.ts';

/** Horizons in steps of levels and calibration. */
export const HORIZONS = [1, 6, 12] as const;

export function ahead(steps: number): string {
  return steps === 1 ? '1 step' : `${steps} steps`;
}

/** Share of a series that is only learned from. */
export const WARMUP = 0.5;

/** Backtests of series at the bank's default settings, each made once, whoever asks. */
export class Backtests {
  readonly #known = new Map<Series, readonly BacktestHorizon[]>();
  readonly #onStart: (series: Series) => void;

  constructor(onStart: (series: Series) => void) {
    this.#onStart = onStart;
  }

  /** Scores, one entry a horizon of `HORIZONS`. */
  of(series: Series): readonly BacktestHorizon[] {
    let horizons = this.#known.get(series);
    if (horizons === undefined) {
      this.#onStart(series);
      ({ horizons } = backtest(series.values, { horizons: HORIZONS, warmup: WARMUP }));
      this.#known.set(series, horizons);
    }
    return horizons;
  }
}
