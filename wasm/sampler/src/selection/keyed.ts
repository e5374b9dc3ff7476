import { finish } from '../key-hash.ts';

/** Smallest rate of keyed sampling: one of 2⁵⁶ (OpenTelemetry, "TraceState: Probability Sampling"). */
export const MIN_KEYED_RATE: number = 2 ** -56;

const TWO_24 = 2 ** 24;
const TWO_32 = 2 ** 32;
const TWO_56 = 2 ** 56;

/** Rejection threshold th = 2⁵⁶ − round(p·2⁵⁶): its upper 32 and lower 24 bits. Keys are kept from it on. */
export interface KeyThreshold {
  readonly high: number;
  readonly low: number;
}

/** The threshold of a rate in [2⁻⁵⁶, 1]; th = 0 keeps every key. */
export function keyThreshold(rate: number): KeyThreshold {
  // In two parts: numbers between 2⁵³ and 2⁵⁶ have no exact difference.
  const kept = Math.max(1, Math.round(rate * TWO_56));
  const keptHigh = Math.floor(kept / TWO_24);
  const keptLow = kept - keptHigh * TWO_24;
  const high = TWO_32 - keptHigh - (keptLow > 0 ? 1 : 0);
  return { high, low: keptLow > 0 ? TWO_24 - keptLow : 0 };
}

/** Share of keys that a threshold keeps. */
export function thresholdRate({ high, low }: KeyThreshold): number {
  return (TWO_32 - high) / TWO_32 - low / TWO_56;
}

/** OpenTelemetry's `th`: 14 hexadecimal digits without the zeros at their end. `0` keeps every key. */
export function thresholdDigits({ high, low }: KeyThreshold): string {
  const digits = high.toString(16).padStart(8, '0') + low.toString(16).padStart(6, '0');
  return digits.replace(/0+$/, '') || '0';
}

/**
 * Whether the key with these two hashes (`hashKey`) is of the sample: the same at every edge, and of every sample with a
 * larger rate. Its 56 random bits are mixed anew, since sketches use those of the hashes.
 */
export function keepsKey(a: number, b: number, { high, low }: KeyThreshold): boolean {
  const upper = finish((a + Math.imul(b, 0x9e3779b1)) | 0) >>> 0;
  if (upper !== high) return upper > high;
  return finish(b ^ ((a << 16) | (a >>> 16))) >>> 8 >= low;
}
