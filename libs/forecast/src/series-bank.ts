import type { ModelRecord } from '@foreshadow/domain';
import { EXPERT_NAMES, kernelHash, type Variant } from '@foreshadow/wasm-forecast';
import { ForecastError } from './errors.ts';
import { ForecastKernel, type SeriesShape, type Slot } from './kernel.ts';
import type { FitSituation } from './fit-plan.ts';
import { FleetShape } from './fleet-shape.ts';
import { modelRecords } from './model-records.ts';
import type { Lesson, SeasonShape } from './prior.ts';
import { quantileShare } from './quantile-share.ts';
import { SeriesFits } from './series-fits.ts';
import { packSparse, unpackSparse } from './sparse.ts';
import { StateReader, StateWriter } from './state-codec.ts';

/** `bank`: experts under online weights. `last-value`: the newest value, for comparison. */
export type Forecaster = 'bank' | 'last-value';

export interface SeriesBankOptions {
  /** Horizons in steps, strictly ascending. */
  readonly steps: readonly number[];
  readonly forecaster?: Forecaster;
  /** Steps of history that are kept; 4096 by default. Seasons up to half of it are found. */
  readonly historySteps?: number;
  /** Seasons that are followed at once; 2 by default. */
  readonly seasons?: number;
  /** Lengths of the seasons in steps, at most `seasons` of them; by default they are found. */
  readonly knownSeasons?: readonly number[];
  /** Whether ETS, ARIMA and their like are fitted in the background, by `maintain`; true by default. */
  readonly fittedModels?: boolean;
  /** What the fleet teaches; it serves until the series has evidence of its own. See `SeriesBank.lesson`. */
  readonly prior?: Lesson;
  /** Kernel to live in; by default one of its own. */
  readonly kernel?: ForecastKernel;
  readonly variant?: Variant;
}

/** One forecast; each array has one entry per horizon. NaN before the first value. */
export interface BankForecast {
  readonly mean: Float64Array;
  /** 5 % quantile. */
  readonly lower: Float64Array;
  /** 95 % quantile. */
  readonly upper: Float64Array;
}

export interface ExpertWeights {
  readonly name: string;
  /** One entry per horizon; the experts of a horizon sum to 1. */
  readonly weights: readonly number[];
}

/** What leads a bank to its forecast. */
export interface BankExplanation {
  /** Lengths of the seasons found, in steps. */
  readonly seasons: readonly number[];
  /** Forecasts scored so far, one entry per horizon. */
  readonly scored: readonly number[];
  /** What each expert says now, one entry per horizon; NaN where it is silent. */
  readonly experts: readonly { readonly name: string; readonly forecast: readonly number[] }[];
}

const HISTORY_STEPS = 4096;
/** Scores before intervals are calibrated, and errors that are kept after that; as in the kernel. */
const WARM_SCORES = 30;
/** A fit is worth something even where there was no error yet. */
const LEAST_ERROR = 1e-9;
/** Scores from which a series can teach others. */
const MATURE_SCORES = 100;
/** Regrets that a prior hands out over the experts of a horizon, and how many values its coefficients weigh. */
const PRIOR_REGRET = 10;
const PRIOR_VALUES = 200;
/** As in the kernel. */
const SHORT_LAGS = 8;
const LONG_LAGS = 24;
const FLEET_SHAPE_ROW = 3;
const ERROR_RATIOS = 60;
const SEASONS = 2;

/**
 * Forecasts one series at one resolution. Same state and values give byte-identical forecasts in every engine and in
 * both variants of the kernel.
 *
 * @example
 * const bank = new SeriesBank({ steps: [1, 6, 12] });
 * for (const y of [10, 12, 11, undefined, 12]) bank.update(y);
 * const { mean, lower, upper } = bank.predict();
 */
export class SeriesBank {
  readonly steps: readonly number[];
  readonly #forecaster: Forecaster;
  readonly #shape: SeriesShape;
  readonly #kernel: ForecastKernel;
  #slot: Slot;
  readonly #names: readonly string[];
  readonly #fits: SeriesFits;
  readonly #knownSeasons: readonly number[] | undefined;
  #fleetShape: FleetShape | undefined;

