/** Damping of every trend. */
export const PHI: number = 0.9;

/** Level and trend experts: naive, mean, SES with three gains, damped Holt with two, drift. */
export class PlainExperts {
  present: number = 0;
  last: number = NaN;
  /** Mean |change from value to value|. */
  scale: number = 0;
  absMean: number = NaN;
  low: number = NaN;
  high: number = NaN;
  minimum: number = NaN;
  /** Mean of about the last 200 values; the autoregressions' centre. */
  slowMean: number = NaN;
  #mean = NaN;
  #ses = [NaN, NaN, NaN];
  #holts = [new DampedHolt(0.3, 0.1), new DampedHolt(0.9, 0.5)];
  #drift = 0;

  /** Take in a value that is there. Gains start at 1/n, so that the first values weigh alike. */
  learn(y: number): void {
    const n = this.present++;
    if (n === 0) {
      this.#start(y);
      return;
    }
    const first = 1 / (n + 1);
    const change = y - this.last;
    this.scale = pull(this.scale, Math.abs(change), Math.max(0.01, 1 / n));
    this.absMean = pull(this.absMean, Math.abs(y), Math.max(0.005, first));
    this.#drift = pull(this.#drift, change, Math.max(0.02, 1 / n));
    this.slowMean = pull(this.slowMean, y, Math.max(0.005, first));
    this.#mean = pull(this.#mean, y, Math.max(0.02, first));
    this.#ses = [0.1, 0.3, 0.6].map((alpha, i) => pull(this.#ses[i]!, y, Math.max(alpha, first)));
    for (const holt of this.#holts) holt.learn(y);
    const shrink = 0.0005 * (this.high - this.low);
    this.low = Math.min(y, this.low + shrink);
    this.high = Math.max(y, this.high - shrink);
    this.minimum = Math.min(y, this.minimum);
    this.last = y;
  }

  /** @param dampedSum Σ φ^i for i = 1 … steps */
  predict(steps: number, dampedSum: number): number[] {
    const holts = this.#holts.map((h) => h.level + dampedSum * h.trend);
    return [this.last, this.#mean, ...this.#ses, ...holts, this.last + steps * this.#drift];
  }

  /** Scale of changes, bounded away from zero so that its inverse square stays in range. */
  floorScale(): number {
    return Math.max(Math.max(this.scale, 1e-6 * this.absMean), 1e-15);
  }

  #start(y: number): void {
    this.last = this.low = this.high = this.minimum = this.slowMean = this.#mean = y;
    this.absMean = Math.abs(y);
    this.#ses = [y, y, y];
    for (const holt of this.#holts) holt.level = y;
  }
}

class DampedHolt {
  level = NaN;
  trend = 0;
  readonly #alpha: number;
  readonly #beta: number;

  constructor(alpha: number, beta: number) {
    this.#alpha = alpha;
    this.#beta = beta;
  }

  learn(y: number): void {
    const trend = PHI * this.trend;
    const expected = this.level + trend;
    const error = y - expected;
    this.level = expected + this.#alpha * error;
    this.trend = trend + this.#alpha * this.#beta * error;
  }
}

function pull(from: number, to: number, gain: number): number {
  return from + gain * (to - from);
}
