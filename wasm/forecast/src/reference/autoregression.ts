import { DirectRls } from './direct-rls.ts';
import type { History } from './history.ts';
import type { PlainExperts } from './plain-experts.ts';

/** Values before the first regression. */
const START = 8;

/** Autoregression on changes and the deviation from the mean; its base is last value. */
export class Autoregression {
  readonly #p: number;
  readonly #steps: readonly number[];
  readonly #rls: DirectRls;

  constructor(p: number, steps: readonly number[], lambda: number) {
    this.#p = p;
    this.#steps = steps;
    this.#rls = new DirectRls(p, steps, lambda);
  }

  step(history: History, plain: PlainExperts, y: number): void {
    if (Number.isNaN(y) || plain.present < START) return;
    const t = history.n - 1;
    if (plain.present === START) this.#rls.reset(plain.floorScale());
    this.#rls.learn(t, y);
    const x = Float32Array.from([...history.changes(t, this.#p - 1), y - plain.slowMean]);
    const base = Float32Array.from(this.#steps, () => y);
    this.#rls.advance(t, x, base, plain.floorScale());
  }

  predict(t: number, h: number): number {
    return this.#rls.predict(t, h);
  }
}
