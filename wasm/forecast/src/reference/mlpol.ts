/** How weights are learned. */
export interface Combination {
  /** Not normalised. */
  weights(): readonly number[];
  /**
   * @param forecasts what each expert said, NaN where it was silent
   * @param gradient of the loss at the combined forecast `mean`, divided by the mean loss
   */
  learn(mean: number, forecasts: Float32Array, gradient: number): void;
  /** Hear experts as if each of `count` forecasts of theirs had gained `gain`; rules without it know no such measure. */
  warm?(experts: readonly number[], gain: number, count: number): void;
}

/** Weighted mean of the experts that speak; `otherwise` while none has a weight. */
export function combine(weights: readonly number[], forecasts: readonly number[], otherwise: number): number {
  const totals = [0, 0];
  const sums = [0, 0];
  for (const [k, f] of forecasts.entries()) {
    const weight = Number.isNaN(f) ? 0 : weights[k]!;
    totals[k % 2]! += weight;
    sums[k % 2]! += weight * (Number.isNaN(f) ? 0 : f);
  }
  const total = totals[0]! + totals[1]!;
  return total > 0 ? (sums[0]! + sums[1]!) / total : otherwise;
}

/** Weights that follow from regrets and their squares; what an expert gains in silence is nothing. */
export abstract class RegretWeights implements Combination {
  protected readonly regret: Float64Array;
  protected readonly squares: Float64Array;
  protected readonly weight: Float64Array;

  constructor(priors: readonly number[]) {
    this.regret = Float64Array.from(priors);
    this.squares = new Float64Array(priors.length);
    this.weight = Float64Array.from(priors);
  }

  weights(): readonly number[] {
    return [...this.weight];
  }

  abstract learn(mean: number, forecasts: Float32Array, gradient: number): void;
}

/** MLpol over experts that may be silent; see the kernel's `combine.ts`. */
export class Mlpol extends RegretWeights {
  learn(mean: number, forecasts: Float32Array, gradient: number): void {
    for (const [k, f] of forecasts.entries()) {
      if (Number.isNaN(f)) continue;
      const gain = gradient * (mean - f);
      this.regret[k] = this.regret[k]! * 0.99 + gain;
      this.squares[k] = this.squares[k]! * 0.99 + gain * gain;
      this.weight[k] = Math.max(this.regret[k], 0) / (1 + this.squares[k]);
    }
  }

  warm(experts: readonly number[], gain: number, count: number): void {
    const scores = Math.min(count, 1 / (1 - 0.99));
    for (const k of experts) {
      this.regret[k] = scores * gain;
      this.squares[k] = scores;
      this.weight[k] = (scores * gain) / (1 + scores);
    }
  }
}