  /** @throws {ForecastError} `INVALID_ARGUMENT`, `OUT_OF_MEMORY` */
  constructor(options: SeriesBankOptions) {
    const { steps, historySteps = HISTORY_STEPS, seasons = SEASONS } = options;
    this.steps = [...steps];
    this.#forecaster = options.forecaster ?? 'bank';
    const modelSeason = options.fittedModels === false ? 0 : historySteps >> 1;
    this.#shape = { steps: this.steps, historySteps, seasons, modelSeason };
    this.#knownSeasons = checkSeasons(options.knownSeasons, this.#shape);
    this.#kernel = options.kernel ?? new ForecastKernel(options.variant);
    this.#slot = this.#kernel.allocate(this.#shape);
    this.#names = EXPERT_NAMES.slice(0, this.#kernel.exports.expertCount(this.#slot.plan));
    this.#fits = new SeriesFits(this.#kernel);
    if (this.#knownSeasons !== undefined) this.#kernel.exports.stopSearch(this.#slot.at);
    if (options.prior !== undefined) this.#learnFromFleet(options.prior);
  }

  /** Take in the value of the next step; `undefined`, NaN and ±Infinity are missing. */
  update(y: number | undefined): void {
    this.#tellFleetShape(y ?? NaN);
    this.#kernel.exports.update(this.#slot.plan, this.#slot.at, y ?? NaN);
    if (this.#knownSeasons !== undefined) this.#giveSeasons(this.#knownSeasons);
    if (!this.#hasFits) return;
    this.#fits.step(this.#slot, this.#kernel.exports.stepCount(this.#slot.at), () => this.#situation());
  }

  /**
   * Say, before the next update, what a finer resolution makes of the steps to come (one entry per horizon): its seasonal
   * forecast, and the same moved to where the series is now. They enter as two more experts; `undefined`: nothing.
   */
  outside(season: ArrayLike<number> | undefined, shape: ArrayLike<number> | undefined): void {
    const count = this.steps.length;
    const { plan, at } = this.#slot;
    const rows = this.#kernel.numbers(this.#kernel.exports.outsideAt(plan, at), 2 * count);
    for (let h = 0; h < count; h++) {
      rows[h] = season?.[h] ?? NaN;
      rows[count + h] = shape?.[h] ?? NaN;
    }
  }

  /**
   * Seasonal forecast for any `count` steps, the first of them `from` steps ahead (0: the newest step, negative: past
   * ones). `undefined` while no season is known.
   */
  extend(from: number, count: number): Float64Array | undefined {
    const { plan, at } = this.#slot;
    const out = this.#kernel.scratch(count);
    if (this.#kernel.exports.extend(plan, at, from, count, out) === 0) return undefined;
    return this.#kernel.numbers(out, count).slice();
  }

  predict(): BankForecast {
    const count = this.steps.length;
    const mean = new Float64Array(count);
    if (this.#forecaster === 'last-value') {
      mean.fill(this.#kernel.exports.lastValue(this.#slot.at));
      return { mean, lower: mean, upper: mean };
    }
    const lower = new Float64Array(count);
    const upper = new Float64Array(count);
    const { plan, at } = this.#slot;
    const rows = this.#kernel.numbers(this.#kernel.exports.forecastsAt(plan, at), 3 * count);
    for (let h = 0; h < count; h++) {
      mean[h] = rows[3 * h] ?? NaN;
      lower[h] = rows[3 * h + 1] ?? NaN;
      upper[h] = rows[3 * h + 2] ?? NaN;
    }
    return { mean, lower, upper };
  }

  /**
   * Quantile `p` of the newest forecast, one entry per horizon; quantiles of one forecast never cross.
   * @throws {ForecastError} `INVALID_ARGUMENT` unless 0 < p < 1
   */
  quantile(p: number): Float64Array {
    if (!(p > 0 && p < 1))
      throw new ForecastError('INVALID_ARGUMENT', `p must lie between 0 and 1, got ${p}`);
    const { mean, lower, upper } = this.predict();
    const bound = p < 0.5 ? lower : upper;
    return mean.map((centre, h) => {
      const share = quantileShare(p, this.#errorRatios(h));
      return centre + share * ((bound[h] ?? NaN) - centre);
    });
  }

  /**
   * Fit models that are due to be fitted.
   * @param pieces bound of the work, a piece taking about a millisecond; by default all that is due is done
   * @returns pieces done and fits that came to their end
   */
  maintain(pieces: number = Infinity): { pieces: number; fits: number } {
    return this.#hasFits ? this.#fits.run(this.#slot, pieces) : { pieces: 0, fits: 0 };
  }

  /** What the fits that wait would be worth: their number times the mean error; 0: none waits. */
  get fitGain(): number {
    if (!this.#hasFits || this.#fits.waiting === 0) return 0;
    const { plan, at } = this.#slot;
    return (
      this.#fits.waiting * (LEAST_ERROR + this.#kernel.exports.meanError(plan, at, this.steps.length - 1))
    );
  }

  /** Records of the models that are fitted. `stepMs` is the length of a step, `atMs` the end of the newest one. */
  models(stepMs: number, atMs: number): readonly ModelRecord[] {
    if (this.#shape.modelSeason === 0) return [];
    return modelRecords(this.#kernel, this.#slot, stepMs, atMs);
  }

  /** Lengths of the seasons found, in steps, the most telling first. */
  get seasons(): readonly number[] {
    return this.#situation().seasons;
  }

  /** Weights with which the experts enter the newest forecast. */
  weights(): readonly ExpertWeights[] {
    const rows = this.steps.map((_, h) => this.#weightsOf(h));
    return this.#names.map((name, k) => ({ name, weights: rows.map((row) => row[k] ?? 0) }));
  }

  explain(): BankExplanation {
    const { exports } = this.#kernel;
    const { plan, at } = this.#slot;
    const seasons = Array.from({ length: this.#shape.seasons }, (_, j) => exports.seasonLength(at, j));
    const rows = this.steps.map((_, h) => this.#expertsOf(h));
    return {
      seasons: seasons.filter((length) => length > 0),
      scored: this.steps.map((_, h) => exports.scoredCount(plan, at, h)),
      experts: this.#names.map((name, k) => ({ name, forecast: rows.map((row) => row[k] ?? NaN) })),
    };
  }

  /** Name of the expert with the largest weight at the horizon with index `h`. */
  leadingExpert(h: number): string {
    if (this.#forecaster === 'last-value') return this.#names[0] ?? '';
    return this.#names[this.#kernel.exports.leadingExpert(this.#slot.plan, this.#slot.at, h)] ?? '';
  }

  /** Length of the first season in steps; `undefined` while none is known. */
  get season(): number | undefined {
    const length = this.#shape.seasons > 0 ? this.#kernel.exports.seasonLength(this.#slot.at, 0) : 0;
    return length > 0 ? length : undefined;
  }

  /** Forecasts of the shortest horizon that were scored so far. */
  get scored(): number {
    return this.#kernel.exports.scoredCount(this.#slot.plan, this.#slot.at, 0);
  }

  /** Horizons, from the first on, whose intervals rest on at least `scores` scored forecasts. */
  calibratedHorizons(scores: number): number {
    const { exports } = this.#kernel;
    const { plan, at } = this.#slot;
    let count = this.steps.length;
    // A farther horizon never has more scores than a nearer one.
    while (count > 0 && exports.scoredCount(plan, at, count - 1) < scores) count--;
    return count;
  }

  /** What this series can teach a new one; `undefined` until it has evidence enough. */
  lesson(): Lesson | undefined {
    const { exports } = this.#kernel;
    const { plan, at } = this.#slot;
    const scale = exports.changeScale(at);
    if (this.#forecaster === 'last-value' || this.calibratedHorizons(MATURE_SCORES) < this.steps.length)
      return undefined;
    const coefficients = (long: number, count: number): number[][] =>
      this.steps.map((_, h) => [...this.#kernel.numbers(exports.coefficientsAt(plan, at, long, h), count)]);
    const { mean, lower, upper } = this.predict();
    return {
      steps: this.steps,
      weights: this.steps.map((_, h) => this.#weightsOf(h)),
      short: coefficients(0, SHORT_LAGS),
      long: coefficients(1, LONG_LAGS),
      margins: this.steps.map((_, h) => {
        const above = scale > 0 ? ((upper[h] ?? NaN) - (mean[h] ?? NaN)) / scale : 0;
        const below = scale > 0 ? ((mean[h] ?? NaN) - (lower[h] ?? NaN)) / scale : 0;
        // A bound at zero says nothing of the distance.
        return [lower[h] === 0 ? above : below, above];
      }),
      shape: this.#shapeAhead(),
    };
  }

  toState(): Uint8Array {
    return new StateWriter()
      .text(`foreshadow-bank ${kernelHash()}`)
      .numbers(this.#shapeNumbers())
      .blob(packSparse(this.#kernel.memoryOf(this.#slot)))
      .finish();
  }

  /**
   * Go on from a state.
   * @throws {ForecastError} `STATE_MISMATCH` if it comes from another kernel or another shape of series,
   * `INVALID_STATE` if it is damaged. The bank stays as it was.
   */
  fromState(bytes: Uint8Array): void {
    const reader = new StateReader(bytes);
    const kernel = reader.text();
    if (kernel !== `foreshadow-bank ${kernelHash()}`) {
      throw new ForecastError('STATE_MISMATCH', 'the state comes from another version of the kernel');
    }
    const shape = this.#shapeNumbers().join();
    if (reader.numbers().join() !== shape) {
      throw new ForecastError('STATE_MISMATCH', 'the state comes from a bank with other horizons or history');
    }
    const memory = unpackSparse(reader.blob(), this.#slot.bytes);
    reader.end();
    const slot = this.#kernel.allocate(this.#shape);
    this.#kernel.memoryOf(slot).set(memory);
    const isSound = this.#kernel.exports.slotIsSound(slot.plan, slot.at) === 1;
    this.#kernel.release(isSound ? this.#slot : slot);
    if (!isSound) throw new ForecastError('INVALID_STATE', 'the state of a series is out of range');
    this.#slot = slot;
    if (this.#hasFits) this.#fits.restart(slot);
  }

  /** Give the memory back to the kernel; the bank is not to be used after that. */
  dispose(): void {
    this.#kernel.release(this.#slot);
  }

  /** One season from the next step on, relative to its mean. */
  #shapeAhead(): SeasonShape | undefined {
    const course = this.season === undefined ? undefined : this.extend(1, this.season);
    if (course === undefined) return undefined;
    const mean = course.reduce((a, b) => a + b, 0) / course.length;
    return mean > 0 && course.every(Number.isFinite) ? [...course].map((v) => v / mean) : undefined;
  }

  #learnFromFleet(lesson: Lesson): void {
    if (
      lesson.steps.join() !== this.steps.join() ||
      lesson.weights.some((w) => w.length !== this.#names.length)
    ) {
      throw new ForecastError('INVALID_ARGUMENT', 'the prior is that of other horizons or experts');
    }
    const { exports } = this.#kernel;
    const { plan, at } = this.#slot;
    const k = this.#names.length;
    this.steps.forEach((_, h) => {
      const regrets = this.#priorWeights(lesson, h).map((weight) => PRIOR_REGRET * weight);
      const rows = this.#kernel.numbers(exports.regretsAt(plan, at, h), 3 * k);
      rows.set(regrets);
      rows.set(regrets, 2 * k);
      this.#kernel.numbers(exports.coefficientsAt(plan, at, 0, h), SHORT_LAGS).set(lesson.short[h]!);
      this.#kernel.numbers(exports.coefficientsAt(plan, at, 1, h), LONG_LAGS).set(lesson.long[h]!);
      this.#kernel.numbers(exports.priorMarginsAt(plan, at, h), 2).set(lesson.margins[h]!);
    });
    exports.setPriorWeight(at, PRIOR_VALUES);
    if (lesson.shape !== undefined) this.#fleetShape = new FleetShape(lesson.shape);
  }

  /** Weights to begin with: the fleet's shape stands in for the seasonal experts, which have nothing to say yet. */
  #priorWeights({ weights, shape }: Lesson, h: number): number[] {
    const row = [...weights[h]!];
    const at = this.#names.indexOf('fleet-shape');
    const seasonal = row.slice(this.#names.indexOf('seasonal-naive')).reduce((a, b) => a + b, 0);
    if (shape !== undefined && this.#names.includes('seasonal-naive')) row[at] = (row[at] ?? 0) + seasonal;
    return row;
  }

  /** The fleet's shape speaks until a season of the series' own is found. */
  #tellFleetShape(y: number): void {
    const shape = this.#fleetShape;
    if (shape === undefined) return;
    shape.update(y);
    if (this.season !== undefined) this.#fleetShape = undefined;
    const { plan, at } = this.#slot;
    const count = this.steps.length;
    const row = this.#kernel.numbers(
      this.#kernel.exports.outsideAt(plan, at) + 8 * count * FLEET_SHAPE_ROW,
      count,
    );
    this.steps.forEach((step, h) => {
      row[h] = this.#fleetShape?.ahead(step) ?? NaN;
    });
  }

  get #hasFits(): boolean {
    return this.#shape.modelSeason > 0 && this.#forecaster === 'bank';
  }

  #shapeNumbers(): number[] {
    const { historySteps, seasons, modelSeason } = this.#shape;
    return [...this.steps, historySteps, seasons, modelSeason];
  }

  #situation(): FitSituation {
    const { exports } = this.#kernel;
    const lengths = Array.from({ length: this.#shape.seasons }, (_, j) =>
      exports.seasonLength(this.#slot.at, j),
    );
    return {
      steps: exports.stepCount(this.#slot.at),
      historySteps: this.#shape.historySteps,
      seasons: lengths.filter((length) => length > 1),
      driftAt: -1,
    };
  }

  /** Each season begins once a whole cycle of it is there. */
  #giveSeasons(lengths: readonly number[]): void {
    const { exports } = this.#kernel;
    const { plan, at } = this.#slot;
    const steps = exports.stepCount(at);
    lengths.forEach((length, j) => {
      if (steps === length + 1) exports.giveSeason(plan, at, j, length);
    });
  }

  /** Newest errors at a horizon in units of their margin; none while the calibration warms up. */
  #errorRatios(h: number): Float32Array {
    const { exports } = this.#kernel;
    const { plan, at } = this.#slot;
    const count = Math.min(ERROR_RATIOS, exports.scoredCount(plan, at, h) - WARM_SCORES);
    const address = exports.errorRatiosAt(plan, at, h);
    return new Float32Array(exports.memory.buffer, address, Math.max(0, count));
  }

  #expertsOf(h: number): Float64Array {
    const { plan, at } = this.#slot;
    return this.#kernel.numbers(this.#kernel.exports.expertsAt(plan, at, h), this.#names.length);
  }

  /** Normalised; all of it on last value while no expert has earned a weight. */
  #weightsOf(h: number): number[] {
    if (this.#forecaster === 'last-value') return this.#names.map((_, k) => (k === 0 ? 1 : 0));
    const { plan, at } = this.#slot;
    const raw = this.#kernel.numbers(this.#kernel.exports.weightsAt(plan, at, h), this.#names.length);
    const forecasts = this.#expertsOf(h);
    const awake = [...raw].map((w, k) => (Number.isNaN(forecasts[k]) ? 0 : w));
    const total = awake.reduce((a, b) => a + b, 0);
    return awake.map((w, k) => (total > 0 ? w / total : k === 0 ? 1 : 0));
  }
}

function checkSeasons(
  lengths: readonly number[] | undefined,
  shape: SeriesShape,
): readonly number[] | undefined {
  if (lengths === undefined) return undefined;
  const longest = shape.historySteps >> 1;
  const areFine = lengths.every((m) => Number.isInteger(m) && m >= 2 && m <= longest);
  if (lengths.length > shape.seasons || new Set(lengths).size < lengths.length || !areFine) {
    throw new ForecastError(
      'INVALID_ARGUMENT',
      `knownSeasons must be at most ${shape.seasons} different whole numbers from 2 to ${longest}, got [${lengths.join(', ')}]`,
    );
  }
  return [...lengths];
}
