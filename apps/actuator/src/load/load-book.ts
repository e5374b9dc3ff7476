import {
  type LoadForecast,
  type LoadSample,
  type PartitionKey,
  parsePartitionKey,
  type Scorecard,
} from '@foreshadow/domain';
import { Scorekeeper } from '@foreshadow/forecast';
import type { Instant } from '@foreshadow/protocol';
import { ActuatorError } from '../errors.ts';
import type { LoadCalibration, LoadScore } from './load-calibration.ts';
import type { KeptModel, OwnForecasts } from './own-forecasts.ts';
import { type Handout, type PartitionLoad, PartitionTrack } from './partition-track.ts';
import { type RateAt, StreamLoads } from './stream-loads.ts';
import type { SeriesEntry } from './tick-series.ts';

export interface LoadBookOptions {
  readonly partitions: readonly PartitionKey[];
  readonly tickMs: number;
  readonly horizonsMs: readonly number[];
  readonly own: OwnForecasts;
  /** Streams that run ahead of others. */
  readonly upstream?: Readonly<Record<string, readonly string[]>>;
  /** Told of each complete tick of each partition. */
  readonly onEntry?: (partition: PartitionKey, entry: SeriesEntry) => void;
}

/** Values of one tick by partition; a partition that is not in it is missing. */
export type ByPartition<T> = ReadonlyMap<PartitionKey, T>;

/** The loads of all configured partitions; what edges say of others is ignored and counted. */
export class LoadBook {
  readonly #tracks: ReadonlyMap<PartitionKey, PartitionTrack>;
  readonly #own: OwnForecasts;
  readonly #upstream: ReadonlyMap<string, readonly string[]>;
  readonly #streams: StreamLoads;
  #unknown = 0;

  constructor(options: LoadBookOptions) {
    const { partitions, tickMs, horizonsMs, own, onEntry } = options;
    this.#own = own;
    this.#tracks = new Map(
      partitions.map((partition) => {
        const scorekeeper = new Scorekeeper({ tickMs, horizonsMs });
        const told = onEntry && { onEntry: (entry: SeriesEntry) => onEntry(partition, entry) };
        return [partition, new PartitionTrack({ partition, tickMs, horizonsMs, scorekeeper, own, ...told })];
      }),
    );
    this.#upstream = new Map(Object.entries(options.upstream ?? {}));
    this.#streams = new StreamLoads(ratesByStream(this.#tracks), tickMs);
  }

  /** Reports of partitions that no configured stream has. */
  get unknown(): number {
    return this.#unknown;
  }

  onSamples(nodeId: string, samples: readonly LoadSample[], at: Instant): void {
    for (const sample of samples) this.#track(sample.partition)?.onSample(nodeId, sample, at);
  }

  onForecasts(nodeId: string, forecasts: readonly LoadForecast[], at: Instant): void {
    for (const forecast of forecasts) this.#track(forecast.partition)?.onForecast(nodeId, forecast, at);
  }

  /** True if it is the model of a whole partition that is configured. */
  onModel(partition: PartitionKey, model: KeptModel, at: Instant): boolean {
    return this.#track(partition)?.onModel(model, at) ?? false;
  }

  restoreModel(partition: PartitionKey, model: KeptModel): void {
    this.#tracks.get(partition)?.restoreModel(model);
  }

  forgetModel(partition: PartitionKey): void {
    this.#tracks.get(partition)?.forgetModel();
  }

  /** Models that a node lacks: it began anew, or takes the place of one that is gone. */
  modelsFor(
    node: { readonly nodeId: string; readonly epoch: number; readonly streams: ReadonlySet<string> },
    isGone: (nodeId: string) => boolean,
    at: Instant,
  ): Map<PartitionKey, KeptModel> {
    const models = new Map<PartitionKey, KeptModel>();
    for (const [partition, track] of this.#tracks) {
      const isTheirs = node.streams.has(parsePartitionKey(partition).stream);
      const model = isTheirs ? track.modelFor(node, isGone, at) : undefined;
      if (model !== undefined) models.set(partition, model);
    }
    return models;
  }

  goOn(partition: PartitionKey, model: KeptModel, at: Instant): Handout {
    return this.#tracks.get(partition)?.goOn(model, at);
  }

  /** Records/s of each edge that speaks for a partition and is not silent. */
  shares(partition: PartitionKey, at: Instant): ReadonlyMap<string, number> {
    return this.#tracks.get(partition)?.shares(at) ?? new Map<string, number>();
  }

  endSession(nodeId: string): void {
    for (const track of this.#tracks.values()) track.endSession(nodeId);
  }

  /** Once a tick. */
  tick(appendRates: ByPartition<number>, capacities: ByPartition<number>, at: Instant): void {
    this.#own.beginTick();
    for (const [partition, track] of this.#tracks) {
      track.listen(appendRates.get(partition), capacities.get(partition), at);
    }
    // Only now is the tick known of all partitions, upstream ones too.
    this.#streams.refresh();
    for (const track of this.#tracks.values()) track.forecastOn(at);
  }

  /** Rates of a partition's upstream streams in the tick before `atMs`; NaN where missing. */
  upstreamBefore(partition: PartitionKey, atMs: number): readonly number[] {
    const names = this.#upstream.get(parsePartitionKey(partition).stream) ?? [];
    return names.map((name) => this.#streams.before(name, atMs));
  }

  /** @throws {ActuatorError} `UNKNOWN_PARTITION` for one that is not configured. */
  load(partition: PartitionKey, at: Instant): PartitionLoad {
    const track = this.#tracks.get(partition);
    if (track === undefined) throw new ActuatorError('UNKNOWN_PARTITION', `no partition '${partition}'`);
    return track.load(at);
  }

  loads(at: Instant): Map<PartitionKey, PartitionLoad> {
    const loads = new Map<PartitionKey, PartitionLoad>();
    for (const [partition, track] of this.#tracks) loads.set(partition, track.load(at));
    return loads;
  }

  /** Oldest first; empty for a partition that is not configured. */
  series(partition: PartitionKey): SeriesEntry[] {
    return this.#tracks.get(partition)?.series() ?? [];
  }

  /** How well the forecasts of each partition hold, to survive a restart. */
  *calibrations(): Iterable<[PartitionKey, LoadCalibration]> {
    for (const [partition, track] of this.#tracks) yield [partition, track.saveCalibration()];
  }

  /** @throws {ActuatorError} `INVALID_STATE` */
  restoreCalibration(partition: PartitionKey, saved: unknown): void {
    this.#tracks.get(partition)?.restoreCalibration(saved);
  }

  /** How intervals of whole partitions did. */
  *loadScores(): Iterable<{ readonly partition: PartitionKey; readonly scores: readonly LoadScore[] }> {
    for (const [partition, track] of this.#tracks) yield { partition, scores: track.loadScores() };
  }

  scorecard(partition: PartitionKey): Scorecard | undefined {
    return this.#tracks.get(partition)?.scorecard();
  }

  #track(partition: PartitionKey): PartitionTrack | undefined {
    const track = this.#tracks.get(partition);
    if (track === undefined) this.#unknown += 1;
    return track;
  }
}

function ratesByStream(tracks: ReadonlyMap<PartitionKey, PartitionTrack>): Map<string, RateAt[]> {
  const streams = new Map<string, RateAt[]>();
  for (const [partition, track] of tracks) {
    const { stream } = parsePartitionKey(partition);
    const rates = streams.get(stream) ?? [];
    rates.push((atMs) => track.rateAt(atMs));
    streams.set(stream, rates);
  }
  return streams;
}
