import type { SizeQuantile } from '@foreshadow/domain';
import { SizeSketch } from './size-sketch.ts';

const Z975 = 1.959964;

/**
 * Quantiles of sizes from weighted samples, each with the interval between those whose rank is 1.96 standard errors off
 * (Woodruff, "Confidence intervals for medians and other position measures", 1952).
 */
export class SizeQuantiles {
  readonly #sketch = new SizeSketch();
  #weights = 0;
  #excess = 0;

  /** A sampled record that stands for `weight` records. */
  add(sizeBytes: number, weight: number): void {
    this.#sketch.add(sizeBytes, weight);
    this.#weights += weight;
    this.#excess += weight * (weight - 1);
  }

  /** Quantiles of what was added since the last call; none without any. */
  take(quantiles: readonly number[]): SizeQuantile[] {
    const [weights, excess] = [this.#weights, this.#excess];
    if (weights === 0) return [];
    const at = (q: number): number => this.#sketch.quantile(q)!;
    const taken = quantiles.map((quantile) => {
      const error = Math.sqrt(quantile * (1 - quantile) * excess) / weights;
      const [low, high] = [at(quantile - Z975 * error), at(quantile + Z975 * error)];
      return { quantile, sizeBytes: at(quantile), low, high };
    });
    this.#sketch.clear();
    this.#weights = 0;
    this.#excess = 0;
    return taken;
  }
}
