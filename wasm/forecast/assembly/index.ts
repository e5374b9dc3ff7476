import { arStep } from './autoregression';
import { calibrate, lossOf, marginOf, noteQuick, priorOf, ratiosOf, scoresOf, SCALES, writeScales } from './calibrate';
import { clampExperts, leader, reweigh, startWeights } from './combine';
import { blend, learnShare } from './covariates-share';
import { BIAS, DOWN, driftIsSound, driftUpdate } from './drift';
import { modelsAreSound, modelsPredict, modelsStep } from './fitted';
import { append } from './history';
import {
  ALARM_AT, AR_LONG, AR_SHORT, calibrationOf, CYCLE_MEAN, dampedSum, driftOf, ENTRY_EXPERTS, ENTRY_SCALES, experts, expertsOf, FIRST, forecastOf, horizons, LAST, MINIMUM, N, OUTSIDE, outsideOf, pendingOf,
  PER_SEASON, PLAIN, planBytesFor, planFill, PRESENT, PRIOR, REGIME_AT, rlsOf, SCALE, seasons, slotBytesOf, step, stepsAt, weightsOf,
} from './plan';
import { learnPlain, predictPlain } from './plain';
import { rlsPredict, theta } from './rls';
import { searchIsSound, searchNever, searchStep } from './search';
import { cyclePredict, isFound, lengthOf, noteFound, seasonBegin, seasonExtend, seasonIsSound, seasonPredict, seasonStep } from './seasonal';

// Kernel ABI: the host allocates. A plan says horizons and history of a kind of series; a slot is one series. All
// pointers are byte offsets into `memory`, 16-byte aligned. Nothing here allocates.

/** First byte the host may use. */
export const HEAP_BASE: usize = __heap_base;

export const HAS_SIMD: i32 = i32(ASC_FEATURE_SIMD);

/** Values beyond this are no rates: they count as missing, so that nothing overflows. */
const ABSURD: f64 = 1e30;
/** A mean loss below this is none: what is measured in it would overflow. */
const LEAST_LOSS: f64 = 1e-200;
/** Steps that a state may claim: far from where i32 would overflow. */
const MOST_STEPS: i32 = 1 << 30;
/** Student's 95 % quantile for n degrees of freedom is about 1 + 1.1/n times the normal one: a unit from n changes is unsure. */
const UNSURE: f64 = 1.1;
/** Forgetting of the two plain autoregressions. */
const LAMBDA_SHORT: f64 = 0.998;
const LAMBDA_LONG: f64 = 0.9995;

/** @param far steps of the farthest horizon */
export function planBytes(h: i32, far: i32): i32 { return planBytesFor(h, far); }

/** Where the host writes the horizons, in steps, i32 each, ascending, before `planInit`. */
export function planSteps(plan: usize): usize { return stepsAt(plan); }

/**
 * @param capacity steps of history, a multiple of 4
 * @param s places for seasons, 0 … 2
 * @param longest season of the fitted models in steps; 0: no fitted models
 * @param rule of the experts' weights: 0 MLpol, 1 BOA, 2 fixed share
 */
export function planInit(plan: usize, h: i32, capacity: i32, s: i32, longest: i32, rule: i32): void {
  planFill(plan, h, capacity, s, longest, rule);
}

export function slotBytes(plan: usize): i32 { return slotBytesOf(plan); }

/** Experts of a slot: 11 of their own, 11 told from outside, then 6 per season. */
export function expertCount(plan: usize): i32 { return experts(plan); }

export function slotInit(plan: usize, slot: usize): void {
  memory.fill(slot, 0, <usize>slotBytesOf(plan));
  store<f64>(slot, NaN, LAST);
  for (let h = 0; h < horizons(plan); h++) {
    startWeights(plan, slot, h);
    for (let i: usize = 0; i < 3; i++) store<f64>(forecastOf(plan, slot) + (<usize>(3 * h) << 3) + (i << 3), NaN);
    for (let i = 0; i < OUTSIDE; i++) store<f64>(outsideOf(plan, slot) + (<usize>(i * horizons(plan) + h) << 3), NaN);
  }
}

