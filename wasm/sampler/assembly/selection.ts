// Kernel of the samplers beyond skips: whole keys, fixed sizes, weights. Its ABI is the other kernel's: the host owns the
// layout and passes byte offsets into memory; nothing is allocated.

/** First byte the host may use. */
export const HEAP_BASE: usize = __heap_base;

export const HAS_SIMD: i32 = i32(ASC_FEATURE_SIMD);

export { expAt } from "./exp";
export { hashBytes } from "./hash";
export { logAt } from "./log";
export { seedState } from "./rng";
export { selectKeyed } from "./keyed";
export { fillReservoir, startReservoir } from "./reservoir";
export { clearPriority, offerPriorities, offerPriority, priorityLeftOut, priorityThreshold } from "./priority";
