import { type Rng, Xoshiro128 } from '@foreshadow/domain';
import { ZipfSampler } from '@foreshadow/testkit';

/** One tick of a partition: the records that came. */
export interface Tick {
  readonly sizes: Uint32Array;
  /** Key of each record, as an index; what the key is called differs from run to run. */
  readonly keys: Uint16Array;
  readonly records: number;
  readonly bytes: number;
}

export const TRAFFICS = ['constant', 'poisson', 'periodic', 'bursty', 'heavy-tailed', 'zipf-keys'] as const;
export type Traffic = (typeof TRAFFICS)[number];

/** Distinct keys that records have. */
export const KEYS = 1000;

/** Records that ticks are cut from, in ticks; where one of two is taken in turn, there are no more errors than these. */
const TICKS = 500;
/** Records that say how the sizes are distributed. */
const TOLD = 200_000;

/** Ticks of one traffic: stretches of one long series, each from anywhere on. */
export class TrafficSource {
  readonly #traffic: Traffic;
  readonly #mean: number;
  readonly #sizes: Uint32Array;
  readonly #keys: Uint16Array;
  readonly #bytes: Float64Array;
  /**
   * Skewness of the totals of sizes that single draws give: the larger of the sizes' own and, since their number is drawn
   * too, E x³ / (E x²)^1.5.
   */
  readonly skewness: number;

  /** @param period of the records that are fifty times as large, in `periodic` */
  constructor(traffic: Traffic, records: number, period: number) {
    this.#traffic = traffic;
    this.#mean = records;
    const most = Math.ceil(records * TICKS);
    const rng = new Xoshiro128(2026);
    const sizeOf = sizes(traffic, period, rng);
    this.#sizes = Uint32Array.from({ length: most }, (_, i) => sizeOf(i));
    this.#keys = keys(traffic, most, rng);
    this.#bytes = new Float64Array(most + 1);
    this.#sizes.forEach((size, i) => (this.#bytes[i + 1] = this.#bytes[i]! + size));
    this.skewness = skewnessOf(this.#sizes.subarray(0, TOLD));
  }

  tick(rng: Rng): Tick {
    const records =
      this.#traffic === 'poisson'
        ? Math.round(this.#mean + Math.sqrt(this.#mean) * gaussian(rng))
        : this.#mean;
    const from = Math.floor(rng.next() * (this.#sizes.length - records));
    return {
      sizes: this.#sizes.subarray(from, from + records),
      keys: this.#keys.subarray(from, from + records),
      records,
      bytes: this.#bytes[from + records]! - this.#bytes[from]!,
    };
  }
}

function skewnessOf(sizes: Uint32Array): number {
  const moment = (order: number, about: number): number =>
    sizes.reduce((sum, size) => sum + (size - about) ** order, 0) / sizes.length;
  const mean = moment(1, 0);
  const variance = moment(2, mean);
  const own = variance === 0 ? 0 : moment(3, mean) / variance ** 1.5;
  return Math.max(Math.abs(own), moment(3, 0) / moment(2, 0) ** 1.5);
}

function sizes(traffic: Traffic, period: number, rng: Rng): (i: number) => number {
  switch (traffic) {
    case 'constant':
      return () => 200;
    case 'periodic':
      return (i) => (i % period === period >> 1 ? 5000 : 100);
    case 'bursty':
      // Bursts of a twentieth of the records, ten times as large, at irregular places.
      return (i) =>
        Math.round((Math.sin(i / 700) + Math.sin(i / 1130) > 1.6 ? 10 : 1) * exponential(200, rng));
    case 'heavy-tailed':
      // Pareto with finite variance and no third moment.
      return () => Math.round(100 * (1 - rng.next()) ** (-1 / 2.2));
    default:
      return () => Math.round(exponential(200, rng));
  }
}

function keys(traffic: Traffic, count: number, rng: Rng): Uint16Array {
  const zipf = new ZipfSampler(KEYS, 1.1);
  const draw = traffic === 'zipf-keys' ? () => zipf.sample(rng) : () => Math.floor(rng.next() * KEYS);
  return Uint16Array.from({ length: count }, draw);
}

function exponential(mean: number, rng: Rng): number {
  return -mean * Math.log(1 - rng.next());
}

function gaussian(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}
