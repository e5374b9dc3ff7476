/** The last `capacity` values, rounded to f32; NaN where missing. */
export class History {
  readonly capacity: number;
  readonly #values: number[] = [];

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Steps so far. */
  get n(): number {
    return this.#values.length;
  }

  append(y: number): void {
    this.#values.push(Math.fround(y));
  }

  /** Value of step `t`; NaN where missing, forgotten or not there yet. */
  at(t: number): number {
    return t < this.n - this.capacity ? NaN : (this.#values[t] ?? NaN);
  }

  /** y(t−i) − y(t−i−1) for i = 0 … count−1; 0 where one of the two is missing. */
  changes(t: number, count: number): number[] {
    return Array.from({ length: count }, (_, i) => {
      const change = Math.fround(this.at(t - i) - this.at(t - i - 1));
      return Number.isNaN(change) ? 0 : change;
    });
  }
}
