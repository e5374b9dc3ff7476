import { StepAverage } from './step-average.ts';

/** Steps by which an upstream stream may run ahead. */
export const LAGS = 6;
/** Steps that mean and persistence of the rates rest on. */
const MEMORY = 200;

/** The newest rates of an upstream stream at one resolution. */
export class UpstreamLags {
  readonly #average: StepAverage;
  /** Newest first; NaN where missing. */
  #means: number[] = Array.from({ length: LAGS + 1 }, () => NaN);
  #count = 0;
  #mean = 0;
  /** Mean square of deviations, and mean product of neighbouring ones. */
  #power = 0;
  #product = 0;

  constructor(ticks: number) {
    this.#average = new StepAverage(ticks);
  }

  /** Its rate in one tick. */
  push(rate: number): void {
    const mean = this.#average.push(rate);
    if (mean === undefined) return;
    if (!Number.isNaN(mean)) this.#learn(mean, this.#means[0] ?? NaN);
    this.#means = [mean, ...this.#means.slice(0, LAGS)];
  }

  /**
   * Rates 1, 2, … `LAGS` steps before the step that lies `ahead` of the newest one. Of those still to come it is said that
   * they go back to the mean as they did before: an autoregression of order 1.
   */
  features(ahead: number): number[] {
    return Array.from({ length: LAGS }, (_, k) => {
      const past = k + 1 - ahead;
      return past >= 0 ? (this.#means[past] ?? NaN) : this.#ahead(-past);
    });
  }

  toNumbers(): number[] {
    const moments = [this.#count, this.#mean, this.#power, this.#product];
    return [...this.#average.toNumbers(), ...moments, ...this.#means];
  }

  /** @throws {ForecastError} `INVALID_STATE` */
  restore(numbers: ArrayLike<number>): void {
    const [sum = NaN, present = NaN, elapsed = NaN, ...rest] = Array.from(numbers);
    this.#average.restore([sum, present, elapsed]);
    [this.#count, this.#mean, this.#power, this.#product] = [0, 1, 2, 3].map((i) => rest[i] ?? 0) as [
      number,
      number,
      number,
      number,
    ];
    this.#means = Array.from({ length: LAGS + 1 }, (_, k) => rest[4 + k] ?? NaN);
  }

  #learn(rate: number, before: number): void {
    this.#count++;
    const gain = Math.max(1 / this.#count, 1 / MEMORY);
    const deviation = rate - this.#mean;
    this.#mean += gain * deviation;
    if (Number.isNaN(before)) return;
    this.#power += gain * (deviation * deviation - this.#power);
    this.#product += gain * (deviation * (before - this.#mean) - this.#product);
  }

  #ahead(steps: number): number {
    const persistence = this.#power > 0 ? Math.min(1, Math.max(0, this.#product / this.#power)) : 0;
    let deviation = (this.#means[0] ?? NaN) - this.#mean;
    for (let i = 0; i < steps; i++) deviation *= persistence;
    return this.#mean + deviation;
  }
}
