import { startSeason } from './combine';
import { addressOf } from './history';
import { capacity, horizons, N } from './plan';
import { lengthOf, seasonBegin } from './seasonal';
import { absDifference, absDifferencePairs } from './vec';

// How a season begins: the week on trial, and what its experts are worth at first.

/** Days of a week. */
const DAYS: i32 = 7;
/** A length must fit better by this factor to take the place of another one. */
export const CLEARLY: f64 = 0.98;

/** Lengths this far apart are one season, measured more or less well. */
// @ts-ignore: decorator
@inline
export function nearness(lag: i32): i32 { return max<i32>(1, lag >> 5); }

/** Length of the season that seven of the first one make. */
export function weekOf(slot: usize): i32 { return DAYS * lengthOf(slot, 0); }

/** Mean |y(t) − y(t − lag)| over the newest `count` steps; NaN without a pair. */
function meanDistance(plan: usize, slot: usize, lag: i32, count: i32): f64 {
  const at = addressOf(plan, slot, load<i32>(slot, N) - count);
  const sum = absDifference(at, at - (<usize>lag << 2), count);
  return absDifferencePairs > 0 ? sum / <f64>absDifferencePairs : NaN;
}

// @ts-ignore: decorator
@inline
function stepsKept(plan: usize, slot: usize): i32 { return min<i32>(load<i32>(slot, N), capacity(plan)); }

/**
 * Whether to try the season of a week, of which one whole must be there: instead of none, or of the season `other` if the
 * series repeats clearly better after a week than after that, over the same steps.
 */
export function isWorthTrying(plan: usize, slot: usize, week: i32, other: i32): bool {
  const kept = stepsKept(plan, slot);
  if (week > capacity(plan) >> 1 || week >= kept || abs<i32>(week - other) <= nearness(week)) return false;
  if (other == 0) return true;
  const count = kept - max<i32>(week, other);
  return count > 0 && meanDistance(plan, slot, week, count) < CLEARLY * meanDistance(plan, slot, other, count);
}

/** Begin a season; its experts are heard as much as the errors of a seasonal naive so far deserve. */
export function begin(plan: usize, slot: usize, j: i32, lag: i32): void {
  seasonBegin(plan, slot, j, lag);
  const distance = meanDistance(plan, slot, lag, stepsKept(plan, slot) - lag);
  const pairs = <f64>absDifferencePairs;
  for (let h = 0; h < horizons(plan); h++) startSeason(plan, slot, h, j, distance, pairs);
}
