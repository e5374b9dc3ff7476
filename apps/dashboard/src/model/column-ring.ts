/**
 * The last `capacity` rows of numbers in columns, oldest first. NaN is a missing value. Allocates once.
 * Column 0 is the time of the row and ascends strictly.
 */
export class ColumnRing {
  readonly #columns: readonly Float64Array[];
  readonly #capacity: number;
  #start = 0;
  #length = 0;

  constructor(columnCount: number, capacity: number) {
    this.#columns = Array.from({ length: columnCount }, () => new Float64Array(capacity));
    this.#capacity = capacity;
  }

  get length(): number {
    return this.#length;
  }

  /** Time of the newest row; `-Infinity` when empty. */
  get lastTimeMs(): number {
    return this.#length === 0 ? -Infinity : this.at(0, this.#length - 1);
  }

  /** Append a row; the oldest one gives way. A row that is not newer than the last one is ignored. */
  push(row: readonly number[]): boolean {
    const timeMs = row[0] ?? Number.NaN;
    if (!(timeMs > this.lastTimeMs)) return false;
    if (this.#length === this.#capacity) this.#start = (this.#start + 1) % this.#capacity;
    else this.#length += 1;
    const slot = (this.#start + this.#length - 1) % this.#capacity;
    this.#columns.forEach((column, index) => {
      column[slot] = row[index] ?? Number.NaN;
    });
    return true;
  }

  /** Value of a column in the row `index`, 0 being the oldest; NaN where missing. */
  at(column: number, index: number): number {
    if (index < 0 || index >= this.#length) return Number.NaN;
    return this.#columns[column]?.[(this.#start + index) % this.#capacity] ?? Number.NaN;
  }

  /** Index of the first row at or after `timeMs`; `length` if there is none. */
  firstAtOrAfter(timeMs: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(0, middle) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Row `index` as an array, one number a column. */
  row(index: number): number[] {
    return this.#columns.map((_, column) => this.at(column, index));
  }

  clear(): void {
    this.#start = 0;
    this.#length = 0;
  }

  /**
   * Linear interpolation of a column at `timeMs`; NaN outside the rows, or where the rows on both sides are further
   * apart than `maxGapMs`.
   */
  interpolate(column: number, timeMs: number, maxGapMs: number): number {
    const after = this.firstAtOrAfter(timeMs);
    if (after === this.#length) return Number.NaN;
    const afterMs = this.at(0, after);
    if (afterMs === timeMs) return this.at(column, after);
    const beforeMs = this.at(0, after - 1);
    if (!(afterMs - beforeMs <= maxGapMs)) return Number.NaN;
    const share = (timeMs - beforeMs) / (afterMs - beforeMs);
    return this.at(column, after - 1) * (1 - share) + this.at(column, after) * share;
  }
}
