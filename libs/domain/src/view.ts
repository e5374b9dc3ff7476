import type { HorizonScore, Scorecard } from './forecast.ts';
import type { AnnouncedEvent, DriftEvent, FeatureRecord, LevelSeasons, ModelRecord } from './model.ts';
import type { PartitionKey } from './partition.ts';
import type { PoolPlan } from './plan.ts';
import type { Allocation } from './pool.ts';
import type { ResourceVector } from './resources.ts';
import type { SamplingReport } from './sampling.ts';

/** One horizon of a forecast as it is shown: records/s. */
export interface ForecastPoint {
  readonly horizonMs: number;
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** A partition as the actuator shows it; `null` is missing, never zero. */
export interface PartitionView {
  readonly partition: PartitionKey;
  readonly atMs: number;
  readonly recordsPerSec: number | null;
  /** At the configured horizons. */
  readonly forecast: readonly ForecastPoint[];
  /** The whole path, for the fan. */
  readonly path: readonly ForecastPoint[];
  /** Records/s that the partition's owner can process for it with its allowance. */
  readonly capacityRecordsPerSec: number | null;
  readonly owner: string | null;
  readonly lagRecords: number | null;
  readonly lagSeconds: number | null;
  readonly leadingExpert: string | null;
  /** Work of a record as a probe measures it, in its units (µs of CPU by default); `null` without one. */
  readonly workPerRecord: number | null;
  /** True if no edge has reported for three ticks. */
  readonly stale: boolean;
}

export interface PoolView {
  readonly name: string;
  readonly stream: string;
  readonly workers: { readonly starting: number; readonly ready: number; readonly draining: number };
  /** Sum of the allowances of the workers that are ready. */
  readonly capacity: ResourceVector;
  /** Demand of the present load; `null` until the demand model has evidence. */
  readonly demand: ResourceVector | null;
  /** Demand that the plan provides for. */
  readonly planned: Allocation | null;
  readonly used: ResourceVector | null;
  readonly leadTimeMs: number;
  readonly lastDecision: PoolPlan | null;
}

export interface EdgeView {
  readonly nodeId: string;
  readonly connected: boolean;
  readonly lastSeenMs: number;
  readonly framesReceived: number;
  readonly bytesReceived: number;
}

/** How one stream is sampled at one edge, as it reports every few seconds; `null` is missing, never zero. */
export interface SamplingView
  extends Omit<
    SamplingReport,
    'recordNs' | 'overheadShare' | 'budget' | 'recordsError' | 'bytesError' | 'distinctKeysError'
  > {
  readonly nodeId: string;
  readonly recordNs: number | null;
  readonly overheadShare: number | null;
  readonly budget: { readonly share: number; readonly reason: string } | null;
  readonly recordsError: number | null;
  readonly bytesError: number | null;
  readonly distinctKeysError: number | null;
}

/** An alert that fires; rows of `GET /v1/alerts`. */
export interface AlertView {
  readonly name: string;
  readonly severity: 'info' | 'warning' | 'critical';
  /** Partition, pool or edge that it is about. */
  readonly subject: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  /** With the figures of now. */
  readonly description: string;
  readonly startsAtMs: number;
}

/** Data of the `snapshot` event of `GET /v1/live` (SSE), once a second. */
export interface LiveSnapshot {
  readonly atMs: number;
  readonly mode: 'advise' | 'act';
  readonly planIntervalMs: number;
  readonly pools: readonly PoolView[];
  readonly partitions: readonly PartitionView[];
  readonly edges: readonly EdgeView[];
  readonly sampling: readonly SamplingView[];
  readonly alerts: readonly AlertView[];
}

/** Body of `GET /v1/partitions/{stream}/{index}`. */
export interface PartitionDetail {
  readonly view: PartitionView;
  /** Oldest first, one entry a tick, as far as kept. */
  readonly series: readonly {
    readonly atMs: number;
    readonly recordsPerSec: number | null;
    readonly capacityRecordsPerSec: number | null;
  }[];
  readonly scorecard: Scorecard | null;
}

/** Data of the `decision` event of `GET /v1/live` and rows of `GET /v1/decisions`, newest first. */
export interface DecisionView extends PoolPlan {
  readonly id: number;
  /** Whether it was carried out (`act`) or only said (`advise`). */
  readonly applied: boolean;
}

/** Rows of `GET /v1/events` and data of the `event` event: what happened to workers, edges and links. */
export interface EventView {
  readonly id: number;
  readonly atMs: number;
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
}

/** What one forecaster of a partition says of itself: scores, weights, models, and why. NaN is `null` in JSON. */
export interface ForecasterView {
  /** Edge that runs it; `null`: the actuator itself. */
  readonly nodeId: string | null;
  readonly atMs: number;
  /** As it scored itself; the actuator's own scores are those of the sum over the edges. */
  readonly horizons: readonly HorizonScore[];
  readonly experts: Scorecard['experts'];
  readonly seasons: readonly LevelSeasons[];
  readonly models: readonly ModelRecord[];
  /** Features that are used or considered beside the past of the series. */
  readonly features: readonly FeatureRecord[];
  /** Oldest first, of the last hour. */
  readonly drift: readonly DriftEvent[];
}

/** Body of `GET /v1/partitions/{stream}/{index}/scorecard`. */
export interface ScorecardView {
  readonly partition: PartitionKey;
  /** Forecasts of the whole partition against what came. */
  readonly horizons: readonly HorizonScore[];
  /** Weights of the experts in them, one for each horizon, by what each forecaster tells. */
  readonly experts: Scorecard['experts'];
  readonly forecasters: readonly ForecasterView[];
}

/** Something that happened to the models of a partition. */
export interface ModelMark {
  readonly atMs: number;
  /** `lead`: another expert has the largest weight. */
  readonly kind: 'drift' | 'refit' | 'lead';
  readonly message: string;
}

/** Body of `GET /v1/partitions/{stream}/{index}/weights`: the experts' weights at one horizon over time. */
export interface WeightsView {
  readonly partition: PartitionKey;
  readonly horizonMs: number;
  /** Horizons that can be asked for. */
  readonly horizonsMs: readonly number[];
  /** Oldest first. */
  readonly atMs: readonly number[];
  /** One weight for each instant; experts without any weight in that time are left out. */
  readonly experts: readonly { readonly name: string; readonly weights: readonly number[] }[];
  /** Oldest first. */
  readonly marks: readonly ModelMark[];
}

/** Body of `GET /v1/streams/{stream}/events`: what is announced, by its beginning. */
export interface AnnouncedEventsView {
  readonly stream: string;
  readonly events: readonly AnnouncedEvent[];
}
