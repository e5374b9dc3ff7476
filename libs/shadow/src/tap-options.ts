import type { Variant } from '@foreshadow/wasm-sampler';
import type { SampledRecord } from './ring.ts';
import { checkSampler, invalid, isRate, type SamplerOptions } from './sampler.ts';

export interface ShadowTapOptions {
  readonly stream: string;
  readonly partitions: number;
  readonly sampler: SamplerOptions;
  /**
   * `exact` (default) counts every record and byte. `sampled` takes rates from the sample alone, with their
   * standard error; distinct keys are then undefined: from a thin sample they cannot be told within any useful
   * bound (Charikar et al. 2000: a ratio error of √(N/k) for every estimator).
   */
  readonly counting?: 'exact' | 'sampled';
  /** Share of the stream that reaches the tap, by independent draws; below 1 only with `sampled`. Default 1. */
  readonly feedRate?: number;
  /** Sampled records held per partition and tick. Default 64. */
  readonly ringCapacity?: number;
  /** Count distinct keys, by a sketch of every record's key: some 50 ns for a key of 12 characters. Default true. */
  readonly distinctKeys?: boolean;
  /** Work of one sampled record, in work units; without it `workPerSec` is undefined. Called within `tick`. */
  readonly workOf?: (record: SampledRecord) => number;
  /** Build of the kernel; by default the best that the engine accepts. */
  readonly variant?: Variant;
}

/** Counters since the tap was made. */
export interface TapStats {
  readonly offered: number;
  readonly refused: number;
  /** Records that the sampler chose. */
  readonly kept: number;
  /** Of these, lost because the ring was full. */
  readonly dropped: number;
  /** Calls or records that made no sense (no such partition, a size that is no size) and were passed over. */
  readonly faults: number;
}

const MAX_PARTITIONS = 100_000;
const MAX_RING = 65_536;

/** @throws {ShadowError} `INVALID_ARGUMENT` that names the option, its value and its range. */
export function checkTapOptions(options: ShadowTapOptions): void {
  const { partitions, sampler, counting = 'exact', feedRate = 1, ringCapacity = 64 } = options;
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > MAX_PARTITIONS) {
    throw invalid('partitions', partitions, `an integer in [1, ${MAX_PARTITIONS}]`);
  }
  checkSampler(sampler);
  if (!isRate(feedRate)) throw invalid('feedRate', feedRate, 'in (0, 1]');
  if (counting === 'exact' && feedRate < 1) {
    throw invalid('feedRate', feedRate, "1 unless counting is 'sampled'");
  }
  if (!Number.isInteger(ringCapacity) || ringCapacity < 1 || ringCapacity > MAX_RING) {
    throw invalid('ringCapacity', ringCapacity, `an integer in [1, ${MAX_RING}]`);
  }
}
