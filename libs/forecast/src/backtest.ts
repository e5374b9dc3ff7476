import { type BacktestHorizon, BacktestHorizonRun, type ErrorScales } from './backtest-horizon.ts';
import { calendarCovariates } from './calendar-covariates.ts';
import { ForecastError } from './errors.ts';
import type { Combination } from './kernel.ts';
import { naiveScale, seasonalNaive } from './seasonal-naive.ts';
import { type Forecaster, SeriesBank } from './series-bank.ts';

/** One forecast of a backtest. */
export interface BacktestForecast {
  /** Index of the newest value that it knew. */
  readonly origin: number;
  readonly steps: number;
  readonly mean: number;
  /** 5 % quantile. */
  readonly lower: number;
  /** 95 % quantile. */
  readonly upper: number;
  /** Value at `origin + steps`; NaN where missing or past the end. */
  readonly actual: number;
}

export interface BacktestOptions {
  /** Horizons in steps. */
  readonly horizons: readonly number[];
  /** Share of the series that is only learned from; 0.5 by default. */
  readonly warmup?: number;
  readonly forecaster?: Forecaster;
  /** Rule by which the experts' weights are learned; MLpol by default. */
  readonly combination?: Combination;
  /**
   * Length in steps of the season that seasonal errors are compared with; by default the first one that the bank has
   * found by the end of the warm-up. The bank does not learn it.
   */
  readonly season?: number;
  /** When the series was recorded, so that the bank may learn from the calendar; `zone` is UTC by default. */
  readonly calendar?: { readonly startMs: number; readonly stepMs: number; readonly zone?: string };
  /** Monotonic milliseconds; where given, updates and refits are timed. */
  readonly monotonicMs?: () => number;
  /** Takes every forecast whose origin lies past the warm-up, once its actual is there; the last ones at the end. */
  readonly onForecast?: (forecast: BacktestForecast) => void;
  /** Called after each value, with the number of values done. */
  readonly onProgress?: (done: number) => void;
}

export interface BacktestResult {
  /** Values in the series, missing ones included. */
  readonly n: number;
  readonly horizons: readonly BacktestHorizon[];
  /** Season that the seasonal scores are of; absent where none was given or found. */
  readonly season?: number;
  /** Passes of maintenance in which models were fitted. */
  readonly refits: number;
  /** Mean time of taking in one value, µs; with `monotonicMs` only. */
  readonly updateMicros?: number;
  /** Mean time of a pass in which models were fitted, ms; with `monotonicMs` and if there was one. */
  readonly refitMillis?: number;
}

/**
 * Walk a series with one bank and score every forecast whose origin lies past the warm-up. Strictly causal: each
 * forecast is made before any later value is read. NaN is missing.
 * @throws {ForecastError} `INVALID_ARGUMENT`
 */
export function backtest(values: ArrayLike<number>, options: BacktestOptions): BacktestResult {
  const { warmup = 0.5, forecaster = 'bank', onForecast, onProgress } = options;
  checkOptions(warmup, options.season);
  const steps = [...new Set(options.horizons)].sort((a, b) => a - b);
  const n = values.length;
  const firstOrigin = Math.ceil(n * warmup);
  const { calendar } = options;
  const bank = new TimedBank(bankFor(steps, options), options.monotonicMs);
  const runs = steps.map((s, h) => new BacktestHorizonRun(h, s, Math.max(0, n - firstOrigin - s)));
  let scales: ErrorScales = { naive: NaN, season: options.season, seasonal: NaN };
  let last = NaN;
  for (let t = 0; t < n; t++) {
    const y = values[t] ?? NaN;
    if (Number.isFinite(y)) last = y;
    for (const run of runs) {
      const origin = t - run.steps;
      if (origin < firstOrigin) continue;
      run.score(origin, y);
      if (onForecast !== undefined) onForecast(asForecast(run, origin, y));
    }
    bank.update(y, calendar === undefined ? NaN : calendar.startMs + (t + 1) * calendar.stepMs);
    if (t === firstOrigin) scales = scalesOf(values, firstOrigin, options.season ?? bank.bank.season);
    if (t >= firstOrigin) {
      const forecast = bank.bank.predict();
      const experts = forecaster === 'bank' ? bank.bank.explain().experts : [];
      for (const run of runs) {
        const seasonal =
          scales.season === undefined ? NaN : seasonalNaive(values, t, run.steps, scales.season);
        run.issue(t, forecast, experts, last, seasonal);
      }
    }
    onProgress?.(t + 1);
  }
  if (onForecast !== undefined) emitRest(runs, firstOrigin, n, onForecast);
  return {
    n,
    horizons: runs.map((run) => run.result(scales)),
    ...(scales.season === undefined ? {} : { season: scales.season }),
    ...bank.times(n),
  };
}

