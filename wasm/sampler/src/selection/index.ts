/**
 * Kernel of the samplers beyond skips: whole keys, fixed sizes, weights. An import of its own, so that whoever samples by
 * skips alone does not carry it.
 * @module
 */
export { exp } from './exp.ts';
export {
  type KeyThreshold,
  keepsKey,
  keyThreshold,
  MIN_KEYED_RATE,
  thresholdDigits,
  thresholdRate,
} from './keyed.ts';
export { instantiateSelection, type SelectionExports } from './kernel.ts';
export { PRIORITY_ENTRY_BYTES, PRIORITY_STATE_BYTES, RESERVOIR_STATE_BYTES } from './layout.ts';
export { ReferencePriority } from './reference-priority.ts';
export { NOWHERE, ReferenceReservoir } from './reference-reservoir.ts';
