/**
 * The shadow of a stream: tap, samplers and load estimators.
 * @module
 */
export {
  decideRates,
  NO_RATES,
  type RateBudget,
  type RateDecision,
  type RateObservation,
  type RateState,
} from './adaptive-rate.ts';
export { AdaptiveSampling } from './adaptive-sampling.ts';
export { ShadowError, type ShadowErrorCode } from './errors.ts';
export {
  distinctKeysError,
  estimateCount,
  estimateTotal,
  perSecond,
  ratioTotal,
  type SampleSums,
  type WeightedValue,
} from './estimators.ts';
export { ShadowEstimator, type ShadowEstimatorOptions } from './estimate/estimator.ts';
export type { ClassLoad, HotKey, ShadowReport } from './estimate/shadow-report.ts';
export { HotKeyNames, type NamedHotKey } from './estimate/hot-key-names.ts';
export { SizeQuantiles } from './estimate/size-quantiles.ts';
export { SizeSketch } from './estimate/size-sketch.ts';
export { type HeavyHitter, SpaceSaving } from './estimate/space-saving.ts';
export { OverheadMeter, type TapCost } from './overhead-meter.ts';
export { drainLoop, type DrainOptions } from './ring/drain-loop.ts';
export { RingReader } from './ring/reader.ts';
export { createRing, type RingStats, ringStats, RingWriter } from './ring/writer.ts';
export { type SampledRecord } from './sample-store.ts';
export {
  type SampleDesign,
  sampleDesign,
  type SamplerKind,
  type SamplerOptions,
  SKIP_KINDS,
} from './sampler.ts';
export type { SampleSink, ShadowTick } from './sink.ts';
export type { ShadowStats, ShadowStreamOptions, ShadowTapOptions, TapStats } from './tap-options.ts';
export { clusterTotal, estimatePassed, horvitzThompson } from './weighted.ts';
export { ShadowTap } from './tap.ts';
