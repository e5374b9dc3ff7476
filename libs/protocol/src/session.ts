import { type PartitionKey, parsePartitionKey, partitionKey, STREAM_NAME_PATTERN } from '@foreshadow/domain';
import { ProtocolError } from './errors.ts';
import { LIMITS } from './limits.ts';
import type { LinkStream } from './messages.ts';
import { SentModels } from './sent-models.ts';

export interface LinkSessionOptions {
  /** As in Hello; their order gives their numbers. */
  readonly streams: readonly LinkStream[];
  readonly epoch: number;
  /** Number of the last frame that was sent in this epoch; 0: none. */
  readonly lastSeq?: number;
  /** Horizons at which intervals have to be exact; the sender's. */
  readonly horizonsMs?: readonly number[];
}

/** Numbers of a partition on the wire. */
export interface PartitionPlace {
  readonly stream: number;
  readonly index: number;
}

/** What both ends of one connection agree on: the numbers of streams, partitions and experts. */
export class LinkSession {
  readonly streams: readonly LinkStream[];
  readonly epoch: number;
  readonly horizonsMs: readonly number[];
  readonly #streamIndex: ReadonlyMap<string, number>;
  /** Both directions of what was looked up once; bounded by the partitions of the session. */
  readonly #places = new Map<PartitionKey, PartitionPlace>();
  readonly #keys: PartitionKey[][] = [];
  readonly #expertNumbers = new Map<string, number>();
  readonly #expertNames: string[] = [];
  #unsentExperts: string[] = [];
  #seq: number;
  /** Which models of each partition the other end knows. */
  readonly sentModels: SentModels = new SentModels();

  /** @throws {ProtocolError} `INVALID_NAME`, `OUT_OF_RANGE` or `TOO_MANY` for streams that no session may have. */
  constructor(options: LinkSessionOptions) {
    checkStreams(options.streams);
    this.streams = options.streams;
    this.epoch = options.epoch;
    this.horizonsMs = options.horizonsMs ?? [];
    this.#seq = options.lastSeq ?? 0;
    this.#streamIndex = new Map(options.streams.map(({ name }, i) => [name, i]));
  }

  /** Number of the frame sent last. */
  get lastSeq(): number {
    return this.#seq;
  }

  nextSeq(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** Number of a stream. @throws {ProtocolError} `UNKNOWN_STREAM`. */
  streamNumber(name: string): number {
    const stream = this.#streamIndex.get(name);
    if (stream !== undefined) return stream;
    throw new ProtocolError('UNKNOWN_STREAM', `session has no stream '${name}'`);
  }

  /** @throws {ProtocolError} `UNKNOWN_STREAM`. */
  streamName(stream: number): string {
    const found = this.streams[stream];
    if (found !== undefined) return found.name;
    throw new ProtocolError('UNKNOWN_STREAM', `session has no stream ${stream}`);
  }

  /** @throws {ProtocolError} `UNKNOWN_STREAM`, `UNKNOWN_PARTITION`. */
  locate(partition: PartitionKey): PartitionPlace {
    const known = this.#places.get(partition);
    if (known !== undefined) return known;
    const { stream: name, index } = parsePartitionKey(partition);
    const stream = this.streamNumber(name);
    const place = { stream, index };
    // Other spellings of a number ('orders/03') are understood, but must not fill memory.
    if (this.key(stream, index) === partition) this.#places.set(partition, place);
    return place;
  }

  /** @throws {ProtocolError} `UNKNOWN_STREAM`, `UNKNOWN_PARTITION`. */
  key(stream: number, index: number): PartitionKey {
    const known = this.#keys[stream]?.[index];
    if (known !== undefined) return known;
    const name = this.streamName(stream);
    const { partitions } = this.streams[stream]!;
    if (index >= partitions) {
      const has = `stream '${name}' has ${partitions} partitions`;
      throw new ProtocolError('UNKNOWN_PARTITION', `${has}, not ${index}`);
    }
    const key = partitionKey(name, index);
    (this.#keys[stream] ??= [])[index] = key;
    return key;
  }

  /** Number of an expert, from 1 on; 0 once the table is full, which loses nothing but the name. */
  expertNumber(name: string): number {
    const known = this.#expertNumbers.get(name);
    if (known !== undefined) return known;
    if (this.#expertNames.length >= LIMITS.experts || name.length === 0) return 0;
    const short = name.slice(0, LIMITS.nameLength);
    this.#expertNames.push(short);
    this.#unsentExperts.push(short);
    this.#expertNumbers.set(name, this.#expertNames.length);
    return this.#expertNames.length;
  }

  /** Names that the other end does not know yet, in the order of their numbers. */
  takeNewExperts(): string[] {
    const names = this.#unsentExperts;
    this.#unsentExperts = [];
    return names;
  }

  /** @throws {ProtocolError} `TOO_MANY`, `INVALID_NAME`. */
  learnExperts(names: readonly string[]): void {
    if (this.#expertNames.length + names.length > LIMITS.experts) {
      throw new ProtocolError('TOO_MANY', `more than ${LIMITS.experts} experts in one session`);
    }
    for (const name of names) {
      if (name.length === 0 || name.length > LIMITS.nameLength) {
        throw new ProtocolError('INVALID_NAME', `expert name of ${name.length} characters`);
      }
    }
    this.#expertNames.push(...names);
  }

  /** Name of an expert; `unknown` where the frame that named it did not come. */
  expertName(number: number): string {
    return this.#expertNames[number - 1] ?? 'unknown';
  }
}

function checkStreams(streams: readonly LinkStream[]): void {
  if (streams.length > LIMITS.streams) {
    throw new ProtocolError('TOO_MANY', `${streams.length} streams; at most ${LIMITS.streams}`);
  }
  const names = new Set<string>();
  let partitions = 0;
  for (const stream of streams) {
    if (!STREAM_NAME_PATTERN.test(stream.name) || names.has(stream.name)) {
      throw new ProtocolError(
        'INVALID_NAME',
        `stream name ${JSON.stringify(stream.name)} is not a name, or is there twice`,
      );
    }
    names.add(stream.name);
    if (!Number.isInteger(stream.partitions) || stream.partitions < 1) {
      throw new ProtocolError('OUT_OF_RANGE', `stream '${stream.name}' has ${stream.partitions} partitions`);
    }
    partitions += stream.partitions;
  }
  if (partitions > LIMITS.partitions) {
    throw new ProtocolError('TOO_MANY', `${partitions} partitions; at most ${LIMITS.partitions}`);
  }
}
