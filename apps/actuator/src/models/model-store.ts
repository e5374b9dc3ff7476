import type { Clock, PartitionKey } from '@foreshadow/domain';
import type { StateStore } from '@foreshadow/ports';
import type { KeptModel } from '../load/own-forecasts.ts';
import type { Logger } from '../logger.ts';
import { decodeModel, encodeModel } from './model-codec.ts';

export interface ModelStoreOptions {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** One partition is written at most this often. */
  readonly intervalMs?: number;
  /** Bytes that the models of all partitions may take in the store. */
  readonly budgetBytes?: number;
}

const DEFAULTS = { intervalMs: 60_000, budgetBytes: 256 * 1024 * 1024 };
const PERIOD_MS = 1000;
/** Bytes written in one period: the store is shared with records and leases. */
const BYTES_A_PERIOD = 1024 * 1024;
/** What was not written for so long belongs to no partition any more, or says nothing of its load. */
const TTL_MS = 7 * 86_400_000;
/** How long the last models may take when the actuator closes. */
const FLUSH_MS = 3000;

/** Keeps the newest model of each partition under `actuator/models/<partition>`, written now and then. */
export class ModelStore {
  readonly #o: typeof DEFAULTS & ModelStoreOptions;
  /** What is to be written; the partition that waits longest first. */
  readonly #waiting = new Map<PartitionKey, KeptModel>();
  readonly #writtenMs = new Map<PartitionKey, number>();
  readonly #sizes = new Map<PartitionKey, number>();
  #bytes = 0;
  #skipped = 0;
  #isFailing = false;

  constructor(options: ModelStoreOptions) {
    this.#o = { ...DEFAULTS, ...options };
  }

  /** Models that found no room. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  put(partition: PartitionKey, model: KeptModel): void {
    this.#waiting.set(partition, model);
  }

  /** The models of before; what is damaged is dropped. Never rejects. */
  async restore(partitions: readonly PartitionKey[]): Promise<Map<PartitionKey, KeptModel>> {
    const models = new Map<PartitionKey, KeptModel>();
    for (const partition of partitions) {
      const model = await this.#read(partition);
      if (model !== undefined) models.set(partition, model);
    }
    return models;
  }

  /** Forget a model that cannot be used. */
  async drop(partition: PartitionKey): Promise<void> {
    this.#waiting.delete(partition);
    this.#resize(partition, 0);
    await this.#attempt('dropped', () => this.#o.store.delete(keyOf(partition)));
  }

  /** Write what is due until the signal aborts, then what still waits. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#o;
    while (!signal.aborted) {
      await clock.sleep(PERIOD_MS, signal).catch(() => undefined);
      if (!signal.aborted) await this.writeDue();
    }
    const untilMs = clock.monotonicMs() + FLUSH_MS;
    for (const partition of [...this.#waiting.keys()]) {
      if (clock.monotonicMs() < untilMs) await this.#write(partition);
    }
  }

  /** Write what is due, a bounded number of bytes. */
  async writeDue(): Promise<void> {
    const nowMs = this.#o.clock.monotonicMs();
    let left = BYTES_A_PERIOD;
    for (const [partition, { state }] of [...this.#waiting]) {
      if (left <= 0) return;
      if (nowMs - (this.#writtenMs.get(partition) ?? -Infinity) < this.#o.intervalMs) continue;
      left -= state.length;
      await this.#write(partition);
    }
  }

  async #write(partition: PartitionKey): Promise<void> {
    const model = this.#waiting.get(partition);
    if (model === undefined) return;
    this.#waiting.delete(partition);
    const bytes = encodeModel(model);
    if (this.#bytes - (this.#sizes.get(partition) ?? 0) + bytes.length > this.#o.budgetBytes) {
      this.#skipped += 1;
      return;
    }
    this.#writtenMs.set(partition, this.#o.clock.monotonicMs());
    this.#resize(partition, bytes.length);
    await this.#attempt('saved', () => this.#o.store.put(keyOf(partition), bytes, { ttlMs: TTL_MS }));
  }

  async #read(partition: PartitionKey): Promise<KeptModel | undefined> {
    const entry = await this.#attempt('read', () => this.#o.store.get(keyOf(partition)));
    if (entry === undefined) return undefined;
    try {
      const model = decodeModel(entry.value);
      this.#resize(partition, entry.value.length);
      return model;
    } catch (err) {
      this.#o.logger.warn({ partition, err }, 'a saved model is damaged; the series is learned anew');
      await this.drop(partition);
      return undefined;
    }
  }

  #resize(partition: PartitionKey, bytes: number): void {
    this.#bytes += bytes - (this.#sizes.get(partition) ?? 0);
    this.#sizes.set(partition, bytes);
  }

  /** A store that does not answer is told once, until it answers again. */
  async #attempt<T>(what: string, act: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await act();
      this.#isFailing = false;
      return result;
    } catch (err) {
      if (!this.#isFailing)
        this.#o.logger.warn({ err }, `models cannot be ${what}; a restart begins without`);
      this.#isFailing = true;
      return undefined;
    }
  }
}

const keyOf = (partition: PartitionKey): string => `actuator/models/${partition}`;
