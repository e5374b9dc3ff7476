import type { Estimate, LoadSample } from '@foreshadow/domain';
import type { TickCounts } from './counters.ts';
import {
  distinctKeysError,
  estimateCount,
  estimateTotal,
  perSecond,
  ratioTotal,
  type WeightedValue,
} from './estimators.ts';
import type { SampleDesign } from './sampler.ts';
import type { ShadowCounts } from './shadow.ts';

/** What one partition's tick came to, as it is known when the tick closes. */
export interface ClosedTick {
  readonly windowMs: number;
  readonly counts: TickCounts;
  readonly shadow: ShadowCounts;
  readonly design: SampleDesign;
  /** Whether every record was counted, or only the sampled ones are known. */
  readonly exact: boolean;
  /** Distinct keys by the sketch; undefined where there is none. */
  readonly distinctKeys: number | undefined;
  /** Work of the sampled records whose work is known; undefined where nothing measures work. */
  readonly work: readonly WeightedValue[] | undefined;
}

export type TickLoad = Pick<LoadSample, 'recordsPerSec' | 'bytesPerSec' | 'workPerSec' | 'distinctKeys'>;

const NONE: Estimate = { value: 0, standardError: 0 };
const UNKNOWN: TickLoad = {
  recordsPerSec: undefined,
  bytesPerSec: undefined,
  workPerSec: undefined,
  distinctKeys: undefined,
};

/** Load of the tick. All dimensions are missing if the window is no duration: the clock went back, or stood. */
export function tickLoad(tick: ClosedTick): TickLoad {
  const { windowMs, work } = tick;
  if (!(Number.isFinite(windowMs) && windowMs > 0)) return UNKNOWN;
  const records = recordsOf(tick);
  const rateOf = (total: Estimate | undefined): Estimate | undefined =>
    total === undefined ? undefined : perSecond(total, windowMs);
  return {
    recordsPerSec: perSecond(records, windowMs),
    bytesPerSec: rateOf(bytesOf(tick, records)),
    workPerSec: rateOf(work === undefined ? undefined : ratioTotal(work, records)),
    distinctKeys: distinctKeysOf(tick),
  };
}

/** Records of the tick, those refused included. */
function recordsOf({ counts, shadow, design, exact }: ClosedTick): Estimate {
  if (exact) return { value: counts.records + counts.refused, standardError: 0 };
  const { value, standardError } = shadow.own?.records ?? estimateCount(shadow.sampled, design);
  return { value: value + counts.refused, standardError };
}

function bytesOf({ counts, shadow, design, exact }: ClosedTick, records: Estimate): Estimate | undefined {
  if (!exact) {
    const { own, sums } = shadow;
    if (own === undefined) return estimateTotal(sums, records, inclusionOf(design));
    return own.bytes && scaled(own.bytes, records.value / own.records.value);
  }
  if (counts.refused === 0) return { value: counts.bytes, standardError: 0 };
  if (counts.records === 0) return undefined;
  const mean = counts.bytes / counts.records;
  // The sizes of refused records are unknown; a coefficient of variation of 1 stands for them.
  return { value: mean * records.value, standardError: mean * Math.sqrt(counts.refused) };
}

/**
 * What `estimateTotal` may take off for the share that was seen. With one record a block, sizes may differ more within the
 * blocks than over the tick (traffic of the blocks' own period): nothing then, which is the worst there can be.
 */
function inclusionOf({ kind, rate, feedRate }: SampleDesign): number {
  return kind === 'stratified' && rate < 1 ? 0 : rate * feedRate;
}

function scaled({ value, standardError }: Estimate, factor: number): Estimate {
  return { value: value * factor, standardError: standardError * factor };
}

function distinctKeysOf({ counts, distinctKeys }: ClosedTick): Estimate | undefined {
  if (distinctKeys === undefined) return undefined;
  if (counts.keyed === 0) return counts.records === 0 ? NONE : undefined;
  const value = Math.min(distinctKeys, counts.keyed);
  return { value, standardError: distinctKeysError(value) };
}
