import { arraysOf, type Parameters } from './parameters.ts';

const BETA1 = 0.9;
/** Shorter memory than usual: runs are of hundreds of updates, not of millions. */
const BETA2 = 0.99;
const EPSILON = 1e-7;

/** Adam (Kingma & Ba 2015, algorithm 1) on parameters in place, with the gradient's norm bounded. */
export class Adam {
  readonly #mostNorm: number;
  readonly #moments: readonly { readonly first: Float32Array; readonly second: Float32Array }[];
  #updates = 0;

  constructor(parameters: Parameters, mostNorm = 1) {
    this.#mostNorm = mostNorm;
    this.#moments = arraysOf(parameters).map(({ length }) => ({
      first: new Float32Array(length),
      second: new Float32Array(length),
    }));
  }

  /** One update; false, and nothing changed, if the gradient is not finite. */
  update(parameters: Parameters, gradient: Parameters, learningRate: number): boolean {
    const gradients = arraysOf(gradient);
    const norm = Math.sqrt(gradients.reduce((sum, array) => sum + array.reduce((s, g) => s + g * g, 0), 0));
    if (!Number.isFinite(norm)) return false;
    const factor = norm > this.#mostNorm ? this.#mostNorm / norm : 1;
    this.#updates += 1;
    const rate = learningRate / (1 - BETA1 ** this.#updates);
    const correction = 1 / (1 - BETA2 ** this.#updates);
    for (const [k, weights] of arraysOf(parameters).entries()) {
      const { first, second } = this.#moments[k]!;
      const array = gradients[k]!;
      for (let i = 0; i < weights.length; i++) {
        const g = factor * array[i]!;
        const m = (first[i] = BETA1 * first[i]! + (1 - BETA1) * g);
        const v = (second[i] = BETA2 * second[i]! + (1 - BETA2) * g * g);
        weights[i]! -= (rate * m) / (Math.sqrt(v * correction) + EPSILON);
      }
    }
    return true;
  }
}
