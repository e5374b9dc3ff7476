import { type LoadSample, partitionKey } from '@foreshadow/domain';
import type { LogTap } from './log-tap.ts';

/**
 * A tap behind the log as an edge takes it (`samples` of a stream): each tick asks the log, and gives what it said to the tick
 * before. While it does not answer its loads are missing, and the next answer is of all the time since the last.
 */
export class LogFeed {
  readonly #tap: Pick<LogTap, 'tick'>;
  readonly #stream: string;
  readonly #partitions: number;
  #answer: readonly LoadSample[] | undefined;
  #isAsking = false;
  /** Since the log was asked last. */
  #windowMs = 0;

  constructor(tap: Pick<LogTap, 'tick'>, stream: string, partitions: number) {
    this.#tap = tap;
    this.#stream = stream;
    this.#partitions = partitions;
  }

  /** One sample a partition, in order. */
  take(atMs: number, windowMs: number): readonly LoadSample[] {
    const answer = this.#answer;
    this.#answer = undefined;
    this.#windowMs += windowMs;
    if (!this.#isAsking) void this.#ask(atMs);
    return answer ?? Array.from({ length: this.#partitions }, (_, p) => this.#missing(p, atMs, windowMs));
  }

  async #ask(atMs: number): Promise<void> {
    const windowMs = this.#windowMs;
    this.#windowMs = 0;
    this.#isAsking = true;
    try {
      this.#answer = await this.#tap.tick(atMs, windowMs);
    } finally {
      this.#isAsking = false;
    }
  }

  #missing(partition: number, atMs: number, windowMs: number): LoadSample {
    return {
      partition: partitionKey(this.#stream, partition),
      atMs,
      windowMs,
      recordsPerSec: undefined,
      bytesPerSec: undefined,
      workPerSec: undefined,
      distinctKeys: undefined,
      sampled: 0,
      dropped: 0,
      refused: 0,
    };
  }
}
