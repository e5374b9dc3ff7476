import type { Variant } from '@foreshadow/wasm-sampler';
import type { SampledRecord } from './sample-store.ts';
import { checkSampler, invalid, isRate, type SamplerOptions } from './sampler.ts';
import type { SampleSink } from './sink.ts';

/** A shadow stream: what one sampler takes of the primary, handed to a sink. */
export interface ShadowStreamOptions {
  /** Names it in `stats`. */
  readonly name: string;
  readonly sampler: SamplerOptions;
  readonly sink: SampleSink;
}

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
  /** Sampled records held per partition and tick, where the sampler does not say. Default 64. */
  readonly ringCapacity?: number;
  /** Count distinct keys, by a sketch of every record's key: some 50 ns for a key of 12 characters. Default true. */
  readonly distinctKeys?: boolean;
  /** Work of one sampled record, in work units; without it `workPerSec` is undefined. Called within `tick`. */
  readonly workOf?: (record: SampledRecord) => number;
  /** Relative cost of a record of each class, > 0, by class; what `priority` by class goes by. */
  readonly classCosts?: readonly number[];
  /** Shadow streams beside the sample that loads are estimated from, each with a sampler and rate of its own. */
  readonly shadows?: readonly ShadowStreamOptions[];
  /** Told once of records without key under `keyed`, within `tick`. */
  readonly onNotice?: (notice: string) => void;
  /** Build of the kernel; by default the best that the engine accepts. */
  readonly variant?: Variant;
}

/** Counters of one shadow stream since the tap was made. */
export interface ShadowStats {
  /** Records that the sampler chose. */
  readonly kept: number;
  /** Of these, lost because there was no room. */
  readonly dropped: number;
  /** Records without key that `keyed` chose by their value, or, where it was not shown, by chance. */
  readonly keyless: number;
}

/** Counters since the tap was made. */
export interface TapStats extends ShadowStats {
  readonly offered: number;
  readonly refused: number;
  /** Calls or records that made no sense (no such partition, a size that is no size) and were passed over. */
  readonly faults: number;
  /** Its shadow streams, by name. */
  readonly shadows: Readonly<Record<string, ShadowStats>>;
}

const MAX_PARTITIONS = 100_000;
const MAX_RING = 65_536;
/** Classes are held in a byte. */
export const MAX_CLASSES = 256;

/** @throws {ShadowError} `INVALID_ARGUMENT` that names the option, its value and its range. */
export function checkTapOptions(options: ShadowTapOptions): void {
  const { partitions, sampler, counting = 'exact', feedRate = 1, shadows = [] } = options;
  requireInteger('partitions', partitions, 1, MAX_PARTITIONS);
  checkSampler(sampler);
  if (!isRate(feedRate)) throw invalid('feedRate', feedRate, 'in (0, 1]');
  if (counting === 'exact' && feedRate < 1) {
    throw invalid('feedRate', feedRate, "1 unless counting is 'sampled'");
  }
  requireCapacity('ringCapacity', sampler, options.ringCapacity);
  for (const { name, sampler: own } of shadows) {
    checkSampler(own);
    requireCapacity(`shadows.${name}.capacity`, own);
  }
  const wrong = options.classCosts?.find((cost) => !(cost > 0 && cost < Infinity));
  if (wrong !== undefined) throw invalid('classCosts', wrong, 'numbers > 0');
}

/** A priority sample holds the record that sets its threshold beside the sample. */
function requireCapacity(option: string, { kind, capacity }: SamplerOptions, otherwise = 64): void {
  requireInteger(option, capacity ?? otherwise, kind === 'priority' ? 2 : 1, MAX_RING);
}

function requireInteger(option: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw invalid(option, value, `an integer in [${least}, ${most}]`);
}
