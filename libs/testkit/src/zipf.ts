import { FsError, type Rng } from '@foreshadow/domain';

/**
 * Shares of `count` ranks under Zipf's law, largest first: proportional to `1 / rank^exponent`, summing to 1.
 * @throws {FsError} `INVALID_ARGUMENT` if `count` is no positive integer or the exponent is negative or not finite.
 */
export function zipfShares(count: number, exponent: number): Float64Array {
  if (!Number.isInteger(count) || count < 1) {
    throw new FsError('INVALID_ARGUMENT', `count: a positive integer; got ${count}`);
  }
  if (!Number.isFinite(exponent) || exponent < 0) {
    throw new FsError('INVALID_ARGUMENT', `exponent: finite and ≥ 0; got ${exponent}`);
  }
  const shares = Float64Array.from({ length: count }, (_, i) => (i + 1) ** -exponent);
  const total = shares.reduce((a, b) => a + b, 0);
  return shares.map((share) => share / total);
}

/** Draws ranks `0 … count − 1` under Zipf's law; rank 0 is the most frequent. O(log count) a draw. */
export class ZipfSampler {
  readonly #cumulative: Float64Array;

  constructor(count: number, exponent: number) {
    let sum = 0;
    this.#cumulative = zipfShares(count, exponent).map((share) => (sum += share));
    this.#cumulative[count - 1] = 1;
  }

  sample(rng: Rng): number {
    const u = rng.next();
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#cumulative[middle]! > u) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