function bankFor(
  steps: readonly number[],
  { forecaster = 'bank', combination = 'mlpol', calendar }: BacktestOptions,
): SeriesBank {
  if (calendar === undefined) return new SeriesBank({ steps, forecaster, combination });
  const covariates = calendarCovariates(calendar.stepMs, calendar.zone);
  return new SeriesBank({ steps, forecaster, combination, covariates });
}

function checkOptions(warmup: number, season: number | undefined): void {
  if (!(warmup >= 0 && warmup < 1)) {
    throw new ForecastError('INVALID_ARGUMENT', `warmup must be at least 0 and below 1, got ${warmup}`);
  }
  if (season !== undefined && !(Number.isInteger(season) && season >= 2)) {
    throw new ForecastError('INVALID_ARGUMENT', `season must be a whole number from 2 on, got ${season}`);
  }
}

function scalesOf(values: ArrayLike<number>, count: number, season: number | undefined): ErrorScales {
  const seasonal = season === undefined ? NaN : naiveScale(values, count, season);
  return { naive: naiveScale(values, count, 1), season, seasonal };
}

function asForecast(run: BacktestHorizonRun, origin: number, actual: number): BacktestForecast {
  const [mean = NaN, lower = NaN, upper = NaN] = run.issued(origin);
  return { origin, steps: run.steps, mean, lower, upper, actual };
}

/** Forecasts of what lies past the end, by origin. */
function emitRest(
  runs: readonly BacktestHorizonRun[],
  firstOrigin: number,
  n: number,
  onForecast: (forecast: BacktestForecast) => void,
): void {
  const longest = runs.at(-1)?.steps ?? 0;
  for (let origin = Math.max(firstOrigin, n - longest); origin < n; origin++) {
    for (const run of runs) {
      if (origin + run.steps >= n) onForecast(asForecast(run, origin, NaN));
    }
  }
}

/** A bank and the time that it takes. */
class TimedBank {
  readonly bank: SeriesBank;
  readonly #nowMs: (() => number) | undefined;
  #updateMs = 0;
  #refitMs = 0;
  #refits = 0;

  constructor(bank: SeriesBank, nowMs: (() => number) | undefined) {
    this.bank = bank;
    this.#nowMs = nowMs;
  }

  update(y: number, endMs: number): void {
    const startMs = this.#nowMs?.() ?? 0;
    this.bank.update(y, endMs);
    const updatedMs = this.#nowMs?.() ?? 0;
    const { fits } = this.bank.maintain();
    this.#updateMs += updatedMs - startMs;
    if (fits === 0) return;
    this.#refits++;
    this.#refitMs += (this.#nowMs?.() ?? 0) - updatedMs;
  }

  times(n: number): Pick<BacktestResult, 'refits' | 'updateMicros' | 'refitMillis'> {
    const refits = this.#refits;
    if (this.#nowMs === undefined || n === 0) return { refits };
    const updateMicros = (1000 * this.#updateMs) / n;
    return { refits, updateMicros, ...(refits === 0 ? {} : { refitMillis: this.#refitMs / refits }) };
  }
}
