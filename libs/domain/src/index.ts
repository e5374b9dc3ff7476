/**
 * Vocabulary of Foreshadow: names, units, time, randomness and errors.
 * @module
 */
export { type Clock } from './clock.ts';
export { systemClock } from './system-clock.ts';
export { ForeshadowError, FsError, type FsErrorCode, type FsErrorOptions } from './errors.ts';
export type {
  ForecastPath,
  HorizonScore,
  LoadForecast,
  LoadRatios,
  Scorecard,
} from './forecast.ts';
export type { Estimate, Load, LoadDimension, LoadSample } from './load.ts';
export type { AnnouncedEvent, DriftEvent, FeatureRecord, LevelSeasons, ModelRecord } from './model.ts';
export { type PartitionKey, parsePartitionKey, partitionKey, STREAM_NAME_PATTERN } from './partition.ts';
export type {
  Basis,
  DemandForecast,
  DemandPoint,
  HotPartitionAdvice,
  Plan,
  PoolPlan,
  ReasonCode,
  SplitAdvice,
} from './plan.ts';
export type {
  Allocation,
  Assignment,
  PartitionUtilization,
  PoolBounds,
  PoolMode,
  Utilization,
  WorkerPhase,
  WorkerPool,
  WorkerStatus,
} from './pool.ts';
export { normalQuantile, Z95 } from './normal.ts';
export type { PositionedRecord, StreamRecord } from './record.ts';
export { mapResources, NO_RESOURCES, RESOURCES, type ResourceVector } from './resources.ts';
export { type Rng, Xoshiro128 } from './rng.ts';
export type { HotKeyShare, RateReason, SamplerReport, SamplingReport, SizeQuantile } from './sampling.ts';
export type {
  AlertView,
  AnnouncedEventsView,
  DecisionView,
  EdgeView,
  EventView,
  ForecasterView,
  ForecastPoint,
  LiveSnapshot,
  ModelMark,
  PartitionDetail,
  PartitionView,
  PoolView,
  SamplingView,
  ScorecardView,
  WeightsView,
} from './view.ts';
