import { randomUUID } from 'node:crypto';
import type { Clock, PartitionKey, PositionedRecord, StreamRecord } from '@foreshadow/domain';
import {
  type AppendResult,
  checkStream,
  type Lag,
  PortError,
  requireCount,
  requireDuration,
  requireName,
  type StreamInfo,
  type StreamLog,
  unknownPartition,
} from '@foreshadow/ports';
import type { Connection } from '../connection/connection.ts';
import { isPassing, portErrorOf } from '../connection/errors.ts';
import type { Reply } from '../connection/link.ts';
import type { Keys } from '../keys.ts';
import type { ReplicaOptions } from '../options.ts';
import { Appender, Budget, type Firsts, type Parts } from './appender.ts';
import { BlockingReads } from './blocking-reads.ts';
import { decodeEntries, entryId } from './entries.ts';
import { COMMIT, LAG, TRIM } from './scripts.ts';

export interface RedisStreamLogOptions {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly appendTimeoutMs: number;
  readonly maxPendingBytes: number;
  readonly replicas: ReplicaOptions | undefined;
}

/** Entries that one command may return, whatever is asked for. */
const MAX_ENTRIES = 1_000_000;
const RETRY_MS = 100;
const LAST_ID = '0-18446744073709551615';

/**
 * A stream log on Redis: one stream a partition. An append resolves once the primary has it, or as many replicas as
 * asked; what `appendfsync` promises of it is the server's. On a cluster a batch is whole within each partition; on
 * one server across all of them.
 */
export class RedisStreamLog implements StreamLog {
  readonly #options: RedisStreamLogOptions;
  readonly #budget: Budget;
  readonly #blocking: BlockingReads;
  readonly #producer: string = randomUUID();
  readonly #appenders = new Map<PartitionKey | undefined, Appender>();
  /** Partition counts never change. */
  readonly #known = new Map<string, number>();
  #closed = false;

  constructor(options: RedisStreamLogOptions) {
    this.#options = options;
    this.#budget = new Budget(options.maxPendingBytes);
    this.#blocking = new BlockingReads(options.connection);
  }

