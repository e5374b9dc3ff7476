import { basename } from 'node:path';
import type { Progress } from '../progress.ts';

/** Counts what was played in rows of the file. */
export class Counter {
  readonly #progress: Progress;
  readonly #rows: number;
  readonly #what: string;
  #done: number;

  constructor(progress: Progress, doneBefore: number, rows: number, file: string) {
    this.#progress = progress;
    this.#done = doneBefore;
    this.#rows = rows;
    this.#what = basename(file);
  }

  readonly played = (): void => {
    this.#done += this.#rows;
    // The bar looks at multiples of 32 only.
    this.#progress.show(this.#done - (this.#done % 32), this.#what);
  };

  get done(): number {
    return this.#done;
  }
}