/** One step of one series; `y` is NaN where missing. Scores what falls due, learns, forecasts. */
export function update(plan: usize, slot: usize, y: f64): void {
  if (!(abs<f64>(y) <= ABSURD)) y = NaN;
  const t = load<i32>(slot, N);
  if (!isNaN(y)) score(plan, slot, t, y);
  modelsStep(plan, slot, y);
  append(plan, slot, t, y);
  store<i32>(slot, t + 1, N);
  if (!isNaN(y)) learnPlain(slot, y);
  arStep(plan, slot, rlsOf(plan, slot, 0), AR_SHORT, t, y, LAMBDA_SHORT);
  arStep(plan, slot, rlsOf(plan, slot, 1), AR_LONG, t, y, LAMBDA_LONG);
  for (let j = 0; j < seasons(plan); j++) seasonStep(plan, slot, j);
  searchStep(plan, slot);
  if (load<i32>(slot, PRESENT) > 0) issue(plan, slot, t);
  else store<i32>(slot, t + 1, FIRST);
}

/** Forecasts of all horizons that were made for step `t` are scored: feedback as late as the horizon is long. */
function score(plan: usize, slot: usize, t: i32, y: f64): void {
  for (let h = 0; h < horizons(plan); h++) {
    const steps = step(plan, h);
    if (t - steps < load<i32>(slot, FIRST)) return;
    const entry = pendingOf(plan, slot, h, t % steps);
    const mean = load<f64>(entry);
    if (isNaN(mean)) continue;
    const at = calibrationOf(plan, slot, h);
    const error = y - mean;
    if (h == 0) noteQuick(slot, error);
    // Errors of overlapping forecasts come in runs: one of each run is enough.
    if (h == 0 && t % steps == 0) watch(plan, slot, t, error);
    calibrate(at, y, entry, entry + ENTRY_SCALES, steps);
    const loss = lossOf(at);
    if (!(loss > LEAST_LOSS)) continue;
    const issued = learnShare(plan, slot, h, y, mean, entry + ENTRY_EXPERTS, loss);
    const sign = y > issued ? -1.0 : y < issued ? 1.0 : 0.0;
    reweigh(plan, slot, h, issued, entry + ENTRY_EXPERTS, sign / loss);
  }
}

/** Look for a change of regime. Errors that only become smaller are the bank's learning, not a new regime. */
function watch(plan: usize, slot: usize, t: i32, error: f64): void {
  const flags = driftUpdate(driftOf(plan, slot), error);
  if (flags == 0) return;
  store<i32>(slot, t + 1, ALARM_AT);
  if ((flags & DOWN) == 0 || (flags & BIAS) != 0) store<i32>(slot, t + 1, REGIME_AT);
}

/** Make the forecasts of all horizons and keep them until they fall due. */
function issue(plan: usize, slot: usize, t: i32): void {
  const k = experts(plan);
  modelsPredict(plan, slot);
  for (let h = 0; h < horizons(plan); h++) {
    const steps = step(plan, h);
    const out = expertsOf(plan, slot, h);
    predictPlain(slot, out, <f64>steps, dampedSum(plan, h));
    store<f64>(out, rlsPredict(plan, rlsOf(plan, slot, 0), AR_SHORT, t, h), 64);
    store<f64>(out, rlsPredict(plan, rlsOf(plan, slot, 1), AR_LONG, t, h), 72);
    store<f64>(out + (<usize>CYCLE_MEAN << 3), cyclePredict(plan, slot, h));
    for (let j = 0; j < seasons(plan); j++) {
      seasonPredict(plan, slot, j, h, out + (<usize>(PLAIN + PER_SEASON * j) << 3));
    }
    const outside = outsideOf(plan, slot) + (<usize>h << 3);
    for (let i = 0; i < OUTSIDE; i++) {
      const given = load<f64>(outside + (<usize>(i * horizons(plan)) << 3));
      store<f64>(out + (<usize>(PLAIN - OUTSIDE + i) << 3), abs<f64>(given) <= ABSURD ? given : NaN);
    }
    clampExperts(plan, slot, h);
    const entry = pendingOf(plan, slot, h, t % steps);
    bound(plan, slot, h, blend(plan, slot, h), entry);
    for (let i = 0; i < k; i++) store<f32>(entry + ENTRY_EXPERTS + (<usize>i << 2), <f32>load<f64>(out + (<usize>i << 3)));
    memory.copy(forecastOf(plan, slot) + <usize>(24 * h), entry, 24);
  }
}

