import {
  type Estimate,
  type LoadSample,
  type PartitionKey,
  parsePartitionKey,
  type StreamRecord,
} from '@foreshadow/domain';
import { type SamplerOptions, ShadowTap, type TapStats } from '@foreshadow/shadow';
import { EdgeSdkError } from './errors.ts';
import type { EdgeStreamOptions, WatchedTap } from './options.ts';

const SAMPLER: SamplerOptions = { kind: 'bernoulli', rate: 0.01, seed: 1 };

/** The record path of one stream. Synchronous, bounded; never throws, whatever it is given. */
export interface StreamTap {
  /** One record: its partition, routing key and size. */
  offer(partition: number, key: string | Uint8Array | undefined, sizeBytes: number, costClass?: number): void;
  /** The same with the record itself, of which shadow streams take a copy. */
  offerRecord(partition: number, record: StreamRecord, costClass?: number): void;
  /** The first `count` records of parallel arrays; without `keys` no record has one. */
  offerBatch(
    partition: number,
    keys: readonly (string | Uint8Array | undefined)[] | undefined,
    sizesBytes: Uint32Array | readonly number[],
    count: number,
  ): void;
  /** Records turned away instead of being offered: demand all the same. */
  refuse(partition: number, count: number): void;
}

/** The taps of all streams. */
export class StreamTaps {
  readonly #taps: ReadonlyMap<string, ShadowTap>;
  readonly #watched: readonly WatchedTap[];
  /** Streams whose loads come from elsewhere. */
  readonly #fed: readonly EdgeStreamOptions[];
  readonly #work = new Map<string, (partition: number) => Estimate | undefined>();
  #strayOffers = 0;

  /** @throws {EdgeSdkError} `INVALID_ARGUMENT` for a stream that is there twice; {ShadowError} for options of a tap. */
  constructor(streams: readonly EdgeStreamOptions[], onNotice: (notice: string) => void) {
    const taps = new Map<string, ShadowTap>();
    for (const { name, partitions, sampler = SAMPLER, shadows = [], workPerRecord } of streams) {
      if (workPerRecord !== undefined) this.#work.set(name, workPerRecord);
      if (taps.has(name))
        throw new EdgeSdkError('INVALID_ARGUMENT', `streams: each once; got '${name}' again`);
      taps.set(name, new ShadowTap({ stream: name, partitions, sampler, shadows, onNotice }));
    }
    this.#taps = taps;
    this.#watched = streams
      .filter(({ samples }) => samples === undefined)
      .map((stream) => ({ stream, tap: taps.get(stream.name)! }));
    this.#fed = streams.filter(({ samples }) => samples !== undefined);
  }

  /** Those that tell loads, in the order of the samples; those of other streams come behind. */
  get watched(): readonly WatchedTap[] {
    return this.#watched;
  }

  /** Offers to streams that there are not. */
  get strayOffers(): number {
    return this.#strayOffers;
  }

  get(stream: string): StreamTap | undefined {
    return this.#taps.get(stream);
  }

  names(): string[] {
    return [...this.#taps.keys()];
  }

  offer(stream: string, partition: number, key: string | Uint8Array | undefined, sizeBytes: number): void {
    const tap = this.#taps.get(stream);
    if (tap === undefined) this.#strayOffers += 1;
    else tap.offer(partition, key, sizeBytes);
  }

  /** Close the tick of every stream; samples of all partitions, in order. */
  tick(atMs: number, windowMs: number): LoadSample[] {
    const counted = this.#watched.flatMap(({ tap }) => tap.tick(atMs, windowMs));
    const fed = this.#fed.flatMap(({ name, samples }) => {
      // Its shadow streams have ticks all the same.
      this.#taps.get(name)!.tick(atMs, windowMs);
      return samples!(atMs, windowMs);
    });
    return [...counted, ...fed].map((sample) => withWork(sample, this.workPerRecord(sample.partition)));
  }

  /** As a probe measures it; `undefined` where there is none, or it does not know. */
  workPerRecord(partition: PartitionKey): Estimate | undefined {
    const { stream, index } = parsePartitionKey(partition);
    return this.#work.get(stream)?.(index);
  }

  /** Of those streams that have no budget: their rate is adapted. */
  setRate(rate: number): void {
    for (const { stream, tap } of this.#watched) if (stream.overhead === undefined) tap.setRate(rate);
  }

  stats(): Record<string, TapStats> {
    return Object.fromEntries([...this.#taps].map(([name, tap]) => [name, tap.stats()]));
  }
}

/** The exact rate times the work of a record; their errors are independent. */
function withWork(sample: LoadSample, work: Estimate | undefined): LoadSample {
  const { recordsPerSec } = sample;
  if (work === undefined || recordsPerSec === undefined) return sample;
  const value = recordsPerSec.value * work.value;
  const standardError = Math.hypot(
    recordsPerSec.value * work.standardError,
    recordsPerSec.standardError * work.value,
  );
  return { ...sample, workPerSec: { value, standardError } };
}
