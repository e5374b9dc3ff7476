import type {
  AlertView,
  DecisionView,
  EventView,
  LiveSnapshot,
  PartitionDetail,
  PartitionView,
  Plan,
  PoolView,
  SamplingView,
  ScorecardView,
  WeightsView,
} from '@foreshadow/domain';

/** One message of the live feed: its event name and its data as JSON, made once for all readers. */
export interface LiveMessage {
  readonly event: 'snapshot' | 'decision' | 'event';
  readonly data: string;
}

export interface StreamView {
  readonly name: string;
  readonly partitions: readonly PartitionView[];
  readonly pools: readonly string[];
  /** As each edge that carries it says. */
  readonly sampling: readonly SamplingView[];
}

/** What the HTTP routes show; answered from memory. */
export interface ActuatorApi {
  snapshot(): LiveSnapshot;
  streams(): readonly StreamView[];
  /**
   * @throws {ActuatorError} `UNKNOWN_STREAM`, `UNKNOWN_PARTITION`; the message lists what there is.
   */
  partition(stream: string, index: number): PartitionDetail;
  /** Scores, and what each forecaster says of its models. @throws {ActuatorError} as `partition` */
  scorecard(stream: string, index: number): ScorecardView;
  /**
   * Weights of the experts over the last hour; by default at the second horizon.
   * @throws {ActuatorError} as `partition`, and `UNKNOWN_HORIZON` that lists the horizons
   */
  weights(stream: string, index: number, horizonMs: number | undefined): WeightsView;
  pools(): readonly PoolView[];
  plan(): Plan;
  decisions(limit: number): readonly DecisionView[];
  events(limit: number): readonly EventView[];
  /** Alerts that fire. */
  alerts(): readonly AlertView[];
  /** Why the control loop counts as stuck; empty while it runs. */
  stuck(): readonly string[];
  /** Why it is not ready to plan; empty when it is. */
  notReady(): readonly string[];
  /** Register for the live feed; returns the function that ends it. */
  onLive(listener: (message: LiveMessage) => void): () => void;
}
