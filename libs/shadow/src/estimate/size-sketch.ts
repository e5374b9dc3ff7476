/** Relative accuracy of a quantile. */
const ALPHA = 0.01;
const GAMMA = (1 + ALPHA) / (1 - ALPHA);
const LN_GAMMA = Math.log(GAMMA);
/** Sizes up to 2⁵³. */
const BUCKETS = Math.ceil((53 * Math.LN2) / LN_GAMMA) + 2;

/**
 * Weighted quantiles of sizes within 1 %, by DDSketch's logarithmic buckets: ⌈ln x / ln γ⌉ (Masson, Rim & Lee, "DDSketch:
 * a fast and fully-mergeable quantile sketch with relative-error guarantees", VLDB 2019).
 */
export class SizeSketch {
  readonly #buckets = new Float64Array(BUCKETS);
  #zeros = 0;
  #total = 0;
  #low = BUCKETS;
  #high = -1;

  add(sizeBytes: number, weight = 1): void {
    this.#total += weight;
    if (sizeBytes < 1) {
      this.#zeros += weight;
      return;
    }
    const bucket = Math.min(BUCKETS - 1, Math.ceil(Math.log(sizeBytes) / LN_GAMMA));
    this.#buckets[bucket]! += weight;
    this.#low = Math.min(this.#low, bucket);
    this.#high = Math.max(this.#high, bucket);
  }

  /** The value at rank ⌊q·(n − 1)⌋, counted from 0; `undefined` without any. */
  quantile(q: number): number | undefined {
    if (this.#total === 0) return undefined;
    const rank = Math.min(1, Math.max(0, q)) * (this.#total - 1);
    let seen = this.#zeros;
    if (seen > rank) return 0;
    for (let i = this.#low; i <= this.#high; i++) {
      seen += this.#buckets[i]!;
      if (seen > rank) return bucketValue(i);
    }
    return this.#high < 0 ? 0 : bucketValue(this.#high);
  }

  clear(): void {
    if (this.#high >= 0) this.#buckets.fill(0, this.#low, this.#high + 1);
    this.#zeros = 0;
    this.#total = 0;
    this.#low = BUCKETS;
    this.#high = -1;
  }
}

/** What of a bucket is within the accuracy of all its values. */
function bucketValue(bucket: number): number {
  return (2 * GAMMA ** bucket) / (GAMMA + 1);
}
