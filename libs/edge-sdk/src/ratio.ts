import type { Estimate, LoadRatios, LoadSample } from '@foreshadow/domain';

/** Weight of a tick against the one after it; half of the weight lies in the last 60 ticks. */
const DECAY = 2 ** (-1 / 60);

/**
 * Ratio of two smoothed sums, so that busy ticks count more than idle ones. The standard error is that of the ratio
 * estimator, from the residuals `y − ratio·x` (Cochran, Sampling Techniques, 1977, section 6.4).
 */
export class SmoothedRatio {
  #numerator = 0;
  #denominator = 0;
  #squares = 0;

  observe(numerator: Estimate | undefined, denominator: Estimate | undefined): void {
    if (numerator === undefined || denominator === undefined) return;
    const [y, x] = [numerator.value, denominator.value];
    if (!(x > 0) || !Number.isFinite(x) || !(y >= 0) || !Number.isFinite(y)) return;
    this.#numerator = DECAY * this.#numerator + y;
    this.#denominator = DECAY * this.#denominator + x;
    const residual = y - (this.#numerator / this.#denominator) * x;
    this.#squares = DECAY * DECAY * this.#squares + residual * residual;
  }

  /** `undefined` until something was observed. */
  estimate(): Estimate | undefined {
    if (this.#denominator === 0) return undefined;
    return {
      value: this.#numerator / this.#denominator,
      standardError: Math.sqrt(this.#squares) / this.#denominator,
    };
  }
}

/** The ratios of one partition, smoothed over its samples. */
export class RatioTracker {
  readonly #bytes = new SmoothedRatio();
  readonly #work = new SmoothedRatio();
  readonly #keys = new SmoothedRatio();

  observe(sample: LoadSample): void {
    const { recordsPerSec } = sample;
    this.#bytes.observe(sample.bytesPerSec, recordsPerSec);
    this.#work.observe(sample.workPerSec, recordsPerSec);
    // Distinct keys are a count within the tick, so they are held against the records of the tick.
    this.#keys.observe(sample.distinctKeys, scaled(recordsPerSec, sample.windowMs / 1000));
  }

  /** @param measuredWork work per record as the workers measured it; it takes the place of the edge's own */
  ratios(measuredWork: Estimate | undefined): LoadRatios {
    return {
      bytesPerRecord: this.#bytes.estimate(),
      workPerRecord: measuredWork ?? this.#work.estimate(),
      distinctKeysPerRecord: this.#keys.estimate(),
    };
  }
}

function scaled(estimate: Estimate | undefined, factor: number): Estimate | undefined {
  if (estimate === undefined) return undefined;
  return { value: estimate.value * factor, standardError: estimate.standardError * factor };
}
