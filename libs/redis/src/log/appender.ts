import type { Clock, PartitionKey, StreamRecord } from '@foreshadow/domain';
import { PortError } from '@foreshadow/ports';
import type { RedisArgument } from 'redis';
import type { Connection } from '../connection/connection.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Keys } from '../keys.ts';
import { encodeRecords, foreignEntry, sizeOf } from './entries.ts';
import { APPEND } from './scripts.ts';

export type Parts = ReadonlyMap<PartitionKey, readonly StreamRecord[]>;
/** Position of the first record of each part. */
export type Firsts = ReadonlyMap<PartitionKey, number>;

export interface AppenderOptions {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly budget: Budget;
  /** How long an append may wait for Redis. */
  readonly timeoutMs: number;
  readonly replicas: ReplicaOptions | undefined;
  /** Unique among all that append. */
  readonly producer: string;
  /** The partition that it appends to; `undefined`: to any, where one slot holds them all. */
  readonly partition: PartitionKey | undefined;
}

interface Waiting {
  readonly parts: Parts;
  readonly bytes: number;
  readonly records: number;
  readonly sinceMs: number;
  readonly resolve: (firsts: Firsts) => void;
  readonly reject: (error: unknown) => void;
}

/** Bounds how long one script holds up the server. A single larger append goes whole all the same. */
const MAX_RECORDS = 1000;
const MAX_BYTES = 1024 * 1024;
/** Sequences are remembered far longer than any append is tried. */
const REMEMBER_MS = 600_000;

/** Bytes that may wait, over all appenders of a log. */
export class Budget {
  readonly #max: number;
  #used = 0;

  constructor(maxBytes: number) {
    this.#max = maxBytes;
  }

  /** @throws {PortError} `UNAVAILABLE` if they do not fit; one append always does */
  take(bytes: number): void {
    if (this.#used > 0 && this.#used + bytes > this.#max) {
      const why = `${this.#used} bytes wait to be written to Redis, the most allowed: try again later`;
      throw new PortError('UNAVAILABLE', why, { retryable: true });
    }
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/**
 * Appends one batch at a time; what comes meanwhile goes together into the next. So the fewer round trips the more
 * there is to do, order is kept, and one sequence number tells a repeated batch from a new one.
 */
export class Appender {
  readonly #options: AppenderOptions;
  #queue: Waiting[] = [];
  #isRunning = false;
  #sequence = 0;

  constructor(options: AppenderOptions) {
    this.#options = options;
  }

  async append(parts: Parts): Promise<Firsts> {
    const { budget, clock } = this.#options;
    let [bytes, records] = [0, 0];
    for (const part of parts.values()) {
      bytes += sizeOf(part);
      records += part.length;
    }
    budget.take(bytes);
    try {
      return await new Promise<Firsts>((resolve, reject) => {
        this.#queue.push({ parts, bytes, records, sinceMs: clock.monotonicMs(), resolve, reject });
        if (!this.#isRunning) void this.#run();
      });
    } finally {
      budget.give(bytes);
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    // Whoever else appends in this turn of the event loop comes along.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#write(this.#take());
    this.#isRunning = false;
  }

  #take(): readonly Waiting[] {
    let [count, bytes, records] = [0, 0, 0];
    for (const waiting of this.#queue) {
      bytes += waiting.bytes;
      records += waiting.records;
      if (count > 0 && (records > MAX_RECORDS || bytes > MAX_BYTES)) break;
      count += 1;
    }
    const batch = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    return batch;
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const merged = merge(batch.map((w) => w.parts));
    try {
      const firsts = await this.#apply(merged.parts, batch[0]?.sinceMs ?? 0);
      for (const [i, { resolve }] of batch.entries()) resolve(placed(merged.offsets[i], firsts));
    } catch (error) {
      if (batch.length > 1 && isOfOne(error)) {
        for (const waiting of batch) await this.#write([waiting]);
        return;
      }
      for (const { reject } of batch) reject(error);
    }
  }

  async #apply(parts: Parts, sinceMs: number): Promise<Firsts> {
    const { connection, keys, clock, timeoutMs, producer, partition, replicas } = this.#options;
    this.#sequence += 1;
    const args: RedisArgument[] = [String(this.#sequence), String(REMEMBER_MS)];
    const touched: [string, ...string[]] = [keys.producer(producer, partition)];
    for (const [name, records] of parts) {
      touched.push(keys.records(name), keys.meta(name));
      for (const arg of encodeRecords(records)) args.push(arg);
    }
    const leftMs = Math.max(0, sinceMs + timeoutMs - clock.monotonicMs());
    const reply = await APPEND.run(connection, touched, args, { timeoutMs: leftMs, replicas });
    const [status, ...details] = (reply as readonly Buffer[]).map(String);
    if (status === 'FOREIGN') throw foreignEntry(details[0] ?? '', details[1] ?? '');
    if (status !== 'OK')
      throw new PortError('UNAVAILABLE', `a later append overtook this one`, { retryable: true });
    const firsts = (details[0] ?? '').split(',').map(Number);
    return new Map([...parts.keys()].map((name, i) => [name, firsts[i] ?? 0]));
  }
}

/** Whether one part of a batch may be the cause, of which the others need not suffer. */
function isOfOne(error: unknown): boolean {
  return error instanceof PortError && error.code === 'CORRUPT';
}

/** The parts of several appends as one, and where each stands in it. */
function merge(all: readonly Parts[]): { readonly parts: Parts; readonly offsets: readonly Firsts[] } {
  const parts = new Map<PartitionKey, StreamRecord[]>();
  const offsets = all.map((one) => {
    const offset = new Map<PartitionKey, number>();
    for (const [name, records] of one) {
      const merged = parts.get(name) ?? [];
      offset.set(name, merged.length);
      for (const record of records) merged.push(record);
      parts.set(name, merged);
    }
    return offset;
  });
  return { parts, offsets };
}

function placed(offsets: Firsts | undefined, firsts: Firsts): Firsts {
  return new Map([...(offsets ?? [])].map(([name, offset]) => [name, (firsts.get(name) ?? 0) + offset]));
}