/** Mean, lower and upper bound at `entry`. A series that was never negative is not forecast to be. */
function bound(plan: usize, slot: usize, h: i32, combined: f64, entry: usize): void {
  const at = calibrationOf(plan, slot, h);
  const floor = load<f64>(slot, MINIMUM) >= 0.0 ? 0.0 : -Infinity;
  const unit = load<f64>(slot, SCALE);
  const fallback = 3.0 * unit * sqrt<f64>(<f64>step(plan, h));
  const taught = unit * (1.0 + UNSURE / <f64>max<i32>(1, load<i32>(slot, PRESENT) - 1));
  const mean = max<f64>(floor, combined);
  const scales = entry + ENTRY_SCALES;
  writeScales(slot, at, mean, scales);
  // No distances yet: while the calibration warms up there is nothing to learn from.
  store<f32>(scales, -1.0, SCALES << 2);
  store<f32>(scales, -1.0, (SCALES + 1) << 2);
  store<f64>(entry, mean);
  store<f64>(entry, max<f64>(floor, mean - marginOf(at, 0, scales, step(plan, h), taught, fallback)), 8);
  store<f64>(entry, mean + marginOf(at, 1, scales, step(plan, h), taught, fallback), 16);
}

/**
 * What is said from outside of the steps to come: 11 rows of H f64, NaN where there is nothing. The host writes the first
 * five before an update: another resolution's season, its shape moved to the present level, the fleet's shape, the network's
 * and the covariates' forecasts.
 */
export function outsideAt(plan: usize, slot: usize): usize { return outsideOf(plan, slot); }

/**
 * Seasonal forecast of the first season for any `count` steps from `from` steps ahead (0: the newest step, negative: past
 * ones) into f64 at `out`: slow Holt–Winters, which averages the noise. Returns 0 and writes nothing if there is no season.
 */
export function extend(plan: usize, slot: usize, from: i32, count: i32, out: usize): i32 {
  return seasonExtend(plan, slot, from, count, out) ? 1 : 0;
}

/** Newest forecasts: (mean, lower, upper) f64 per horizon; NaN before the first value. */
export function forecastsAt(plan: usize, slot: usize): usize { return forecastOf(plan, slot); }

/** What each expert said for a horizon last, K f64; NaN where it was silent. */
export function expertsAt(plan: usize, slot: usize, h: i32): usize { return expertsOf(plan, slot, h); }

/** Weights of a horizon, K f64, not normalised; all zero while last value alone speaks. */
export function weightsAt(plan: usize, slot: usize, h: i32): usize {
  return weightsOf(plan, slot, h) + (<usize>experts(plan) << 4);
}

/** Regrets of a horizon, K f64, then their squares and the weights; where a prior is written. */
export function regretsAt(plan: usize, slot: usize, h: i32): usize { return weightsOf(plan, slot, h); }

/** Coefficients of the short (0) or long (1) autoregression at a horizon: 8 or 24 f64. */
export function coefficientsAt(plan: usize, slot: usize, long: i32, h: i32): usize {
  return theta(rlsOf(plan, slot, long), long == 0 ? AR_SHORT : AR_LONG, h);
}

/** Say that the coefficients are the fleet's, and how many values they weigh; before the first value. */
export function setPriorWeight(slot: usize, values: f64): void { store<f64>(slot, values, PRIOR); }

/** Mean |change from value to value|: the unit of `priorMarginsAt`. */
export function changeScale(slot: usize): f64 { return load<f64>(slot, SCALE); }

/** The fleet's distances of the bounds, below and above, f64, in units of `changeScale`; 0: none. */
export function priorMarginsAt(plan: usize, slot: usize, h: i32): usize { return priorOf(calibrationOf(plan, slot, h)); }

