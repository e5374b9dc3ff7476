import { HorizonTally } from './horizon-tally.ts';
import { type Forecaster, SeriesBank } from './series-bank.ts';
import { ForecastError } from './errors.ts';

export interface BacktestOptions {
  /** Horizons in steps. */
  readonly horizons: readonly number[];
  /** Share of the series that is only learned from; 0.5 by default. */
  readonly warmup?: number;
  readonly forecaster?: Forecaster;
  /** Monotonic milliseconds; where given, the mean time of one update is measured. */
  readonly monotonicMs?: () => number;
}

export interface BacktestHorizon {
  readonly steps: number;
  readonly scored: number;
  readonly wape: number;
  readonly wapeNaive: number;
  readonly wapeRatioToNaive: number;
  readonly coverage90: number;
  readonly width90: number;
  readonly experts: Readonly<Record<string, { readonly wape: number; readonly wapeRatioToNaive: number }>>;
}

export interface BacktestResult {
  /** Values in the series, missing ones included. */
  readonly n: number;
  readonly horizons: readonly BacktestHorizon[];
  readonly updateMicros?: number;
}

/**
 * Walk a series with one bank and score every forecast whose origin lies past the warm-up. Strictly causal: each
 * forecast is made before any later value is read. NaN is missing.
 * @throws {ForecastError} `INVALID_ARGUMENT`
 */
export function backtest(values: ArrayLike<number>, options: BacktestOptions): BacktestResult {
  const steps = [...new Set(options.horizons)].sort((a, b) => a - b);
  const warmup = options.warmup ?? 0.5;
  if (!(warmup >= 0 && warmup < 1)) {
    throw new ForecastError('INVALID_ARGUMENT', `warmup must be at least 0 and below 1, got ${warmup}`);
  }
  const forecaster = options.forecaster ?? 'bank';
  const bank = new SeriesBank({ steps, forecaster });
  const runs = steps.map((s) => new HorizonRun(s, Math.ceil(values.length * warmup)));
  let spentMs = 0;
  for (let t = 0; t < values.length; t++) {
    const y = values[t] ?? NaN;
    for (const run of runs) run.score(t, y);
    const startMs = options.monotonicMs?.() ?? 0;
    bank.update(y);
    spentMs += (options.monotonicMs?.() ?? 0) - startMs;
    const { mean, lower, upper } = bank.predict();
    const experts = forecaster === 'bank' ? bank.explain().experts : [];
    runs.forEach((run, h) => {
      const says = new Map(experts.map((e) => [e.name, e.forecast[h] ?? NaN]));
      run.issue(t, { mean: mean[h] ?? NaN, lower: lower[h] ?? NaN, upper: upper[h] ?? NaN, experts: says });
    });
  }
  const updateMicros =
    options.monotonicMs === undefined ? {} : { updateMicros: (1000 * spentMs) / values.length };
  return { n: values.length, horizons: runs.map((run) => run.result()), ...updateMicros };
}

interface Issued {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  readonly naive: number;
  readonly experts: ReadonlyMap<string, number>;
}

/** Forecasts of one horizon on their way to being scored. */
class HorizonRun {
  readonly #steps: number;
  readonly #firstOrigin: number;
  readonly #tally = new HorizonTally();
  readonly #experts = new Map<string, HorizonTally>();
  readonly #pending: (Issued | undefined)[];
  #lastValue = NaN;

  constructor(steps: number, firstOrigin: number) {
    this.#steps = steps;
    this.#firstOrigin = firstOrigin;
    this.#pending = Array.from({ length: steps }, () => undefined);
  }

  issue(t: number, forecast: Omit<Issued, 'naive'>): void {
    const origin = t >= this.#firstOrigin ? { ...forecast, naive: this.#lastValue } : undefined;
    this.#pending[t % this.#steps] = origin;
  }

  score(t: number, y: number): void {
    if (Number.isFinite(y)) this.#lastValue = y;
    const due = this.#pending[t % this.#steps];
    if (due === undefined) return;
    this.#tally.add(y, due.mean, due.lower, due.upper, due.naive);
    for (const [name, forecast] of due.experts) {
      let tally = this.#experts.get(name);
      if (tally === undefined) this.#experts.set(name, (tally = new HorizonTally()));
      tally.add(y, forecast, forecast, forecast, due.naive);
    }
  }

  result(): BacktestHorizon {
    const { scored, wape, wapeNaive, coverage90, width90 } = this.#tally.score(this.#steps);
    const experts = [...this.#experts].map(([name, tally]) => {
      const own = tally.score(this.#steps);
      return [name, { wape: own.wape, wapeRatioToNaive: own.wape / own.wapeNaive }] as const;
    });
    return {
      steps: this.#steps,
      scored,
      wape,
      wapeNaive,
      wapeRatioToNaive: wape / wapeNaive,
      coverage90,
      width90,
      experts: Object.fromEntries(experts),
    };
  }
}
