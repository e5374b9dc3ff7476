/** The newest `capacity` entries; older ones are forgotten. */
export class Ring<T> {
  readonly #entries: T[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(entry: T): void {
    if (this.#entries.length < this.#capacity) this.#entries.push(entry);
    else this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** The entry with `age` newer ones; `undefined` if there is none. */
  newest(age: number): T | undefined {
    if (!(age >= 0 && age < this.#entries.length)) return undefined;
    return this.#entries[(this.#next - 1 - age + 2 * this.#capacity) % this.#capacity];
  }

  /** All entries, oldest first. */
  oldestFirst(): T[] {
    if (this.#entries.length < this.#capacity) return [...this.#entries];
    return [...this.#entries.slice(this.#next), ...this.#entries.slice(0, this.#next)];
  }

  /** At most `limit` entries, newest first. */
  newestFirst(limit: number): T[] {
    return this.oldestFirst().slice(-limit).reverse();
  }
}