/** Number of the expert with the largest weight at a horizon. */
export function leadingExpert(plan: usize, slot: usize, h: i32): i32 { return leader(plan, slot, h); }

/** Search for no seasons in this slot: they are given, by `giveSeason`. */
export function stopSearch(slot: usize): void { searchNever(slot); }

/** Give place `j` a season of m steps, from 2 to half of the history; at least m steps must have been. */
export function giveSeason(plan: usize, slot: usize, j: i32, m: i32): void {
  seasonBegin(plan, slot, j, m);
  noteFound(slot, j);
}

/** Length in steps of the season in place `j`; 0 if there is none but one on trial. */
export function seasonLength(slot: usize, j: i32): i32 { return isFound(slot, j) ? lengthOf(slot, j) : 0; }

/** Forecasts of a horizon that were scored. */
export function scoredCount(plan: usize, slot: usize, h: i32): f64 { return scoresOf(calibrationOf(plan, slot, h)); }

/** Newest errors of a horizon in units of the margin on their side, 60 f32, once 30 were scored. */
export function errorRatiosAt(plan: usize, slot: usize, h: i32): usize { return ratiosOf(calibrationOf(plan, slot, h)); }

/** Mean |error| of the combined forecasts of a horizon. */
export function meanError(plan: usize, slot: usize, h: i32): f64 { return lossOf(calibrationOf(plan, slot, h)); }

export function lastValue(slot: usize): f64 { return load<f64>(slot, LAST); }


/** Whether a slot that was copied in can be gone on from: 1, or 0 if a number that serves as an index is out of range. */
export function slotIsSound(plan: usize, slot: usize): i32 {
  const n = load<i32>(slot, N);
  const present = load<i32>(slot, PRESENT);
  const first = load<i32>(slot, FIRST);
  if (n < 0 || n > MOST_STEPS || present < 0 || first < 0 || present > n || first > n) return 0;
  const alarm = load<i32>(slot, ALARM_AT);
  const regime = load<i32>(slot, REGIME_AT);
  if (alarm < 0 || alarm > n || regime < 0 || regime > alarm || driftIsSound(driftOf(plan, slot)) == 0) return 0;
  if (!searchIsSound(plan, slot) || !modelsAreSound(plan, slot)) return 0;
  for (let j = 0; j < seasons(plan); j++) if (!seasonIsSound(plan, slot, j)) return 0;
  for (let h = 0; h < horizons(plan); h++) {
    const scored = scoredCount(plan, slot, h);
    if (!(scored >= 0.0 && scored <= <f64>MOST_STEPS)) return 0;
  }
  return 1;
}

/** Steps that a series had at its last drift alarm; 0: there was none. */
export function alarmAt(slot: usize): i32 { return load<i32>(slot, ALARM_AT); }

/** The same of the last alarm at which the errors grew or their mean moved. */
export function regimeAt(slot: usize): i32 { return load<i32>(slot, REGIME_AT); }

/** Drift detectors of a series; the host reads the last alarm there. */
export function driftAt(plan: usize, slot: usize): usize { return driftOf(plan, slot); }

/** Steps that a series has had, missing ones included. */
export function stepCount(slot: usize): i32 { return load<i32>(slot, N); }

export { RATIOS } from './calibrate';
export { AR_LONG, AR_SHORT, WARM_SCORES } from './plan';
export {
  covariatesBytes, covariatesForget, covariatesInit, covariatesIsSound, covariatesPredict, covariatesUpdate,
} from './covariates';
export { driftBytes, driftInit, driftIsSound, driftUpdate } from './drift';
export {
  lstmIsSound, lstmNetworkBytes, lstmNetworkLoad, lstmPredict, lstmStateBytes, lstmStateInit, lstmStep,
} from './lstm';
export { adoptModel, fitWindow, modelFittedAt, modelRecordAt, modelScore, modelStateAt } from './fitted';
export {
  modelAdvance, modelBegin, modelFinish, modelIsSound, modelPredict, modelStateBytes, modelUpdate, modelWorkBytes,
} from './models';
