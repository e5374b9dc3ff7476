/** Flags of an alarm; see the kernel's `drift.ts`. */
const PAGE_HINKLEY = 1;
const ADWIN = 2;
const DOWN = 4;
const BIAS = 8;

const WARM = 40;
const MEMORY = 1024;
const CUT = 4;
const LEAST_DEVIATION = 0.5;

/** Page's one-sided cumulative sum (Page 1954). */
class CumulativeSum {
  #sum = 0;

  /** Whether the sum passes `limit` with `change`. */
  isPassed(change: number, slack: number, limit: number): boolean {
    this.#sum = Math.max(0, this.#sum + change - slack);
    return this.#sum > limit;
  }
}

/** Page–Hinkley on size and mean of errors in units of their first mean size; two-sided each. */
export class PageHinkley {
  readonly #sums = [0, 1, 2, 3].map(() => new CumulativeSum());
  #count = WARM;
  #size = 1;
  #mean: number;
  #power: number;

  constructor(first: readonly number[], unit: number) {
    const size = first.reduce((sum, e) => sum + Math.abs(e), 0);
    this.#count = first.length;
    this.#mean = first.reduce((sum, e) => sum + e, 0) / size;
    this.#power = first.reduce((sum, e) => sum + e * e, 0) / size / unit;
  }

  /** @param error in units, cut */
  update(error: number): number {
    const [size, mean, power] = [this.#size, this.#mean, this.#power];
    const step = 1 / Math.min(++this.#count, MEMORY);
    const magnitude = Math.abs(error);
    this.#size = Math.max(1e-9, size + step * (magnitude - size));
    this.#mean = mean + step * (error - mean);
    this.#power = power + step * (error * error - power);
    const deviation = (m: number): number =>
      Math.max(LEAST_DEVIATION * size, Math.sqrt(Math.max(0, power - m * m)));
    const passed = [magnitude - size, size - magnitude, error - mean, mean - error].map((change, i) => {
      const unit = deviation(i < 2 ? size : mean);
      const [slack, limit] = i < 2 ? [0.4, 12.5] : [0.5, 14];
      return this.#sums[i]!.isPassed(change, unit * slack, unit * limit);
    });
    const first = passed.indexOf(true);
    return first < 0 ? 0 : PAGE_HINKLEY | [0, DOWN, BIAS, BIAS | DOWN][first]!;
  }
}

const PER_ROW = 5;
const MAX_ROWS = 10;
const EVERY = 4;
const LEAST = 8;
const LN_TERM = 6;
const GRAIN = 2 ** 20;

/** ADWIN2 (Bifet & Gavaldà 2007) over the values themselves; the buckets only say where the window may be cut. */
export class Adwin {
  #values: number[] = [];
  /** Numbers of values in the buckets, oldest first. */
  #buckets: number[] = [];
  #clock = 0;

  get length(): number {
    return this.#values.length;
  }

  /** @param size of an error in [0, 1] */
  update(size: number): number {
    this.#values.push(Math.floor(size * GRAIN) / GRAIN);
    this.#buckets.push(1);
    this.#compress();
    this.#clock = (this.#clock + 1) % EVERY;
    return this.#clock === 0 ? this.#look() : 0;
  }

  /** Merge the two oldest of more than PER_ROW buckets of a size, smallest size first. */
  #compress(): void {
    for (let size = 1; ; size *= 2) {
      const count = this.#buckets.filter((b) => b === size).length;
      if (count <= PER_ROW) return;
      const oldest = this.#buckets.indexOf(size);
      if (size === 2 ** (MAX_ROWS - 1)) {
        this.#values.splice(0, 2 * size);
        this.#buckets.splice(0, 2);
        return;
      }
      this.#buckets.splice(oldest, 2, 2 * size);
    }
  }

  #look(): number {
    const n = this.#values.length;
    const total = sum(this.#values);
    const mean = total * (1 / n);
    const variance = Math.max(0, sum(this.#values.map((v) => v * v)) * (1 / n) - mean * mean);
    let older = 0;
    let before = 0;
    for (const bucket of this.#buckets) {
      before += sum(this.#values.slice(older, older + bucket));
      older += bucket;
      const newer = n - older;
      if (older < LEAST || newer < LEAST) continue;
      const gap = (before * newer - (total - before) * older) * (1 / n);
      const excess = Math.abs(gap) - (2 / 3) * LN_TERM;
      if (excess > 0 && excess * excess > 2 * LN_TERM * variance * older * newer * (1 / n)) {
        return gap > 0 ? ADWIN | DOWN : ADWIN;
      }
    }
    return 0;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** Both detectors; an alarm starts both anew. */
export class ReferenceDrift {
  #first: number[] = [];
  #unit = 0;
  #detectors: { readonly pageHinkley: PageHinkley; readonly adwin: Adwin } | undefined;

  /** Flags of an alarm, else 0. */
  update(error: number): number {
    if (!(Math.abs(error) < 1e100)) return 0;
    if (this.#detectors === undefined) {
      this.#warm(error);
      return 0;
    }
    const inUnits = Math.max(-CUT, Math.min(CUT, error / this.#unit));
    const page = this.#detectors.pageHinkley.update(inUnits);
    const adwin = this.#detectors.adwin.update(Math.abs(inUnits) / CUT);
    const flags = page === 0 ? adwin : page | (adwin & ADWIN);
    if (flags !== 0) {
      this.#detectors = undefined;
      this.#first = [];
    }
    return flags;
  }

  #warm(error: number): void {
    this.#first.push(error);
    const size = this.#first.reduce((total, e) => total + Math.abs(e), 0);
    if (this.#first.length < WARM || size === 0) return;
    this.#unit = size / this.#first.length;
    this.#detectors = { pageHinkley: new PageHinkley(this.#first, this.#unit), adwin: new Adwin() };
  }
}