  async createStream(name: string, partitions: number): Promise<void> {
    this.#requireOpen();
    checkStream(name, partitions, undefined);
    const key = this.#options.keys.streams;
    await this.#send(key, 'HSETNX', key, name, String(partitions));
    checkStream(name, partitions, await this.#partitionsOf(name));
  }

  async streams(): Promise<readonly StreamInfo[]> {
    this.#requireOpen();
    const key = this.#options.keys.streams;
    const flat = (await this.#send(key, 'HGETALL', key)) as readonly Buffer[];
    const streams: StreamInfo[] = [];
    for (let i = 0; i < flat.length; i += 2) {
      streams.push({ name: String(flat[i]), partitions: Number(String(flat[i + 1])) });
    }
    return streams;
  }

  async append(batch: Parts): Promise<readonly AppendResult[]> {
    this.#requireOpen();
    // Everything that can be known to fail comes before the first write.
    for (const partition of batch.keys()) await this.#require(partition);
    if (batch.size === 0) return [];
    const firsts = await this.#write(batch);
    return [...batch].map(([partition, records]) => ({
      partition,
      first: firsts.get(partition) ?? 0,
      count: records.length,
    }));
  }

  async read(
    partition: PartitionKey,
    from: number,
    max: number,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<readonly PositionedRecord[]> {
    this.#requireOpen();
    requireCount('from', from);
    requireCount('max', max);
    requireDuration('waitMs', waitMs);
    await this.#require(partition);
    const { clock } = this.#options;
    const deadlineMs = clock.monotonicMs() + waitMs;
    if (max === 0) return [];
    let records = await this.#range(partition, from, max);
    while (records.length === 0) {
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0 || signal?.aborted === true) break;
      // After a failure what is there is asked for anew: the answer, or the error, is the caller's.
      const arrived = await this.#arrived(partition, from, max, leftMs, signal);
      records = arrived ?? (await this.#range(partition, from, max));
    }
    return records;
  }

  async endPosition(partition: PartitionKey): Promise<number> {
    await this.#require(partition);
    return this.#number(partition, 'end');
  }

  async committed(partition: PartitionKey, group: string): Promise<number> {
    requireName('group', group);
    await this.#require(partition);
    return this.#number(partition, `c:${group}`);
  }

  async claim(partition: PartitionKey, group: string, token: number): Promise<number> {
    requireName('group', group);
    requireCount('token', token);
    return this.#commit(partition, group, undefined, token);
  }

  async commit(partition: PartitionKey, group: string, next: number, token: number): Promise<void> {
    requireName('group', group);
    requireCount('next', next);
    requireCount('token', token);
    await this.#commit(partition, group, next, token);
  }

  async lag(partition: PartitionKey, group: string): Promise<Lag> {
    requireName('group', group);
    await this.#require(partition);
    const reply = await LAG.run(this.#options.connection, this.#keysOf(partition), [group]);
    const [records, oldest] = reply as readonly (Buffer | null | undefined)[];
    return {
      records: Number(String(records)),
      oldestTimestampMs: oldest == null ? undefined : Number(oldest.toString()),
    };
  }

  async trim(partition: PartitionKey, retain: number): Promise<number> {
    requireCount('retain', retain);
    await this.#require(partition);
    return Number(
      String(await TRIM.run(this.#options.connection, this.#keysOf(partition), [String(retain)])),
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#blocking.close();
  }

  async #write(batch: Parts): Promise<Firsts> {
    if (!this.#options.connection.isCluster) return this.#appender(undefined).append(batch);
    const written = [...batch].map(([name, records]) =>
      this.#appender(name).append(new Map<PartitionKey, readonly StreamRecord[]>([[name, records]])),
    );
    // All are waited for: no part may still be under way when the caller hears of a failure.
    const outcomes = await Promise.allSettled(written);
    const firsts = new Map<PartitionKey, number>();
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') throw outcome.reason;
      for (const [name, first] of outcome.value) firsts.set(name, first);
    }
    return firsts;
  }

  #appender(partition: PartitionKey | undefined): Appender {
    let appender = this.#appenders.get(partition);
    if (appender === undefined) {
      const { connection, keys, clock, replicas, appendTimeoutMs: timeoutMs } = this.#options;
      const [budget, producer] = [this.#budget, this.#producer];
      appender = new Appender({ connection, keys, clock, budget, timeoutMs, replicas, producer, partition });
      this.#appenders.set(partition, appender);
    }
    return appender;
  }

  async #range(partition: PartitionKey, from: number, max: number): Promise<PositionedRecord[]> {
    const key = this.#options.keys.records(partition);
    const count = String(Math.min(max, MAX_ENTRIES));
    return decodeEntries(
      partition,
      await this.#send(key, 'XRANGE', key, entryId(from), LAST_ID, 'COUNT', count),
      max,
    );
  }

  /** What comes within a second; `undefined` if the wait failed. */
  async #arrived(
    partition: PartitionKey,
    from: number,
    max: number,
    waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<PositionedRecord[] | undefined> {
    const count = Math.min(max, MAX_ENTRIES);
    let entries: Reply;
    try {
      entries = await this.#blocking.read(
        this.#options.keys.records(partition),
        `0-${from}`,
        count,
        waitMs,
        signal,
      );
    } catch (error) {
      this.#requireOpen();
      if (!isPassing(error)) throw portErrorOf(error, this.#options.connection.where);
      await this.#options.clock.sleep(Math.min(RETRY_MS, waitMs), signal).catch(() => undefined);
      return undefined;
    }
    this.#requireOpen();
    return decodeEntries(partition, entries, max);
  }

  async #commit(
    partition: PartitionKey,
    group: string,
    next: number | undefined,
    token: number,
  ): Promise<number> {
    await this.#require(partition);
    const args = [group, String(token), next === undefined ? '' : String(next)];
    const reply = await COMMIT.run(this.#options.connection, this.#keysOf(partition), args);
    const [status, detail] = (reply as readonly Buffer[]).map(String);
    if (status === 'FENCED') {
      throw new PortError('FENCED', `group '${group}': token ${token} was superseded by ${detail}`);
    }
    if (status === 'END') {
      throw new PortError('INVALID_ARGUMENT', `cannot commit ${next}: the partition ends at ${detail}`);
    }
    return Number(detail);
  }

  async #number(partition: PartitionKey, field: string): Promise<number> {
    const key = this.#options.keys.meta(partition);
    const reply = await this.#send(key, 'HGET', key, field);
    return reply === null ? 0 : Number(String(reply));
  }

  #keysOf(partition: PartitionKey): [string, string] {
    return [this.#options.keys.records(partition), this.#options.keys.meta(partition)];
  }

  /** @throws {PortError} `UNKNOWN_STREAM`, `UNKNOWN_PARTITION` */
  async #require(partition: PartitionKey): Promise<void> {
    this.#requireOpen();
    const slash = partition.lastIndexOf('/');
    const name = partition.slice(0, slash);
    const partitions = this.#known.get(name) ?? (await this.#partitionsOf(name));
    const index = Number(partition.slice(slash + 1));
    const isIndex = Number.isInteger(index) && String(index) === partition.slice(slash + 1);
    if (partitions !== undefined && isIndex && index >= 0 && index < partitions) return;
    throw unknownPartition(partition, await this.streams());
  }

  async #partitionsOf(name: string): Promise<number | undefined> {
    const key = this.#options.keys.streams;
    const reply = await this.#send(key, 'HGET', key, name);
    if (reply === null) return undefined;
    const partitions = Number(String(reply));
    this.#known.set(name, partitions);
    return partitions;
  }

  #send(key: string, ...args: string[]): Promise<Reply> {
    return this.#options.connection.send({ key, args });
  }

  #requireOpen(): void {
    if (this.#closed) throw new PortError('CLOSED', 'the stream log is closed');
  }
}
