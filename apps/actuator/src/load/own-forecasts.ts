import type {
  AnnouncedEvent,
  DriftEvent,
  ForecastPath,
  LevelSeasons,
  LoadForecast,
  LoadRatios,
  ModelRecord,
  PartitionKey,
  Scorecard,
} from '@foreshadow/domain';
import { featureRecords, type LevelFeatures } from '@foreshadow/forecast';
import type { ForecasterReport } from '../models/model-news.ts';
import type { SeriesEntry } from './tick-series.ts';

/** The forecaster that the actuator runs itself; `ForecastEngine` of `@foreshadow/forecast` is one. */
export interface Forecaster {
  observe(
    partition: PartitionKey,
    atMs: number,
    recordsPerSec: number | undefined,
    upstream?: readonly number[],
  ): void;
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
  scorecard(partition: PartitionKey): Scorecard;
  explain(partition: PartitionKey): Explanation;
  importPrior(stream: string, bytes: Uint8Array): void;
  setNetwork?(stream: string, bytes: Uint8Array): void;
  announce?(stream: string, events: readonly AnnouncedEvent[]): void;
}

/** Why the forecasts of a partition are what they are. */
export interface Explanation {
  readonly seasons: readonly LevelSeasons[];
  readonly models: readonly ModelRecord[];
  readonly features: readonly LevelFeatures[];
  readonly drift: readonly DriftEvent[];
}

/** State of an edge's forecaster. */
export interface EdgeModel {
  /** Tick that it has seen last, on our clock. */
  readonly atMs: number;
  readonly state: Uint8Array;
  /** The edge's clock less ours: times inside the state are the edge's. */
  readonly clockOffsetMs: number;
}

/** A model of a whole partition, and whose it is. */
export interface KeptModel extends EdgeModel {
  readonly nodeId: string;
  /** Start of the node that made it; a node that runs on has its models itself. */
  readonly epoch: number;
}

/** Rates of a partition's upstream streams in the tick before `atMs`, on our clock; NaN where missing. */
export type UpstreamRates = (partition: PartitionKey, atMs: number) => readonly number[];

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
  /** Partitions that it forecasts, with the offset of the clock that their models keep. */
  readonly #running = new Map<PartitionKey, number>();
  readonly #onMismatch: (partition: PartitionKey, error: unknown) => void;
  readonly #upstream: UpstreamRates | undefined;
  #startsLeft = STARTS_PER_TICK;

  /**
   * @param onMismatch told when a model state cannot be taken over, as from another version.
   * @param upstream of whole streams, whoever forecasts them; by default the forecaster takes those of the partitions
   * that it runs, each on the clock of its model.
   */
  constructor(
    forecaster: Forecaster,
    onMismatch: (partition: PartitionKey, error: unknown) => void = () => undefined,
    upstream?: UpstreamRates,
  ) {
    this.#forecaster = forecaster;
    this.#onMismatch = onMismatch;
    this.#upstream = upstream;
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
  start(partition: PartitionKey, model: EdgeModel | undefined, series: readonly SeriesEntry[]): boolean {
    if (this.#running.has(partition)) return true;
    if (this.#startsLeft <= 0) return false;
    this.#startsLeft -= 1;
    const restored = model !== undefined && this.#restore(partition, model) ? model : undefined;
    this.#running.set(partition, restored?.clockOffsetMs ?? 0);
    const sinceMs = restored?.atMs ?? -Infinity;
    for (const { atMs, recordsPerSec } of series) {
      if (atMs > sinceMs) this.observe(partition, atMs, recordsPerSec);
    }
    return true;
  }

  observe(partition: PartitionKey, atMs: number, recordsPerSec: number | undefined): void {
    const clockOffsetMs = this.#running.get(partition);
    if (clockOffsetMs === undefined) return;
    const upstream = this.#upstream?.(partition, atMs);
    this.#forecaster.observe(partition, atMs + clockOffsetMs, recordsPerSec, upstream);
  }

  /** @param ratios the last known, for the other dimensions of load. */
  forecast(partition: PartitionKey, ratios: LoadRatios | undefined): LoadForecast | undefined {
    const clockOffsetMs = this.#running.get(partition);
    const issued = clockOffsetMs === undefined ? undefined : this.#forecaster.forecast(partition);
    if (clockOffsetMs === undefined || issued === undefined) return undefined;
    const { path, leadingExpert, warmingUp } = issued;
    const issuedAtMs = issued.issuedAtMs - clockOffsetMs;
    return { partition, issuedAtMs, path, ratios: ratios ?? NO_RATIOS, leadingExpert, warmingUp };
  }

  /**
   * State of the forecaster of a partition that it runs, once that forecasts; its times keep the clock of the model it
   * began from.
   */
  state(partition: PartitionKey): Uint8Array | undefined {
    return this.#forecasts(partition) ? this.#forecaster.saveState(partition) : undefined;
  }

  /** What the forecaster of a partition that it runs says of itself; times are ours. */
  report(partition: PartitionKey): ForecasterReport | undefined {
    const clockOffsetMs = this.#running.get(partition) ?? 0;
    const issued = this.#forecasts(partition) ? this.#forecaster.forecast(partition) : undefined;
    if (issued === undefined) return undefined;
    const { horizons, experts } = this.#forecaster.scorecard(partition);
    const { seasons, models, features, drift } = this.#forecaster.explain(partition);
    return {
      atMs: issued.issuedAtMs - clockOffsetMs,
      horizons,
      experts,
      seasons,
      models: models.map((m) => onOurClock(m, clockOffsetMs)),
      features: featureRecords(features),
      drift: drift.map((d) => ({ ...d, atMs: d.atMs - clockOffsetMs })),
    };
  }

  /** For partitions that begin without evidence from now on. @throws {ForecastError} for a prior of another version. */
  importPrior(stream: string, bytes: Uint8Array): void {
    this.#forecaster.importPrior(stream, bytes);
  }

  /** @throws {ForecastError} for a network that it cannot run. */
  setNetwork(stream: string, bytes: Uint8Array): void {
    this.#forecaster.setNetwork?.(stream, bytes);
  }

  announce(stream: string, events: readonly AnnouncedEvent[]): void {
    this.#forecaster.announce?.(stream, events);
  }

  /** An edge speaks for the partition again. */
  stop(partition: PartitionKey): void {
    if (this.#running.delete(partition)) this.#forecaster.remove(partition);
  }

  #forecasts(partition: PartitionKey): boolean {
    return this.#running.has(partition) && this.#forecaster.forecast(partition) !== undefined;
  }

  #restore(partition: PartitionKey, model: EdgeModel): boolean {
    try {
      this.#forecaster.loadState(partition, model.state);
      return true;
    } catch (error) {
      this.#onMismatch(partition, error);
      return false;
    }
  }
}

function onOurClock(model: ModelRecord, clockOffsetMs: number): ModelRecord {
  const { fromMs, toMs, count } = model.trainedOn;
  return { ...model, trainedOn: { fromMs: fromMs - clockOffsetMs, toMs: toMs - clockOffsetMs, count } };
}
