import { ReferenceRng } from '../reference-rng.ts';

interface Entry {
  readonly priority: number;
  readonly place: number;
}

/** Priority sampling in TypeScript, by a sorted list; see `assembly/priority.ts` for the source of the method. */
export class ReferencePriority {
  readonly #rng: ReferenceRng;
  #size = 0;
  /** Ascending by priority, at most size + 1. */
  #entries: Entry[] = [];

  constructor(seed: number) {
    this.#rng = new ReferenceRng(seed);
  }

  clear(size: number): void {
    this.#size = size;
    this.#entries = [];
  }

  /** Place where to keep the record, −1 for none. */
  offer(weight: number): number {
    const priority = weight / this.#rng.uniform();
    const fill = this.#entries.length;
    if (fill <= this.#size) return this.#insert({ priority, place: fill });
    if (priority <= this.#entries[0]!.priority) return -1;
    return this.#insert({ priority, place: this.#entries.shift()!.place });
  }

  threshold(): number {
    return this.#isOver() ? this.#entries[0]!.priority : 0;
  }

  leftOut(): number {
    return this.#isOver() ? this.#entries[0]!.place : -1;
  }

  #isOver(): boolean {
    return this.#entries.length > this.#size;
  }

  #insert(entry: Entry): number {
    const at = this.#entries.findIndex(({ priority }) => priority > entry.priority);
    this.#entries.splice(at < 0 ? this.#entries.length : at, 0, entry);
    return entry.place;
  }
}
