/**
 * A recorded series of rates played back: each row holds for its whole step, without interpolation, so that nothing
 * of the next row shows before its time. Missing rows are steps without records.
 */
export class RateTrace {
  readonly #rates: Float64Array;
  /** Records before each step; one entry more than there are steps. */
  readonly #before: Float64Array;
  readonly #stepMs: number;

  /**
   * @param values NaN is missing
   * @param stepMs length of a step as it is played back
   * @param scale records/s per unit of `values`
   */
  constructor(values: Float64Array, stepMs: number, scale: number) {
    this.#rates = values.map((v) => (Number.isNaN(v) ? 0 : v * scale));
    this.#stepMs = stepMs;
    this.#before = new Float64Array(values.length + 1);
    for (let i = 0; i < values.length; i++) {
      this.#before[i + 1] = this.#before[i]! + (this.#rates[i]! * stepMs) / 1000;
    }
  }

  get durationMs(): number {
    return this.#rates.length * this.#stepMs;
  }

  /** Records in `[fromMs, toMs)` since the start; adjacent stretches add up. */
  recordsIn(fromMs: number, toMs: number): number {
    return Math.max(0, Math.floor(this.#until(toMs)) - Math.floor(this.#until(fromMs)));
  }

  #until(atMs: number): number {
    if (!(atMs > 0)) return 0;
    const step = Math.min(Math.floor(atMs / this.#stepMs), this.#rates.length);
    const within = ((this.#rates[step] ?? 0) * (atMs - step * this.#stepMs)) / 1000;
    return this.#before[step]! + within;
  }
}
