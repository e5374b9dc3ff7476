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
  type SampleSums,
} from './estimators.ts';
export { type SampledRecord } from './ring.ts';
export { type SampleDesign, sampleDesign, type SamplerKind, type SamplerOptions } from './sampler.ts';
export type { ShadowTapOptions, TapStats } from './tap-options.ts';
export { ShadowTap } from './tap.ts';
