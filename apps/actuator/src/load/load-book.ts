import type { LoadForecast, LoadSample, PartitionKey, Scorecard } from '@foreshadow/domain';
import { Scorekeeper } from '@foreshadow/forecast';
import type { Instant } from '@foreshadow/protocol';
import { ActuatorError } from '../errors.ts';
import type { EdgeModel, OwnForecasts } from './own-forecasts.ts';
import { type PartitionLoad, PartitionTrack } from './partition-track.ts';
import type { SeriesEntry } from './tick-series.ts';

export interface LoadBookOptions {
  readonly partitions: readonly PartitionKey[];
  readonly tickMs: number;
  readonly horizonsMs: readonly number[];
  readonly own: OwnForecasts;
}

/** Values of one tick by partition; a partition that is not in it is missing. */
export type ByPartition<T> = ReadonlyMap<PartitionKey, T>;

/** The loads of all configured partitions; what edges say of others is ignored and counted. */
export class LoadBook {
  readonly #tracks: ReadonlyMap<PartitionKey, PartitionTrack>;
  readonly #own: OwnForecasts;
  #unknown = 0;

  constructor(options: LoadBookOptions) {
    const { partitions, tickMs, horizonsMs, own } = options;
    this.#own = own;
    this.#tracks = new Map(
      partitions.map((partition) => {
        const scorekeeper = new Scorekeeper({ tickMs, horizonsMs });
        return [partition, new PartitionTrack({ partition, tickMs, horizonsMs, scorekeeper, own })];
      }),
    );
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

  onModel(nodeId: string, partition: PartitionKey, state: EdgeModel, at: Instant): void {
    this.#track(partition)?.onModel(nodeId, state, at);
  }

  /** Models of an edge that the actuator has gone on with while the edge was away. */
  modelsFor(nodeId: string): { partition: PartitionKey; atMs: number; state: Uint8Array }[] {
    return [...this.#tracks].flatMap(([partition, track]) => {
      const model = track.modelFor(nodeId);
      return model === undefined ? [] : [{ partition, ...model }];
    });
  }

  endSession(nodeId: string): void {
    for (const track of this.#tracks.values()) track.endSession(nodeId);
  }

  /** Once a tick. */
  tick(appendRates: ByPartition<number>, capacities: ByPartition<number>, at: Instant): void {
    this.#own.beginTick();
    for (const [partition, track] of this.#tracks) {
      track.tick(appendRates.get(partition), capacities.get(partition), at);
    }
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

  scorecard(partition: PartitionKey): Scorecard | undefined {
    return this.#tracks.get(partition)?.scorecard();
  }

  #track(partition: PartitionKey): PartitionTrack | undefined {
    const track = this.#tracks.get(partition);
    if (track === undefined) this.#unknown += 1;
    return track;
  }
}
