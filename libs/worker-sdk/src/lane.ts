import type { PositionedRecord } from '@foreshadow/domain';
import type { RetryOptions } from './options.ts';
import { RetryState } from './retry-state.ts';

/**
 * Records of one partition that are handled one batch after the other. A partition has one lane, or several among which
 * its keys are shared: all records of a key go through the same one, so that they keep their order.
 */
export class Lane {
  readonly retry: RetryState;
  #queue: PositionedRecord[] = [];
  /** Records before this one are handled; they are dropped now and then. */
  #head = 0;
  #isBusy = false;

  constructor(retry: RetryOptions) {
    this.retry = new RetryState(retry);
  }

  /** Records not handled yet, those in the handler included. */
  get size(): number {
    return this.#queue.length - this.#head;
  }

  /** First position not handled yet; `undefined` if there is none. */
  get position(): number | undefined {
    return this.#queue[this.#head]?.position;
  }

  /** Whether a batch may go to the handler now. */
  isReady(nowMs: number): boolean {
    return !this.#isBusy && this.size > 0 && nowMs >= this.retry.readyAtMs;
  }

  /** When it is worth looking again, monotonic: `Infinity` while there is nothing to wait for. */
  get nextLookMs(): number {
    return this.#isBusy || this.size === 0 ? Number.POSITIVE_INFINITY : this.retry.readyAtMs;
  }

  push(record: PositionedRecord): void {
    this.#queue.push(record);
  }

  /** The next records, at most `count`; nothing more is handed out until `finish`. */
  begin(count: number): readonly PositionedRecord[] {
    const limit = this.retry.batchLimit(this.position ?? 0, count);
    this.#isBusy = true;
    return this.#queue.slice(this.#head, this.#head + limit);
  }

  /** The batch came back; its first `done` records are handled. */
  finish(done: number): void {
    this.#isBusy = false;
    this.#head += done;
    if (this.#head * 2 < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#head);
    this.#head = 0;
  }
}

const encoder = new TextEncoder();

/**
 * Lane of a record among `lanes`: by the FNV-1a hash of its key (another one than partitions are chosen by, which would
 * put all keys of a partition into few lanes). Records without a key have no order to keep and go round.
 */
export function laneOf({ key, position }: PositionedRecord, lanes: number): number {
  if (lanes === 1) return 0;
  if (key === undefined) return position % lanes;
  let hash = 0x811c9dc5;
  for (const byte of encoder.encode(key)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % lanes;
}
