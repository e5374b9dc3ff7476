import type { RateReason } from '@foreshadow/domain';
import { invalid, isRate } from './sampler.ts';

/** What the tap is to keep to. */
export interface RateBudget {
  /** Share of the record path's time that the tap may take, (0, 1). */
  readonly overheadShare: number;
  /** Samples that a partition gets a tick, or all its records if there are fewer. */
  readonly floorSamples: number;
  /** Largest rate that is of use. Default 1. */
  readonly maxRate?: number;
}

/** What a tick cost, as far as it was measured. */
export interface RateObservation {
  /** Records of each partition in the tick. */
  readonly records: readonly number[];
  /** Time of the record path in the tick, tap included; where it is not measured, the tick's length. */
  readonly pathMs: number;
  /** Cost of a record that is passed over. */
  readonly recordNs: number;
  /** Cost of a sampled record on top of that. */
  readonly sampleNs: number;
}

export interface RateState {
  /** Smoothed records a tick, by partition. */
  readonly records: readonly number[];
  readonly rates: readonly number[];
}

export interface RateDecision {
  /** Rate of each partition from the next tick on. */
  readonly rates: readonly number[];
  /** Share of the record path's time that the tap is expected to take. */
  readonly expectedShare: number;
  readonly reason: RateReason;
}

/** @throws {ShadowError} `INVALID_ARGUMENT` that names the option, its value and its range. */
export function checkBudget({ overheadShare, floorSamples, maxRate = 1 }: RateBudget): void {
  if (!(overheadShare > 0 && overheadShare < 1)) throw invalid('overheadShare', overheadShare, 'in (0, 1)');
  if (!(floorSamples >= 1 && floorSamples < Infinity)) throw invalid('floorSamples', floorSamples, '≥ 1');
  if (!isRate(maxRate)) throw invalid('maxRate', maxRate, `in [${MIN_RATE}, 1]`);
}

const MIN_RATE = 1e-8;
/** Weight of the newest tick in the records that are expected. */
const NEWEST = 0.3;
/** Rises below this are not worth a new design. */
const TOLERANCE = 0.1;

export const NO_RATES: RateState = { records: [], rates: [] };

/**
 * Sampling rates for the next tick: one rate for all partitions, as large as the budget allows, except that none falls
 * below its floor to save a busy neighbour. The floor goes before the budget, and says so. A rate stays as it is
 * while it is at most a tenth below what it may be, and above its floor.
 */
export function decideRates(
  state: RateState,
  observation: RateObservation,
  budget: RateBudget,
): { readonly state: RateState; readonly decision: RateDecision } {
  const records = observation.records.map((n, p) => smooth(state.records[p], n));
  const measured = [observation.pathMs, observation.recordNs, observation.sampleNs];
  if (!measured.every((value) => Number.isFinite(value) && value >= 0) || observation.pathMs === 0) {
    const rates = records.map((_, p) => state.rates[p] ?? budget.maxRate ?? 1);
    return { state: { records, rates }, decision: { rates, expectedShare: NaN, reason: 'NOTHING_MEASURED' } };
  }
  const floor = floors(records, budget);
  const wanted = ratesWithin(records, floor, observation, budget);
  const rates = wanted.map((rate, p) => keepClose(state.rates[p], rate, floor[p]!));
  const expectedShare = shareOf(records, rates, observation);
  const floorShare = shareOf(records, floor, observation);
  const reason = floorShare > budget.overheadShare ? 'FLOOR_EXCEEDS_BUDGET' : 'WITHIN_BUDGET';
  return { state: { records, rates }, decision: { rates, expectedShare, reason } };
}

/** Rises at once and falls slowly: a burst must not overrun the budget for long. */
function smooth(before: number | undefined, now: number): number {
  return before === undefined || now > before ? now : before + NEWEST * (now - before);
}

function keepClose(before: number | undefined, wanted: number, floor: number): number {
  const isClose = before !== undefined && before <= wanted && wanted < before * (1 + TOLERANCE);
  return isClose && before >= floor && wanted < 1 ? before : wanted;
}

function floors(records: readonly number[], { floorSamples, maxRate = 1 }: RateBudget): number[] {
  return records.map((n) => Math.max(MIN_RATE, Math.min(maxRate, n === 0 ? maxRate : floorSamples / n)));
}

function shareOf(records: readonly number[], rates: readonly number[], cost: RateObservation): number {
  const ns = records.reduce((sum, n, p) => sum + n * (cost.recordNs + rates[p]! * cost.sampleNs), 0);
  return ns / (cost.pathMs * 1e6);
}

/** The largest common rate whose cost, floors included, is within the budget; found by halving the interval. */
function ratesWithin(
  records: readonly number[],
  floor: readonly number[],
  cost: RateObservation,
  budget: RateBudget,
): number[] {
  const at = (rate: number): number[] => floor.map((least) => Math.max(least, rate));
  const most = budget.maxRate ?? 1;
  if (shareOf(records, at(most), cost) <= budget.overheadShare) return at(most);
  let [low, high] = [Math.log(MIN_RATE), Math.log(most)];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (shareOf(records, at(Math.exp(middle)), cost) <= budget.overheadShare) low = middle;
    else high = middle;
  }
  return at(Math.exp(low));
}
