import { type Combination, RegretWeights } from './mlpol.ts';

const MOST_GAIN = 4;
const FADE = 0.99;
const RATE = 0.2;
const SHARE = 0.01;

/** Bernstein online aggregation over experts that may be silent; see the kernel's `exponential.ts`. */
export class Boa extends RegretWeights {
  learn(mean: number, forecasts: Float32Array, gradient: number): void {
    for (const [k, f] of forecasts.entries()) {
      if (Number.isNaN(f)) continue;
      const gain = cut(gradient * (mean - f));
      this.squares[k] = FADE * this.squares[k]! + gain ** 2;
      const eta = Math.min(0.5 / MOST_GAIN, Math.sqrt(Math.log(forecasts.length) / this.squares[k]));
      this.regret[k] = FADE * this.regret[k]! + gain - eta * gain ** 2;
      this.weight[k] = eta * Math.exp(eta * this.regret[k]);
    }
  }
}

/** Fixed share over experts that may be silent; see the kernel's `exponential.ts`. */
export class FixedShare implements Combination {
  #weight: readonly number[];

  constructor(priors: readonly number[]) {
    this.#weight = priors;
  }

  weights(): readonly number[] {
    return this.#weight;
  }

  learn(mean: number, forecasts: Float32Array, gradient: number): void {
    const speaks = [...forecasts].map((f) => !Number.isNaN(f));
    const of = (weights: readonly number[]): number =>
      weights.reduce((sum, w, k) => (speaks[k] ? sum + w : sum), 0);
    const grown = this.#weight.map((w, k) => w * Math.exp(RATE * cut(gradient * (mean - forecasts[k]!))));
    const before = of(this.#weight);
    const after = of(grown);
    const scale = after > 0 ? ((1 - SHARE) * before) / after : 0;
    const share = (SHARE * before) / speaks.filter(Boolean).length;
    this.#weight = this.#weight.map((w, k) => (speaks[k] ? share + scale * grown[k]! : w));
  }
}

function cut(gain: number): number {
  return Math.max(-MOST_GAIN, Math.min(MOST_GAIN, gain));
}
