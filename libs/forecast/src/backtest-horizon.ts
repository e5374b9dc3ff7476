import { Xoshiro128 } from '@foreshadow/domain';
import type { BankForecast } from './series-bank.ts';
import { idealWorstBlockCoverage, worstBlockCoverage } from './block-coverage.ts';
import { type ExpertForecasts, type ExpertScore, ExpertTally } from './expert-tally.ts';
import { bestConstantBandScore, intervalScore, pinballLoss } from './interval-score.ts';

/** Scores of one horizon. What could not be computed is NaN: nothing scored, or a divisor of 0. */
export interface BacktestHorizon {
  readonly steps: number;
  /** Origins with a forecast, an actual and a last value; all else is over these. */
  readonly scored: number;
  /** Mean |error|, in the unit of the values. */
  readonly mae: number;
  /** Σ|error| / Σ|actual|. */
  readonly wape: number;
  /** The same for last value: the newest value at the origin that is not missing. */
  readonly wapeNaive: number;
  readonly wapeRatioToNaive: number;
  /** `mae` over the mean |difference| of neighbouring values in the warm-up (Hyndman & Koehler 2006). */
  readonly mase: number;
  /** `mae` over the mean |difference| of values one season apart in the warm-up. */
  readonly seasonalMase?: number;
  /** `mae` over that of the seasonal naive forecast, over the origins and this horizon at which it has one. */
  readonly maseToSeasonalNaive?: number;
  /** Mean pinball loss of the quantiles at 5, 50 (the mean forecast) and 95 %. */
  readonly pinball: number;
  /** Share of actuals within the 90 % interval, and its mean width. */
  readonly coverage90: number;
  readonly width90: number;
  /** Mean interval score of the 90 % interval, and that of the best band of constant width chosen in hindsight. */
  readonly winkler90: number;
  readonly winklerConstant90: number;
  /** Least coverage over 100 consecutive forecasts; and what ideal intervals would show, see `idealWorstBlockCoverage`. */
  readonly worst100: number;
  readonly idealWorst100: number;
  /** Experts give points, not intervals: they have no coverage of their own. */
  readonly experts: Readonly<Record<string, ExpertScore>>;
}

/** In-sample errors that scaled errors are measured in, and the season of the seasonal ones. */
export interface ErrorScales {
  readonly naive: number;
  readonly season: number | undefined;
  readonly seasonal: number;
}

const ALPHA = 0.1;
const WIDTH = 5;
const SEED = 0x5eed;

/** Forecasts of one horizon on their way to being scored, and the scores. */
export class BacktestHorizonRun {
  readonly steps: number;
  readonly #index: number;
  /** Steps × (mean, lower, upper, last value, seasonal naive). */
  readonly #pending: Float64Array;
  readonly #experts: ExpertTally;
  readonly #errors: Float64Array;
  readonly #hits: Uint8Array;
  #scored = 0;
  #actual = 0;
  #absError = 0;
  #absErrorNaive = 0;
  #pinball = 0;
  #width = 0;
  #intervalScore = 0;
  #seasonalPairs = 0;
  #absErrorBesideSeasonal = 0;
  #absErrorSeasonal = 0;

  /**
   * @param index of this horizon among those of the bank
   * @param most forecasts that can be scored
   */
  constructor(index: number, steps: number, most: number) {
    this.#index = index;
    this.steps = steps;
    this.#pending = new Float64Array(steps * WIDTH);
    this.#experts = new ExpertTally(index, steps);
    this.#errors = new Float64Array(most);
    this.#hits = new Uint8Array(most);
  }

  /** Keep a forecast made at `origin` until its actual comes. */
  issue(
    origin: number,
    forecast: BankForecast,
    experts: ExpertForecasts,
    naive: number,
    seasonalNaive: number,
  ): void {
    const slot = origin % this.steps;
    const at = slot * WIDTH;
    this.#pending[at] = forecast.mean[this.#index] ?? NaN;
    this.#pending[at + 1] = forecast.lower[this.#index] ?? NaN;
    this.#pending[at + 2] = forecast.upper[this.#index] ?? NaN;
    this.#pending[at + 3] = naive;
    this.#pending[at + 4] = seasonalNaive;
    this.#experts.issue(slot, experts);
  }

  /** Mean, lower and upper bound issued at `origin`, until a later forecast takes their place. */
  issued(origin: number): Float64Array {
    const at = (origin % this.steps) * WIDTH;
    return this.#pending.subarray(at, at + 3);
  }

  /** Score the forecast made at `origin`. Whatever is not finite scores nothing. */
  score(origin: number, actual: number): void {
    const slot = origin % this.steps;
    const at = slot * WIDTH;
    const mean = this.#pending[at] ?? NaN;
    const lower = this.#pending[at + 1] ?? NaN;
    const upper = this.#pending[at + 2] ?? NaN;
    const naive = this.#pending[at + 3] ?? NaN;
    if (!Number.isFinite(actual + mean + lower + upper + naive)) return;
    const error = actual - mean;
    this.#errors[this.#scored] = error;
    this.#hits[this.#scored] = lower <= actual && actual <= upper ? 1 : 0;
    this.#scored++;
    this.#actual += Math.abs(actual);
    this.#absError += Math.abs(error);
    this.#absErrorNaive += Math.abs(naive - actual);
    this.#pinball +=
      pinballLoss(actual, lower, ALPHA / 2) +
      pinballLoss(actual, mean, 0.5) +
      pinballLoss(actual, upper, 1 - ALPHA / 2);
    this.#width += upper - lower;
    this.#intervalScore += intervalScore(actual, lower, upper, ALPHA);
    this.#experts.score(slot, actual, naive);
    const seasonal = this.#pending[at + 4] ?? NaN;
    if (Number.isNaN(seasonal)) return;
    this.#seasonalPairs++;
    this.#absErrorBesideSeasonal += Math.abs(error);
    this.#absErrorSeasonal += Math.abs(seasonal - actual);
  }

  result(scales: ErrorScales): BacktestHorizon {
    const n = this.#scored;
    const per = n > 0 ? 1 / n : NaN;
    const mae = this.#absError * per;
    const hits = this.#hits.subarray(0, n);
    const errors = this.#errors.subarray(0, n);
    const inside = hits.reduce((sum, hit) => sum + hit, 0);
    return {
      steps: this.steps,
      scored: n,
      mae,
      wape: this.#absError / this.#actual,
      wapeNaive: this.#absErrorNaive / this.#actual,
      wapeRatioToNaive: this.#absError / this.#absErrorNaive,
      mase: mae / scales.naive,
      ...(scales.season === undefined ? {} : this.#seasonalScores(mae, scales)),
      pinball: (this.#pinball * per) / 3,
      coverage90: inside * per,
      width90: this.#width * per,
      winkler90: this.#intervalScore * per,
      winklerConstant90: bestConstantBandScore(errors, ALPHA),
      worst100: worstBlockCoverage(hits),
      idealWorst100: idealWorstBlockCoverage(errors, this.steps, new Xoshiro128(SEED)),
      experts: this.#experts.scores(scales.naive),
    };
  }

  #seasonalScores(mae: number, scales: ErrorScales): { seasonalMase: number; maseToSeasonalNaive: number } {
    const ratio = this.#absErrorBesideSeasonal / this.#absErrorSeasonal;
    return {
      seasonalMase: mae / scales.seasonal,
      maseToSeasonalNaive: this.#seasonalPairs > 0 ? ratio : NaN,
    };
  }
}
