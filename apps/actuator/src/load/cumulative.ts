import type { ForecastPath } from '@foreshadow/domain';

/** Correlation assumed between the errors of any two steps of a path, until calibration knows better. */
const STEP_CORRELATION = 0.5;

/**
 * Mean rate from now to each horizon of a path: the cumulative load divided by its time. Means of steps add by their
 * length; margins combine as standard deviations of errors of one common correlation.
 */
export function cumulativePath({ horizonsMs, mean, lower, upper }: ForecastPath): ForecastPath {
  const below = new Width();
  const above = new Width();
  let sum = 0;
  let startMs = 0;
  const made = horizonsMs.map((endMs, i) => {
    const [m = NaN, l = NaN, u = NaN] = [mean[i], lower[i], upper[i]];
    const lengthMs = endMs - startMs;
    startMs = endMs;
    sum += m * lengthMs;
    return {
      mean: sum / endMs,
      below: below.add((m - l) * lengthMs) / endMs,
      above: above.add((u - m) * lengthMs) / endMs,
    };
  });
  return {
    horizonsMs,
    mean: made.map((v) => v.mean),
    lower: made.map((v) => Math.max(0, v.mean - v.below)),
    upper: made.map((v) => v.mean + v.above),
  };
}

/** Combined width of ever more parts. */
class Width {
  #sum = 0;
  #squares = 0;

  add(width: number): number {
    this.#sum += width;
    this.#squares += width * width;
    return Math.sqrt((1 - STEP_CORRELATION) * this.#squares + STEP_CORRELATION * this.#sum * this.#sum);
  }
}
