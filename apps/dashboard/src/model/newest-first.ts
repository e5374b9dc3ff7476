/** A row of a list that the actuator numbers. */
export interface Numbered {
  readonly id: number;
}

/**
 * A bounded list, newest first, that takes rows from a first load and from the live feed without doubling them.
 * A restarted actuator numbers from the start again, so time belongs to the identity.
 */
export class NewestFirst<Row extends Numbered> {
  readonly #timeOf: (row: Row) => number;
  readonly #limit: number;
  #rows: readonly Row[] = [];

  constructor(limit: number, timeOf: (row: Row) => number) {
    this.#limit = limit;
    this.#timeOf = timeOf;
  }

  get rows(): readonly Row[] {
    return this.#rows;
  }

  keyOf(row: Row): string {
    return `${this.#timeOf(row)}:${row.id}`;
  }

  /** Returns the rows that were not there before. */
  add(rows: readonly Row[]): readonly Row[] {
    const known = new Set(this.#rows.map((row) => this.keyOf(row)));
    const fresh = rows.filter((row) => !known.has(this.keyOf(row)) && known.add(this.keyOf(row)));
    if (fresh.length === 0) return fresh;
    this.#rows = [...fresh, ...this.#rows]
      .sort((a, b) => this.#timeOf(b) - this.#timeOf(a) || b.id - a.id)
      .slice(0, this.#limit);
    return fresh;
  }
}
