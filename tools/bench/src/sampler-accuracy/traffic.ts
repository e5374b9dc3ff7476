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

/** Ticks of one traffic, over the same records cut at different lengths. */
export class TrafficSource {
  readonly #traffic: Traffic;
  readonly #mean: number;
  readonly #sizes: Uint32Array;
  readonly #keys: Uint16Array;
  readonly #bytes: Float64Array;

  /** @param period of the records that are fifty times as large, in `periodic` */
  constructor(traffic: Traffic, records: number, period: number) {
    this.#traffic = traffic;
    this.#mean = records;
    const most = Math.ceil(records * 1.2);
    const rng = new Xoshiro128(2026);
    const sizeOf = sizes(traffic, period, rng);
    this.#sizes = Uint32Array.from({ length: most }, (_, i) => sizeOf(i));
    this.#keys = keys(traffic, most, rng);
    this.#bytes = new Float64Array(most + 1);
    this.#sizes.forEach((size, i) => (this.#bytes[i + 1] = this.#bytes[i]! + size));
  }

  tick(rng: Rng): Tick {
    const records =
      this.#traffic === 'poisson'
        ? Math.round(this.#mean + Math.sqrt(this.#mean) * gaussian(rng))
        : this.#mean;
    return {
      sizes: this.#sizes.subarray(0, records),
      keys: this.#keys.subarray(0, records),
      records,
      bytes: this.#bytes[records]!,
    };
  }
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
