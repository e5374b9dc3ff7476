/**
 * Sampling kernels: skip tables, key hash and HyperLogLog, SIMD and scalar from one source.
 * @module
 */
export { bestVariant, instantiate, type SamplerExports, type Variant } from './kernel.ts';
export { hashKey, HASHED_KEY_BYTES } from './key-hash.ts';
export { geometricScale, MIN_RATE, SKETCH_BYTES, SKETCH_REGISTERS, STATE_BYTES } from './layout.ts';
export { log } from './log.ts';
export { ReferenceSampler, ReferenceSketch } from './reference.ts';
