/** Weights are kept as thousandths. */
const WHOLE = 1000;
/** Experts of one partition whose weights are kept; more than an engine has. */
const MAX_EXPERTS = 64;

/** Weights of experts at each horizon, as a scorecard has them. */
export type ExpertWeights = readonly { readonly name: string; readonly weights: readonly number[] }[];

/** The experts' weights of one partition over time, the newest `capacity` of them, two bytes a weight. */
export class WeightHistory {
  readonly #capacity: number;
  readonly #horizons: number;
  readonly #times: Float64Array;
  #names: string[] = [];
  /** One row an entry: for each horizon one weight an expert. */
  #rows: Uint16Array = new Uint16Array();
  #next = 0;
  #size = 0;

  constructor(capacity: number, horizons: number) {
    this.#capacity = capacity;
    this.#horizons = horizons;
    this.#times = new Float64Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return this.#rows.byteLength + this.#times.byteLength;
  }

  push(atMs: number, experts: ExpertWeights): void {
    this.#makeRoom(experts);
    const width = this.#names.length;
    const row = this.#rows.subarray(this.#next * width * this.#horizons).fill(0, 0, width * this.#horizons);
    for (const { name, weights } of experts) {
      const column = this.#names.indexOf(name);
      if (column < 0) continue;
      for (let h = 0; h < this.#horizons; h++) row[h * width + column] = thousandths(weights[h]);
    }
    this.#times[this.#next] = atMs;
    this.#next = (this.#next + 1) % this.#capacity;
    this.#size = Math.min(this.#size + 1, this.#capacity);
  }

  /** Oldest first; experts that never had a weight at this horizon are left out. */
  at(horizon: number): { readonly atMs: number[]; readonly experts: { name: string; weights: number[] }[] } {
    const order = Array.from(
      { length: this.#size },
      (_, i) => (this.#next - this.#size + i + this.#capacity) % this.#capacity,
    );
    const width = this.#names.length;
    const experts = this.#names.map((name, column) => ({
      name,
      weights: order.map((entry) => this.#rows[(entry * this.#horizons + horizon) * width + column]! / WHOLE),
    }));
    return {
      atMs: order.map((entry) => this.#times[entry]!),
      experts: experts.filter(({ weights }) => weights.some((w) => w > 0)),
    };
  }

  /** A new expert makes every row wider; there are few, and they come at the beginning. */
  #makeRoom(experts: ExpertWeights): void {
    const added = experts.map((e) => e.name).filter((name) => !this.#names.includes(name));
    if (added.length === 0 || this.#names.length >= MAX_EXPERTS) return;
    const before = this.#names.length;
    this.#names = [...this.#names, ...new Set(added)].slice(0, MAX_EXPERTS);
    const width = this.#names.length;
    const rows = new Uint16Array(this.#capacity * this.#horizons * width);
    for (let r = 0; r < this.#capacity * this.#horizons && before > 0; r++) {
      rows.set(this.#rows.subarray(r * before, (r + 1) * before), r * width);
    }
    this.#rows = rows;
  }
}

function thousandths(weight: number | undefined): number {
  return weight !== undefined && weight > 0 ? Math.round(Math.min(1, weight) * WHOLE) : 0;
}
