import type { ForecastPath, LoadForecast, LoadRatios, PartitionKey } from '@foreshadow/domain';
import type { SeriesEntry } from './tick-series.ts';

/** The forecaster that the actuator runs itself; `ForecastEngine` of `@foreshadow/forecast` is one. */
export interface Forecaster {
  observe(partition: PartitionKey, atMs: number, recordsPerSec: number | undefined): void;
  forecast(partition: PartitionKey):
    | {
        readonly path: ForecastPath;
        readonly leadingExpert: string;
        readonly warmingUp: boolean;
        readonly issuedAtMs: number;
      }
    | undefined;
  loadState(partition: PartitionKey, state: Uint8Array): void;
  saveState(partition: PartitionKey): Uint8Array;
  remove(partition: PartitionKey): void;
}

/** State of an edge's forecaster, and the tick that it has seen last. */
export interface ModelState {
  readonly atMs: number;
  readonly state: Uint8Array;
}

/** Partitions that may be taken over in one tick, so that the loss of a large edge does not stall the actuator. */
const STARTS_PER_TICK = 50;

const NO_RATIOS: LoadRatios = {
  bytesPerRecord: undefined,
  workPerRecord: undefined,
  distinctKeysPerRecord: undefined,
};

/**
 * Forecasts of the actuator itself, for partitions of which no edge speaks. It goes on from the edge's last model
 * state with the loads reported since; without one it learns from the series that it kept.
 */
export class OwnForecasts {
  readonly #forecaster: Forecaster;
  readonly #running = new Set<PartitionKey>();
  readonly #onMismatch: (partition: PartitionKey, error: unknown) => void;
  #startsLeft = STARTS_PER_TICK;

  /** @param onMismatch told when a model state cannot be taken over, as from another version. */
  constructor(
    forecaster: Forecaster,
    onMismatch: (partition: PartitionKey, error: unknown) => void = () => undefined,
  ) {
    this.#forecaster = forecaster;
    this.#onMismatch = onMismatch;
  }

  /** A new tick: partitions may be taken over again. */
  beginTick(): void {
    this.#startsLeft = STARTS_PER_TICK;
  }

  runs(partition: PartitionKey): boolean {
    return this.#running.has(partition);
  }

  /** How many partitions it forecasts now. */
  get running(): number {
    return this.#running.size;
  }

  /** Take a partition over. False if this tick has taken over enough. */
  start(partition: PartitionKey, model: ModelState | undefined, series: readonly SeriesEntry[]): boolean {
    if (this.#running.has(partition)) return true;
    if (this.#startsLeft <= 0) return false;
    this.#startsLeft -= 1;
    this.#running.add(partition);
    const sinceMs = model !== undefined && this.#restore(partition, model) ? model.atMs : -Infinity;
    for (const { atMs, recordsPerSec } of series) {
      if (atMs > sinceMs) this.#forecaster.observe(partition, atMs, recordsPerSec);
    }
    return true;
  }

  observe(partition: PartitionKey, atMs: number, recordsPerSec: number | undefined): void {
    if (this.#running.has(partition)) this.#forecaster.observe(partition, atMs, recordsPerSec);
  }

  /** @param ratios the last known, for the other dimensions of load. */
  forecast(partition: PartitionKey, ratios: LoadRatios | undefined): LoadForecast | undefined {
    if (!this.#running.has(partition)) return undefined;
    const issued = this.#forecaster.forecast(partition);
    if (issued === undefined) return undefined;
    const { path, leadingExpert, warmingUp, issuedAtMs } = issued;
    return { partition, issuedAtMs, path, ratios: ratios ?? NO_RATIOS, leadingExpert, warmingUp };
  }

  /** An edge speaks for the partition again. */
  stop(partition: PartitionKey): void {
    if (this.#running.delete(partition)) this.#forecaster.remove(partition);
  }

  #restore(partition: PartitionKey, model: ModelState): boolean {
    try {
      this.#forecaster.loadState(partition, model.state);
      return true;
    } catch (error) {
      this.#onMismatch(partition, error);
      return false;
    }
  }
}
