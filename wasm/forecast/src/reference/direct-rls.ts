/** What an origin leaves for the values it forecasts. */
interface Origin {
  readonly base: Float32Array;
  readonly x: Float32Array;
  readonly gains: Float32Array;
}

/** Even and odd entries are summed apart, as two SIMD lanes do. */
function dot(a: ArrayLike<number>, x: ArrayLike<number>): number {
  let even = 0;
  let odd = 0;
  for (let i = 0; i < a.length; i += 2) {
    even += a[i]! * x[i]!;
    odd += a[i + 1]! * x[i + 1]!;
  }
  return even + odd;
}

/**
 * Direct multi-step regression by recursive least squares: all horizons share the regressors and so the inverse
 * covariance; the gain of an origin waits until the values arrive that it forecast.
 */
export class DirectRls {
  readonly #p: number;
  readonly #steps: readonly number[];
  readonly #lambda: number;
  readonly #theta: readonly Float64Array[];
  readonly #errors: { size: number; count: number }[];
  readonly #origins = new Map<number, Origin>();
  #covariance: Float64Array[] = [];

  constructor(p: number, steps: readonly number[], lambda: number) {
    this.#p = p;
    this.#steps = steps;
    this.#lambda = lambda;
    this.#theta = steps.map(() => new Float64Array(p));
    this.#errors = steps.map(() => ({ size: 0, count: 0 }));
  }

  /** Prior I/scale²: every coefficient is 0, that is, the base is right. */
  reset(scale: number): void {
    const prior = 1 / (scale * scale);
    this.#covariance = Array.from({ length: this.#p }, (_, i) => {
      const row = new Float64Array(this.#p);
      row[i] = prior;
      return row;
    });
  }

  /** Learn from the value of step `t`: every horizon whose forecast falls due. */
  learn(t: number, y: number): void {
    for (const [h, steps] of this.#steps.entries()) {
      const origin = this.#origins.get(t - steps);
      if (origin === undefined) continue;
      const theta = this.#theta[h]!;
      let error = y - (origin.base[h]! + dot(theta, origin.x));
      if (!(Math.abs(error) < 1e200)) continue;
      const seen = this.#errors[h]!;
      const limit = 4 * seen.size;
      if (seen.count >= 20) error = Math.max(-limit, Math.min(limit, error));
      seen.size += (Math.abs(error) - seen.size) * Math.max(0.02, 1 / (seen.count + 1));
      seen.count++;
      for (let i = 0; i < this.#p; i++) theta[i]! += error * origin.gains[i]!;
    }
    this.#origins.delete(t - this.#steps.at(-1)! - 1);
  }

  /** Take in the regressors and the base forecasts of step `t`. */
  advance(t: number, x: Float32Array, base: Float32Array, scale: number): void {
    const p = this.#p;
    const u = this.#covariance.map((row) => dot(row, x));
    let spread = 0;
    let trace = 0;
    for (let i = 0; i < p; i++) {
      spread += u[i]! * x[i]!;
      trace += this.#covariance[i]![i]!;
    }
    if (!(spread >= 0 && spread < 1e200 && trace < 1e200)) {
      this.reset(scale);
      return;
    }
    const forget = trace > p / (scale * scale) ? 1 : this.#lambda;
    const total = forget + spread;
    const gains = Float32Array.from(u, (v) => v / total);
    const root = Math.sqrt(total);
    const growth = 1 / forget;
    const v = u.map((value) => value / root);
    for (const [i, row] of this.#covariance.entries()) {
      for (let j = 0; j < p; j++) row[j] = (row[j]! - v[i]! * v[j]!) * growth;
    }
    this.#origins.set(t, { base, x, gains });
  }

  /** Forecast of horizon `h` from step `t`; NaN if `t` had no regressors. */
  predict(t: number, h: number): number {
    const origin = this.#origins.get(t);
    return origin === undefined ? NaN : origin.base[h]! + dot(this.#theta[h]!, origin.x);
  }
}
