import type { PartitionKey, Scorecard } from '@foreshadow/domain';
import type { Variant } from '@foreshadow/wasm-forecast';
import { ForecastError } from './errors.ts';
import { ForecastKernel } from './kernel.ts';
import { type Level, planLevels } from './levels.ts';
import { type EngineForecast, PartitionForecaster } from './partition-forecaster.ts';
import type { Forecaster } from './series-bank.ts';

export interface ForecastEngineOptions {
  readonly tickMs: number;
  readonly horizonsMs: readonly number[];
  readonly forecaster?: Forecaster;
  /** Build of the kernel; by default the best one that runs here. Both give the same forecasts. */
  readonly variant?: Variant;
}

/** Forecasts many partitions, each at the resolutions that its horizons need. */
export class ForecastEngine {
  readonly levels: readonly Level[];
  readonly #options: ForecastEngineOptions;
  readonly #kernel: ForecastKernel;
  readonly #partitions = new Map<PartitionKey, PartitionForecaster>();
  #ignoredTicks = 0;

  constructor(options: ForecastEngineOptions) {
    this.#options = options;
    this.#kernel = new ForecastKernel(options.variant);
    this.levels = planLevels(options.tickMs, options.horizonsMs);
  }

  /** Ticks that came twice or late and changed nothing. */
  get ignoredTicks(): number {
    return this.#ignoredTicks;
  }

  /**
   * One tick of a partition: the rate over the tick that ends at `atMs`. `undefined`, NaN and ±Infinity are missing,
   * and so are ticks that were skipped since the last call. Duplicate and older ticks are ignored and counted.
   */
  observe(partition: PartitionKey, atMs: number, recordsPerSec: number | undefined): void {
    let forecaster = this.#partitions.get(partition);
    if (forecaster === undefined) {
      forecaster = this.#create(partition);
      this.#partitions.set(partition, forecaster);
    }
    if (!forecaster.observe(atMs, recordsPerSec)) this.#ignoredTicks++;
  }

  /** The newest forecast; `undefined` before the second tick and while nothing was observed. */
  forecast(partition: PartitionKey): EngineForecast | undefined {
    return this.#partitions.get(partition)?.forecast;
  }

  /** @throws {ForecastError} `UNKNOWN_PARTITION` */
  scorecard(partition: PartitionKey): Scorecard {
    return this.#known(partition).scorecard();
  }

  /** @throws {ForecastError} `UNKNOWN_PARTITION` */
  saveState(partition: PartitionKey): Uint8Array {
    return this.#known(partition).toState();
  }

  /**
   * Go on from a state that `saveState` gave, here or in another process. Scores start anew.
   * @throws {ForecastError} `STATE_MISMATCH`, `INVALID_STATE`; the partition stays as it was.
   */
  loadState(partition: PartitionKey, bytes: Uint8Array): void {
    const forecaster = this.#create(partition);
    try {
      forecaster.fromState(bytes);
    } catch (error) {
      forecaster.dispose();
      throw error;
    }
    this.#partitions.get(partition)?.dispose();
    this.#partitions.set(partition, forecaster);
  }

  /** Bytes of memory that the forecasters take. */
  get memoryBytes(): number {
    return this.#kernel.bytes;
  }

  partitions(): PartitionKey[] {
    return [...this.#partitions.keys()];
  }

  remove(partition: PartitionKey): void {
    this.#partitions.get(partition)?.dispose();
    this.#partitions.delete(partition);
  }

  #create(partition: PartitionKey): PartitionForecaster {
    const { tickMs, horizonsMs, forecaster = 'bank' } = this.#options;
    return new PartitionForecaster({
      partition,
      tickMs,
      horizonsMs,
      levels: this.levels,
      forecaster,
      kernel: this.#kernel,
    });
  }

  #known(partition: PartitionKey): PartitionForecaster {
    const forecaster = this.#partitions.get(partition);
    if (forecaster === undefined) {
      throw new ForecastError('UNKNOWN_PARTITION', `no tick of partition '${partition}' was observed`);
    }
    return forecaster;
  }
}
