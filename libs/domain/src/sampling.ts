/** A quantile of the records' sizes, in bytes, with its 95 % interval; each within 1 % besides. */
export interface SizeQuantile {
  readonly quantile: number;
  readonly sizeBytes: number;
  readonly low: number;
  readonly high: number;
}

/** Why sampling rates are what they are: the floor of samples goes before the budget. */
export type RateReason = 'WITHIN_BUDGET' | 'FLOOR_EXCEEDS_BUDGET' | 'NOTHING_MEASURED';

/** A key that holds much of a partition. */
export interface HotKeyShare {
  /** Its beginning, if it is longer than 64 characters. */
  readonly key: string;
  /** Share of the partition's records over the last minute or so, and a lower bound that holds in 95 %. */
  readonly share: number;
  readonly low: number;
}

/** What one sampler took of a stream over some ticks. */
export interface SamplerReport {
  /** As configured: `bernoulli`, `keyed`, … */
  readonly kind: string;
  /** Rates of the partition that is sampled least, and of the one that is sampled most, (0, 1]. */
  readonly minRate: number;
  readonly maxRate: number;
  /** Records that it chose, and those of them that there was no room for. */
  readonly kept: number;
  readonly dropped: number;
}

/** How one stream was sampled at one edge, what that cost, and how far its estimates may be off. */
export interface SamplingReport extends SamplerReport {
  readonly stream: string;
  /** End of the last tick that it covers, wall-clock, and the time that its counts cover. */
  readonly atMs: number;
  readonly spanMs: number;
  /** Records that came, sampled or not. */
  readonly offered: number;
  /**
   * What the tap takes a record, nanoseconds on average, and its share of the record path's time, as measured;
   * `undefined` until they were.
   */
  readonly recordNs: number | undefined;
  readonly overheadShare: number | undefined;
  /** Where rates are adapted: the share that the tap may take, and why they are what they are. */
  readonly budget: { readonly share: number; readonly reason: RateReason | (string & {}) } | undefined;
  /**
   * Standard errors of the last tick's totals over the totals; 0 where every record was counted, `undefined` where nothing
   * is known. Distinct keys are summed over the partitions.
   */
  readonly recordsError: number | undefined;
  readonly bytesError: number | undefined;
  readonly distinctKeysError: number | undefined;
  /** Sizes of the records, by the sample of the ticks that it covers; empty without any. */
  readonly sizes: readonly SizeQuantile[];
  /** Keys that hold a tenth of their partition or more, as far as the sample tells; by partition and share. */
  readonly hotKeys: readonly (HotKeyShare & { readonly partition: number })[];
  /** Its shadow streams, that of a probe too. */
  readonly shadows: readonly (SamplerReport & { readonly name: string })[];
}
