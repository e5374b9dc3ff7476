import type { PositionedRecord, StreamRecord } from '@foreshadow/domain';
import { PortError } from './errors.ts';
import type { Lag } from './stream-log.ts';

const CHUNK_SIZE = 1024;

interface GroupState {
  committed: number;
  token: number;
}

/**
 * One partition of the in-memory log: records in chunks of 1024, so that appending never moves what is there and
 * trimming drops whole chunks.
 */
export class MemoryPartition {
  #start = 0;
  #end = 0;
  /** Number of the first chunk kept; record `p` stands in chunk `⌊p / CHUNK_SIZE⌋`. */
  #firstChunk = 0;
  readonly #chunks: StreamRecord[][] = [];
  readonly #groups = new Map<string, GroupState>();
  #waiting: (() => void)[] = [];

  get end(): number {
    return this.#end;
  }

  /** Returns the position of the first record. */
  append(records: readonly StreamRecord[]): number {
    const first = this.#end;
    let chunk = this.#chunks[this.#chunks.length - 1];
    for (const record of records) {
      if (chunk === undefined || chunk.length === CHUNK_SIZE) {
        chunk = [];
        this.#chunks.push(chunk);
      }
      chunk.push(record);
    }
    this.#end = first + records.length;
    if (records.length > 0) this.wake();
    return first;
  }

  read(from: number, max: number): PositionedRecord[] {
    const result: PositionedRecord[] = [];
    const first = Math.max(from, this.#start);
    const past = Math.min(this.#end, first + max);
    for (let position = first; position < past; position++) {
      const { key, value, timestampMs } = this.#at(position);
      result.push({ key, value, timestampMs, position });
    }
    return result;
  }

  /** Resolves when something is appended or the log closes. */
  appended(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }

  committed(group: string): number {
    return this.#groups.get(group)?.committed ?? 0;
  }

  claim(group: string, token: number): number {
    const state = this.#unfenced(group, token);
    state.token = token;
    return state.committed;
  }

  commit(group: string, next: number, token: number): void {
    if (next > this.#end) {
      throw new PortError('INVALID_ARGUMENT', `cannot commit ${next}: the partition ends at ${this.#end}`);
    }
    const state = this.#unfenced(group, token);
    state.token = token;
    state.committed = Math.max(state.committed, next);
  }

  lag(group: string): Lag {
    const next = Math.max(this.committed(group), this.#start);
    if (next >= this.#end) return { records: 0, oldestTimestampMs: undefined };
    return { records: this.#end - next, oldestTimestampMs: this.#at(next).timestampMs };
  }

  trim(retain: number): number {
    if (this.#groups.size === 0) return 0;
    const slowest = Math.min(...[...this.#groups.values()].map((g) => g.committed));
    const start = Math.max(this.#start, slowest - retain);
    const dropped = start - this.#start;
    const whole = Math.floor(start / CHUNK_SIZE) - this.#firstChunk;
    this.#chunks.splice(0, whole);
    this.#firstChunk += whole;
    this.#start = start;
    return dropped;
  }

  #at(position: number): StreamRecord {
    const chunk = this.#chunks[Math.floor(position / CHUNK_SIZE) - this.#firstChunk];
    const record = chunk?.[position % CHUNK_SIZE];
    if (record === undefined) throw new PortError('INVALID_ARGUMENT', `no record at ${position}`);
    return record;
  }

  #unfenced(group: string, token: number): GroupState {
    const state = this.#groups.get(group) ?? { committed: 0, token: 0 };
    if (token < state.token) {
      throw new PortError('FENCED', `group '${group}': token ${token} was superseded by ${state.token}`);
    }
    this.#groups.set(group, state);
    return state;
  }
}
