import type { HorizonScore } from '@foreshadow/domain';

/** Running errors of the forecasts of one horizon, beside those of last value. */
export class HorizonTally {
  #scored = 0;
  #actual = 0;
  #error = 0;
  #absError = 0;
  #absErrorNaive = 0;
  #inside = 0;
  #width = 0;

  /** Score one forecast against what came. Whatever is not finite leaves the tally as it is. */
  add(actual: number, mean: number, lower: number, upper: number, naive: number): void {
    if (!Number.isFinite(actual + mean + lower + upper + naive)) return;
    this.#scored++;
    this.#actual += Math.abs(actual);
    this.#error += mean - actual;
    this.#absError += Math.abs(mean - actual);
    this.#absErrorNaive += Math.abs(naive - actual);
    this.#inside += lower <= actual && actual <= upper ? 1 : 0;
    this.#width += upper - lower;
  }

  score(horizonMs: number): HorizonScore {
    const scored = this.#scored;
    return {
      horizonMs,
      scored,
      wape: share(this.#absError, this.#actual),
      wapeNaive: share(this.#absErrorNaive, this.#actual),
      bias: share(this.#error, this.#actual),
      coverage90: share(this.#inside, scored),
      width90: share(this.#width, scored),
    };
  }
}

/** a / b; NaN where nothing was counted. */
function share(a: number, b: number): number {
  return b > 0 ? a / b : NaN;
}
