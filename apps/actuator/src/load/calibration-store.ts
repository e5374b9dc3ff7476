import { type PartitionKey, parsePartitionKey } from '@foreshadow/domain';
import type { StateStore } from '@foreshadow/ports';
import { decodeState, encodeState } from '../control/saved-state.ts';
import type { Logger } from '../logger.ts';
import type { LoadBook } from './load-book.ts';

const KEY = 'actuator/calibration/';

/** Keeps how well forecasts of whole partitions hold, under `actuator/calibration/<stream>`. Never rejects. */
export class CalibrationStore {
  readonly #store: StateStore;
  readonly #book: LoadBook;
  readonly #logger: Logger;

  constructor(store: StateStore, book: LoadBook, logger: Logger) {
    this.#store = store;
    this.#book = book;
    this.#logger = logger;
  }

  async save(): Promise<void> {
    const streams = new Map<string, [PartitionKey, unknown][]>();
    for (const [partition, calibration] of this.#book.calibrations()) {
      const { stream } = parsePartitionKey(partition);
      const entries = streams.get(stream) ?? [];
      entries.push([partition, calibration]);
      streams.set(stream, entries);
    }
    for (const [stream, entries] of streams) {
      await this.#guard(stream, 'could not be saved', async () => {
        await this.#store.put(KEY + stream, encodeState(Object.fromEntries(entries)));
      });
    }
  }

  async restore(streams: Iterable<string>): Promise<void> {
    for (const stream of new Set(streams)) {
      await this.#guard(stream, 'cannot be used; it begins anew', async () => {
        const entry = await this.#store.get(KEY + stream);
        const saved = entry && decodeState(entry.value);
        if (typeof saved !== 'object' || saved === null) return;
        for (const [partition, calibration] of Object.entries(saved)) {
          this.#book.restoreCalibration(partition as PartitionKey, calibration);
        }
      });
    }
  }

  async #guard(stream: string, what: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      this.#logger.warn({ stream, err: error }, `the calibration of its forecasts ${what}`);
    }
  }
}
