import { log } from '../log.ts';
import { geometricScale } from '../layout.ts';
import { bounded, ReferenceRng } from '../reference-rng.ts';
import { exp } from './exp.ts';

const MAX_GAP = 0x7fffffff;

/** Place that goes with a gap that was cut: nothing is taken behind it. */
export const NOWHERE = -1;

/** Algorithm L in TypeScript; see `assembly/reservoir.ts` for the source of the method. */
export class ReferenceReservoir {
  readonly #rng: ReferenceRng;
  #w = 1;

  constructor(seed: number) {
    this.#rng = new ReferenceRng(seed);
  }

  /** Begin a reservoir of `k` records, whose first k have passed. */
  start(k: number): void {
    this.#w = this.#shrink(k);
  }

  /** Gaps to the next record taken, and the place of each among `k`. */
  fill(gaps: Int32Array, places: Int32Array, k: number): void {
    for (let i = 0; i < gaps.length; i++) {
      const scale = geometricScale(this.#w);
      const gap = Math.min(Math.trunc(log(this.#rng.uniform()) * scale), MAX_GAP);
      gaps[i] = gap;
      places[i] = NOWHERE;
      if (gap === MAX_GAP) continue;
      places[i] = bounded(this.#rng.next(1), k);
      this.#w *= this.#shrink(k);
    }
  }

  #shrink(k: number): number {
    return exp(log(this.#rng.uniform()) / k);
  }
}
