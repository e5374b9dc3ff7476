import { log } from './log.ts';

/** Bytes of a sampler's state (`seedState`): four generators of 16 bytes and the carry, rounded up to 16. */
export const STATE_BYTES = 80;

/** Bytes of a HyperLogLog sketch (`hllClear`): histogram and 4096 registers. */
export const SKETCH_BYTES = 4352;

/** Registers of a sketch. */
export const SKETCH_REGISTERS = 4096;

/** Smallest rate of the skip samplers: a longer mean gap does not fit the tables. */
export const MIN_RATE = 1e-8;

/**
 * `scale` of `fillBernoulli` for the sampling probability `rate`: 1 / ln(1 − rate). 0 for rate 1 (every gap is 0).
 * Below 10⁻⁴ by the series of the logarithm, since 1 − rate loses its digits.
 */
export function geometricScale(rate: number): number {
  if (rate >= 1) return 0;
  if (rate < 1e-4) return -1 / (rate * (1 + rate * (1 / 2 + rate * (1 / 3))));
  return 1 / log(1 - rate);
}
