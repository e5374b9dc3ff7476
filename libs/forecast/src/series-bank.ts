import type { ModelRecord } from '@foreshadow/domain';
import { type DriftAlarm, kernelHash, type Variant } from '@foreshadow/wasm-forecast';
import { learn, lessonOf } from './bank-lesson.ts';
import { Covariates, type CovariatesOptions, type LevelFeatures } from './covariates.ts';
import { ForecastError } from './errors.ts';
import { type Combination, COMBINATIONS, ForecastKernel, type SeriesShape, type Slot } from './kernel.ts';
import type { FitSituation } from './fit-plan.ts';
import { FleetShape } from './fleet-shape.ts';
import { modelRecords } from './model-records.ts';
import { type LoadedNetwork, NetworkWalk } from './network.ts';
import { KnownSeasons } from './known-seasons.ts';
import type { Lesson } from './prior.ts';
import { quantileShare } from './quantile-share.ts';
import { SeriesFits } from './series-fits.ts';
import { type OutsideRow, SlotView } from './slot-view.ts';
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
  /** Rule by which the experts' weights are learned; MLpol by default. */
  readonly combination?: Combination;
  /** Whether ETS, ARIMA and their like are fitted in the background, by `maintain`; true by default. */
  readonly fittedModels?: boolean;
  /** What the fleet teaches; it serves until the series has evidence of its own. See `SeriesBank.lesson`. */
  readonly prior?: Lesson;
  /** What is known besides the series' own past; without it nothing is, not even the time of day. */
  readonly covariates?: Omit<CovariatesOptions, 'kernel' | 'steps'>;
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
const SEASONS = 2;
/** A fit is worth something even where there was no error yet. */
const LEAST_ERROR = 1e-9;
/** Scores from which a series can teach others. */
const MATURE_SCORES = 100;

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
  #view: SlotView;
  readonly #fits: SeriesFits;
  readonly #knownSeasons: KnownSeasons | undefined;
  readonly #covariates: Covariates | undefined;
  #fleetShape: FleetShape | undefined;
  #walk: NetworkWalk | undefined;

  /** @throws {ForecastError} `INVALID_ARGUMENT`, `OUT_OF_MEMORY` */
  constructor(options: SeriesBankOptions) {
    const { steps, historySteps = HISTORY_STEPS, seasons = SEASONS, knownSeasons, prior } = options;
    const { combination = 'mlpol' } = options;
    this.steps = [...steps];
    this.#forecaster = options.forecaster ?? 'bank';
    const modelSeason = options.fittedModels === false ? 0 : historySteps >> 1;
    this.#shape = { steps: this.steps, historySteps, seasons, modelSeason, combination };
    this.#knownSeasons = knownSeasons && new KnownSeasons(knownSeasons, seasons, historySteps >> 1);
    this.#kernel = options.kernel ?? new ForecastKernel(options.variant);
    this.#slot = this.#kernel.allocate(this.#shape);
    this.#view = new SlotView(this.#kernel, this.#slot, this.steps.length);
    this.#fits = new SeriesFits(this.#kernel);
    const isAsked = options.covariates !== undefined && this.#forecaster === 'bank';
    this.#covariates = isAsked
      ? new Covariates({ kernel: this.#kernel, steps: this.steps, ...options.covariates })
      : undefined;
    if (this.#knownSeasons !== undefined) this.#kernel.exports.stopSearch(this.#slot.at);
    if (prior !== undefined) {
      learn(this.#view, this.steps, prior);
      this.#fleetShape = prior.shape && new FleetShape(prior.shape);
    }
  }

  /**
   * Take in the value of the next step; `undefined`, NaN and ±Infinity are missing.
   * @param endMs wall-clock at the end of the step, for experts that know of times; NaN: not known
   */
  update(y: number | undefined, endMs: number = NaN): void {
    const value = y ?? NaN;
    this.#tellFleetShape(value);
    this.#tellNetwork(value, endMs);
    this.#tellCovariates(value, endMs);
    this.#kernel.exports.update(this.#slot.plan, this.#slot.at, value);
    this.#knownSeasons?.give(this.#view);
    if (this.#hasFits) this.#fits.step(this.#slot, this.#view.steps, () => this.#situation());
  }

  /**
   * Say, before the next update, what is known elsewhere of the steps to come: one forecast a horizon, NaN or `undefined`
   * where there is none. It enters as one more expert and stays until something else is said.
   */
  tell(row: OutsideRow, forecasts: ArrayLike<number> | undefined): void {
    const numbers = this.#view.outside(row);
    for (const h of this.steps.keys()) numbers[h] = forecasts?.[h] ?? NaN;
  }

  /**
   * Listen to a network, from the next step on; `undefined`: to none.
   * @param endMs wall-clock at the end of the newest step; NaN: not known
   */
  hear(network: LoadedNetwork | undefined, endMs: number = NaN): void {
    this.#walk?.dispose();
    this.#walk = network && new NetworkWalk(this.#kernel, network, this.steps);
    this.#walk?.replay(this.#slot, endMs);
    if (network === undefined) this.tell('lstm', undefined);
  }

  /** Rates of the upstream streams in one tick of the running step; NaN where missing. */
  upstream(rates: readonly number[]): void {
    this.#covariates?.push(rates);
  }

  /**
   * Seasonal forecast for any `count` steps, the first of them `from` steps ahead (0: the newest step, negative: past
   * ones). `undefined` while no season is known.
   */
  extend(from: number, count: number): Float64Array | undefined {
    return this.#view.extend(from, count);
  }

  predict(): BankForecast {
    const count = this.steps.length;
    const mean = new Float64Array(count);
    if (this.#forecaster === 'last-value') {
      mean.fill(this.#view.lastValue);
      return { mean, lower: mean, upper: mean };
    }
    const lower = new Float64Array(count);
    const upper = new Float64Array(count);
    const rows = this.#view.forecasts();
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
      const share = quantileShare(p, this.#view.errorRatios(h));
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
    return this.#fits.waiting * (LEAST_ERROR + this.#view.meanError(this.steps.length - 1));
  }

  /** Records of the models that are fitted. `stepMs` is the length of a step, `atMs` the end of the newest one. */
  models(stepMs: number, atMs: number): readonly ModelRecord[] {
    if (this.#shape.modelSeason === 0) return [];
    return modelRecords(this.#kernel, this.#slot, stepMs, atMs);
  }

  /** Lengths of the seasons found, in steps, the most telling first. */
  get seasons(): readonly number[] {
    return this.#view.seasons(this.#shape.seasons);
  }

  /** Step of the newest drift alarm; −1: none. */
  get alarmAt(): number {
    return this.#view.alarmAt;
  }

  /** Steps since then. */
  get alarmAge(): number {
    return this.#view.steps - 1 - this.#view.alarmAt;
  }

  /** What gave the newest drift alarm; `undefined`: there was none. */
  alarm(): DriftAlarm | undefined {
    return this.#view.alarm();
  }

  /** Which features of calendar, events and upstream streams are in, and why; `undefined` where nothing is known of any. */
  get features(): LevelFeatures | undefined {
    return this.#covariates?.explain();
  }

  /** Weights with which the experts enter the newest forecast. */
  weights(): readonly ExpertWeights[] {
    const rows = this.steps.map((_, h) => this.#weightsOf(h));
    return this.#view.names.map((name, k) => ({ name, weights: rows.map((row) => row[k] ?? 0) }));
  }

  explain(): BankExplanation {
    const rows = this.steps.map((_, h) => this.#view.experts(h));
    return {
      seasons: this.seasons,
      scored: this.steps.map((_, h) => this.#view.scored(h)),
      experts: this.#view.names.map((name, k) => ({ name, forecast: rows.map((row) => row[k] ?? NaN) })),
    };
  }

  /** Name of the expert with the largest weight at the horizon with index `h`. */
  leadingExpert(h: number): string {
    const leader = this.#forecaster === 'last-value' ? 0 : this.#view.leader(h);
    return this.#view.names[leader] ?? '';
  }

  /** Length of the first season in steps; `undefined` while none is known. */
  get season(): number | undefined {
    return this.#view.seasons(Math.min(1, this.#shape.seasons))[0];
  }

  /** Forecasts of the shortest horizon that were scored so far. */
  get scored(): number {
    return this.#view.scored(0);
  }

  /** Horizons, from the first on, whose intervals rest on at least `scores` scored forecasts. */
  calibratedHorizons(scores: number): number {
    let count = this.steps.length;
    // A farther horizon never has more scores than a nearer one.
    while (count > 0 && this.#view.scored(count - 1) < scores) count--;
    return count;
  }

  /** What this series can teach a new one; `undefined` until it has evidence enough. */
  lesson(): Lesson | undefined {
    if (this.#forecaster === 'last-value') return undefined;
    if (this.calibratedHorizons(MATURE_SCORES) < this.steps.length) return undefined;
    return lessonOf(this.#view, this.steps, this.season);
  }

  toState(): Uint8Array {
    return new StateWriter()
      .text(`foreshadow-bank ${kernelHash()}`)
      .numbers(this.#shapeNumbers())
      .blob(packSparse(this.#kernel.memoryOf(this.#slot)))
      .blob(this.#covariates?.toState() ?? new Uint8Array())
      .finish();
  }

  /**
   * Go on from a state. A network is heard again once `hear` is called.
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
    const covariates = reader.blob();
    reader.end();
    const slot = this.#kernel.allocate(this.#shape);
    this.#kernel.memoryOf(slot).set(memory);
    const isSound = this.#kernel.exports.slotIsSound(slot.plan, slot.at) === 1;
    this.#kernel.release(isSound ? this.#slot : slot);
    if (!isSound) throw new ForecastError('INVALID_STATE', 'the state of a series is out of range');
    this.#slot = slot;
    this.#view = new SlotView(this.#kernel, slot, this.steps.length);
    this.hear(undefined);
    if (covariates.length > 0) this.#covariates?.fromState(covariates);
    if (this.#hasFits) this.#fits.restart(slot);
  }

  /** Give the memory back to the kernel; the bank is not to be used after that. */
  dispose(): void {
    this.#walk?.dispose();
    this.#covariates?.dispose();
    this.#kernel.release(this.#slot);
  }

  /** The fleet's shape speaks until a season of the series' own is found. */
  #tellFleetShape(y: number): void {
    const shape = this.#fleetShape;
    if (shape === undefined) return;
    shape.update(y);
    if (this.season !== undefined) this.#fleetShape = undefined;
    this.tell('fleet-shape', this.#fleetShape && this.steps.map((step) => shape.ahead(step)));
  }

  #tellNetwork(y: number, endMs: number): void {
    if (this.#walk === undefined) return;
    this.#walk.step(y, endMs);
    this.tell('lstm', this.#walk.medians());
  }

  #tellCovariates(y: number, endMs: number): void {
    if (this.#covariates === undefined) return;
    const season = this.extend(1, 1 + (this.steps.at(-1) ?? 0));
    this.tell('covariates', this.#covariates.step(y, endMs, season));
  }

  get #hasFits(): boolean {
    return this.#shape.modelSeason > 0 && this.#forecaster === 'bank';
  }

  #shapeNumbers(): number[] {
    const { historySteps, seasons, modelSeason, combination } = this.#shape;
    return [...this.steps, historySteps, seasons, modelSeason, COMBINATIONS.indexOf(combination)];
  }

  #situation(): FitSituation {
    const { historySteps } = this.#shape;
    return { steps: this.#view.steps, historySteps, seasons: this.seasons, driftAt: this.#view.regimeAt };
  }

  #weightsOf(h: number): number[] {
    if (this.#forecaster !== 'last-value') return this.#view.weights(h);
    return this.#view.names.map((_, k) => (k === 0 ? 1 : 0));
  }
}
