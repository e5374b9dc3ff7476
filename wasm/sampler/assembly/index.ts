// Kernel ABI: the host owns the layout and passes byte offsets into memory. Nothing is allocated.
// Every export exists in a SIMD and a scalar build from this source; both give the same bits.

/** First byte the host may use. */
export const HEAP_BASE: usize = __heap_base;

export const HAS_SIMD: i32 = i32(ASC_FEATURE_SIMD);

export { seedState } from "./rng";
export { scaleOf } from "./scale";
export { fillBernoulli, fillStratified, fillSystematic } from "./skips";
export { hllAdd, hllClear, hllEstimate } from "./hll";
