import type { SeriesBank } from '@foreshadow/forecast';

/** Errors that quantiles rest on: the newest ones of each horizon. */
const KEPT = 2000;

/** The errors that one expert of a bank made at steps 1 … n ahead over the end of a series. */
export class ErrorHistory {
  readonly name: string;
  readonly #steps: number;
  /** First origin whose forecasts are kept. */
  readonly #from: number;
  /** What was said at each of the last `steps` origins, a row each. */
  readonly #pending: Float64Array;
  readonly #errors: readonly number[][];
  #isSorted = false;

  constructor(name: string, steps: number, length: number) {
    this.name = name;
    this.#steps = steps;
    this.#from = Math.max(0, length - KEPT - steps);
    this.#pending = new Float64Array(steps * steps).fill(NaN);
    this.#errors = Array.from({ length: steps }, () => []);
  }

  /** Score all forecasts of step `t`, before it is taken in. */
  score(t: number, y: number): void {
    if (!Number.isFinite(y)) return;
    for (let h = 1; h <= this.#steps && t - h >= this.#from; h++) {
      const said = this.#pending[((t - h) % this.#steps) * this.#steps + h - 1] ?? NaN;
      if (Number.isFinite(said)) this.#errors[h - 1]?.push(y - said);
    }
  }

  /** Keep what the expert says after step `t`. */
  keep(t: number, bank: SeriesBank): void {
    if (t < this.#from) return;
    const forecast = bank.explain().experts.find(({ name }) => name === this.name)?.forecast ?? [];
    const row = (t % this.#steps) * this.#steps;
    for (let h = 0; h < this.#steps; h++) this.#pending[row + h] = forecast[h] ?? NaN;
  }

  /** Errors at a horizon, counted from 0. */
  count(h: number): number {
    return this.#errors[h]?.length ?? 0;
  }

  /**
   * Quantile of the errors, rounded outwards as split conformal intervals are, so that n errors hold the next one with at
   * least the wanted probability if they are exchangeable (Lei et al. 2018); the extreme error where n is too small.
   */
  quantile(h: number, p: number): number {
    if (!this.#isSorted) for (const errors of this.#errors) errors.sort((a, b) => a - b);
    this.#isSorted = true;
    const errors = this.#errors[h] ?? [];
    const rank = p < 0.5 ? Math.floor((errors.length + 1) * p) : Math.ceil((errors.length + 1) * p);
    return errors[Math.min(errors.length - 1, Math.max(0, rank - 1))] ?? NaN;
  }
}
