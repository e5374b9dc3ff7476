/** How one expert's own forecasts fared, over those origins at which it spoke. */
export interface ExpertScore {
  /** Forecasts scored; fewer than the combination's where it was silent. */
  readonly scored: number;
  readonly mae: number;
  /** Σ|error| / Σ|actual|. */
  readonly wape: number;
  /** Relative to last value's over the same origins. */
  readonly wapeRatioToNaive: number;
  /** See `BacktestHorizon.mase`. */
  readonly mase: number;
  /** See `BacktestHorizon.pinball`; an expert's quantiles are all its point forecast, so this is half of its MAE. */
  readonly pinball: number;
}

/** What a bank says that its experts say: one entry per horizon each. */
export type ExpertForecasts = readonly { readonly name: string; readonly forecast: ArrayLike<number> }[];

const SUMS = 4;
const FIRST_CAPACITY = 32;

/**
 * Errors of the experts of one horizon. Experts may come, go and change their order during a run: they are known by
 * name. Sums and pending forecasts are rows of plain numbers, for they are touched at every step of every expert.
 */
export class ExpertTally {
  readonly #horizonIndex: number;
  readonly #steps: number;
  readonly #names: string[] = [];
  #capacity = FIRST_CAPACITY;
  /** Steps × capacity: what each expert said for the step to come; NaN where it was silent. */
  #pending: Float64Array;
  /** Per expert: count, Σ|error|, Σ|actual|, Σ|error of last value|. */
  #sums: Float64Array;
  /** Place of the k-th expert of the latest explanation among the names. */
  #columns = new Int32Array(0);

  constructor(horizonIndex: number, steps: number) {
    this.#horizonIndex = horizonIndex;
    this.#steps = steps;
    this.#pending = new Float64Array(steps * this.#capacity).fill(NaN);
    this.#sums = new Float64Array(SUMS * this.#capacity);
  }

  /** Keep what the experts say in a place of the pending ones. */
  issue(slot: number, experts: ExpertForecasts): void {
    this.#locate(experts);
    const row = slot * this.#capacity;
    this.#pending.fill(NaN, row, row + this.#capacity);
    for (let k = 0; k < experts.length; k++) {
      this.#pending[row + (this.#columns[k] ?? 0)] = experts[k]?.forecast[this.#horizonIndex] ?? NaN;
    }
  }

  /** Score what was kept there; `actual` and `naive` are finite. */
  score(slot: number, actual: number, naive: number): void {
    const row = slot * this.#capacity;
    const size = Math.abs(actual);
    const naiveError = Math.abs(naive - actual);
    for (let k = 0; k < this.#names.length; k++) {
      const error = Math.abs((this.#pending[row + k] ?? NaN) - actual);
      if (!(error < Infinity)) continue;
      const at = SUMS * k;
      this.#sums[at]! += 1;
      this.#sums[at + 1]! += error;
      this.#sums[at + 2]! += size;
      this.#sums[at + 3]! += naiveError;
    }
  }

  /** @param scale in-sample error that MASE is measured in */
  scores(scale: number): Record<string, ExpertScore> {
    const entries = this.#names.map((name, k) => {
      const [scored = 0, error = 0, actual = 0, naive = 0] = this.#sums.subarray(SUMS * k, SUMS * (k + 1));
      const mae = scored > 0 ? error / scored : NaN;
      const score: ExpertScore = {
        scored,
        mae,
        wape: error / actual,
        wapeRatioToNaive: error / naive,
        mase: mae / scale,
        pinball: mae / 2,
      };
      return [name, score] as const;
    });
    return Object.fromEntries(entries);
  }

  /** Find the experts' columns; new experts get new ones. */
  #locate(experts: ExpertForecasts): void {
    if (this.#columns.length !== experts.length) this.#columns = new Int32Array(experts.length).fill(-1);
    for (let k = 0; k < experts.length; k++) {
      const name = experts[k]?.name ?? '';
      if (this.#names[this.#columns[k] ?? -1] === name) continue;
      let column = this.#names.indexOf(name);
      if (column < 0) column = this.#names.push(name) - 1;
      if (column >= this.#capacity) this.#grow();
      this.#columns[k] = column;
    }
  }

  #grow(): void {
    const capacity = 2 * this.#capacity;
    const pending = new Float64Array(this.#steps * capacity).fill(NaN);
    for (let slot = 0; slot < this.#steps; slot++) {
      pending.set(
        this.#pending.subarray(slot * this.#capacity, (slot + 1) * this.#capacity),
        slot * capacity,
      );
    }
    const sums = new Float64Array(SUMS * capacity);
    sums.set(this.#sums);
    this.#pending = pending;
    this.#sums = sums;
    this.#capacity = capacity;
  }
}
