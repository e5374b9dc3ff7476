import { decodeDrift, type DriftAlarm, EXPERT_NAMES } from '@foreshadow/wasm-forecast';
import type { ForecastKernel, Slot } from './kernel.ts';

/** What is said to a series from outside its own kernel, in the order in which the kernel keeps it. */
export const OUTSIDE_ROWS = ['other-season', 'other-shape', 'fleet-shape', 'lstm', 'covariates'] as const;
export type OutsideRow = (typeof OUTSIDE_ROWS)[number];

/** The numbers of one series in a kernel's memory. Views that are handed out are valid until memory grows. */
export class SlotView {
  /** Names of the experts, in the kernel's order. */
  readonly names: readonly string[];
  readonly #kernel: ForecastKernel;
  readonly #slot: Slot;
  readonly #horizons: number;

  constructor(kernel: ForecastKernel, slot: Slot, horizons: number) {
    this.#kernel = kernel;
    this.#slot = slot;
    this.#horizons = horizons;
    this.names = EXPERT_NAMES.slice(0, kernel.exports.expertCount(slot.plan));
  }

  /** Steps so far, missing ones included. */
  get steps(): number {
    return this.#kernel.exports.stepCount(this.#slot.at);
  }

  /** Step of the newest drift alarm; −1: there was none. */
  get alarmAt(): number {
    return this.#kernel.exports.alarmAt(this.#slot.at) - 1;
  }

  /** Step at which the newest regime began to be seen: the errors grew or their mean moved; −1: no such. */
  get regimeAt(): number {
    return this.#kernel.exports.regimeAt(this.#slot.at) - 1;
  }

  /** The newest drift alarm; `undefined` where there was none. */
  alarm(): DriftAlarm | undefined {
    const { exports } = this.#kernel;
    return decodeDrift(new DataView(exports.memory.buffer, exports.driftAt(this.#slot.plan, this.#slot.at)));
  }

  /** Mean |change from value to value|. */
  get changeScale(): number {
    return this.#kernel.exports.changeScale(this.#slot.at);
  }

  get lastValue(): number {
    return this.#kernel.exports.lastValue(this.#slot.at);
  }

  /** Lengths of the first `places` seasons in steps, those that were found. */
  seasons(places: number): readonly number[] {
    const { exports } = this.#kernel;
    const lengths = Array.from({ length: places }, (_, j) => exports.seasonLength(this.#slot.at, j));
    return lengths.filter((length) => length > 1);
  }

  giveSeason(place: number, length: number): void {
    this.#kernel.exports.giveSeason(this.#slot.plan, this.#slot.at, place, length);
  }

  /** (mean, lower, upper) of each horizon, NaN before the first value. */
  forecasts(): Float64Array {
    const { plan, at } = this.#slot;
    return this.#kernel.numbers(this.#kernel.exports.forecastsAt(plan, at), 3 * this.#horizons);
  }

  outside(row: OutsideRow): Float64Array {
    const { plan, at } = this.#slot;
    const first = this.#kernel.exports.outsideAt(plan, at);
    return this.#kernel.numbers(first + 8 * this.#horizons * OUTSIDE_ROWS.indexOf(row), this.#horizons);
  }

  /** What each expert says of horizon `h`; NaN where it is silent. */
  experts(h: number): Float64Array {
    const { plan, at } = this.#slot;
    return this.#kernel.numbers(this.#kernel.exports.expertsAt(plan, at, h), this.names.length);
  }

  /** Normalised; all of it on last value while no expert has earned a weight. */
  weights(h: number): number[] {
    const { plan, at } = this.#slot;
    const raw = this.#kernel.numbers(this.#kernel.exports.weightsAt(plan, at, h), this.names.length);
    const forecasts = this.experts(h);
    const awake = [...raw].map((w, k) => (Number.isNaN(forecasts[k]) ? 0 : w));
    const total = awake.reduce((a, b) => a + b, 0);
    return awake.map((w, k) => (total > 0 ? w / total : k === 0 ? 1 : 0));
  }

  leader(h: number): number {
    return this.#kernel.exports.leadingExpert(this.#slot.plan, this.#slot.at, h);
  }

  /** Regrets, their squares and the weights of the experts at horizon `h`, one after another. */
  regrets(h: number): Float64Array {
    const { plan, at } = this.#slot;
    return this.#kernel.numbers(this.#kernel.exports.regretsAt(plan, at, h), 3 * this.names.length);
  }

  coefficients(kind: 'short' | 'long', h: number): Float64Array {
    const { exports } = this.#kernel;
    const { plan, at } = this.#slot;
    const isLong = kind === 'long';
    const count = isLong ? exports.AR_LONG.value : exports.AR_SHORT.value;
    return this.#kernel.numbers(exports.coefficientsAt(plan, at, isLong ? 1 : 0, h), count);
  }

  /** The fleet's distances of the bounds, below and above, in units of `changeScale`; 0: none. */
  priorMargins(h: number): Float64Array {
    const { plan, at } = this.#slot;
    return this.#kernel.numbers(this.#kernel.exports.priorMarginsAt(plan, at, h), 2);
  }

  /** How many values the fleet's coefficients weigh; before the first value. */
  setPriorWeight(values: number): void {
    this.#kernel.exports.setPriorWeight(this.#slot.at, values);
  }

  /** Forecasts of horizon `h` that were scored. */
  scored(h: number): number {
    return this.#kernel.exports.scoredCount(this.#slot.plan, this.#slot.at, h);
  }

  /** Mean |error| of the combined forecasts of horizon `h`. */
  meanError(h: number): number {
    return this.#kernel.exports.meanError(this.#slot.plan, this.#slot.at, h);
  }

  /** Newest errors of horizon `h` in units of their margin; none while the calibration warms up. */
  errorRatios(h: number): Float32Array {
    const { exports } = this.#kernel;
    const { plan, at } = this.#slot;
    const count = Math.min(exports.RATIOS.value, this.scored(h) - exports.WARM_SCORES.value);
    return new Float32Array(exports.memory.buffer, exports.errorRatiosAt(plan, at, h), Math.max(0, count));
  }

  /** Seasonal forecast of `count` steps from `from` steps ahead; `undefined` while no season is known. */
  extend(from: number, count: number): Float64Array | undefined {
    const { plan, at } = this.#slot;
    const out = this.#kernel.scratch(count);
    if (this.#kernel.exports.extend(plan, at, from, count, out) === 0) return undefined;
    return this.#kernel.numbers(out, count).slice();
  }
}
