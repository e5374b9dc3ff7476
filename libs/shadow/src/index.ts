/**
 * The shadow of a stream: tap, samplers and load estimators.
 * @module
 */
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
export { type SampledRecord } from './sample-store.ts';
export { type SampleDesign, sampleDesign, type SamplerKind, type SamplerOptions } from './sampler.ts';
export type { SampleSink, ShadowTick } from './sink.ts';
export type { ShadowStats, ShadowStreamOptions, ShadowTapOptions, TapStats } from './tap-options.ts';
export { clusterTotal, estimatePassed, horvitzThompson } from './weighted.ts';
export { ShadowTap } from './tap.ts';
