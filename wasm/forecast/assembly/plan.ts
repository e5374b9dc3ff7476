import { CALIBRATION_BYTES } from './calibrate';
import { driftBytes } from './drift';
import { fittedBytes } from './fitted';
import { KINDS } from './models';

// The plan: what all series with the same horizons and history share. Offsets are bytes from the start of a slot.
// A slot is one series: header, history, experts, weights, calibration; all of it state, none of it pointers.

/** Experts of which there is one, whatever the seasons; the last ones are told from outside the core of the bank. */
export const PLAIN: i32 = 22;
/** Number of the mean over the cycles of the longest season. */
export const CYCLE_MEAN: i32 = 10;
/** Another resolution's season and shape, the fleet's shape, the network, the covariates, the fitted models and their median. */
export const OUTSIDE: i32 = 11;
/** Row of the covariates, whose share is learned apart; see `covariates-share.ts`. */
export const COVARIATES_ROW: i32 = 4;
/** First row of the fitted models. */
export const FITTED_ROW: i32 = 5;
/** Row of their median. */
export const MEDIAN_ROW: i32 = 10;
/** Experts per season. */
export const PER_SEASON: i32 = 6;
/** Regressors of the two autoregressions and of those on a Holt–Winters; even numbers. */
export const AR_SHORT: i32 = 8;
export const AR_LONG: i32 = 24;
export const AR_SEASONAL: i32 = 16;
/** Most autoregressions of a slot: two plain, two per season, two seasons. */
const MAX_BLOCKS: i32 = 6;
/** Damping of every trend. */
export const PHI: f64 = 0.9;
/** Errors kept until intervals are calibrated. */
export const WARM_SCORES: i32 = 30;

// Header of a slot, bytes.
export const N: usize = 0; // i32 steps so far
export const PRESENT: usize = 4; // i32 values so far
export const FIRST: usize = 8; // i32 missing steps before the first value
export const LAST: usize = 16; // f64 each from here on
export const SCALE: usize = 24; // mean |step to step change|
export const ABS_MEAN: usize = 32;
export const LOW: usize = 40; // range, slowly forgetting
export const HIGH: usize = 48;
export const MINIMUM: usize = 56;
export const MEAN: usize = 64;
export const SES: usize = 72; // 3
export const HOLT: usize = 96; // 2 × (level, trend)
export const DRIFT: usize = 128;
export const SLOW_MEAN: usize = 136;
export const QUICK: usize = 144; // f64 count, 2 f64 mean |error| of the nearest horizon
export const PRIOR: usize = 168; // f64 how many values the fleet's coefficients weigh
export const ALARM_AT: usize = 176; // i32 steps of the series at the last drift alarm; 0: none
export const REGIME_AT: usize = 180; // i32 the same of the last one that was no mere improvement
export const SEARCH: usize = 192; // 320 bytes, see search.ts
export const SEASONS: usize = 512; // S × 192 bytes, see seasonal.ts
export const SEASON_BYTES: usize = 192;
export const MAX_SEASONS: i32 = 2;
const HEADER_BYTES: i32 = 512 + 192 * MAX_SEASONS;

// Plan fields, bytes; all i32.
const P_H: usize = 0;
const P_REACH: usize = 4;
const P_CAPACITY: usize = 8;
const P_SEASONS: usize = 12;
const P_K: usize = 16;
const P_HISTORY: usize = 20;
const P_DISTANCE: usize = 24;
const P_SEASONAL: usize = 28;
const P_RLS: usize = 32; // MAX_BLOCKS entries
const P_FORECAST: usize = 56;
const P_EXPERTS: usize = 60;
const P_WEIGHTS: usize = 64;
const P_CALIBRATION: usize = 68;
const P_PENDING: usize = 72;
const P_BYTES: usize = 76;
const P_OUTSIDE: usize = 84;
const P_SCRATCH: usize = 80; // MAX_P f64, after the plan's tables
const P_MODEL_SEASON: usize = 88;
const P_DRIFT: usize = 92;
const P_MODELS: usize = 96; // KINDS entries, counted from 1
const P_RULE: usize = 120;
const P_STEPS: usize = 128; // H × i32, then H × i32 pending offsets, then H × f64 damped sums

/** Entries of scratch at least: the largest vector of regressors. */
const SCRATCH: i32 = 24;

// @ts-ignore: decorator
@inline
export function horizons(plan: usize): i32 { return load<i32>(plan, P_H); }
// @ts-ignore: decorator
@inline
export function reach(plan: usize): i32 { return load<i32>(plan, P_REACH); }
// @ts-ignore: decorator
@inline
export function capacity(plan: usize): i32 { return load<i32>(plan, P_CAPACITY); }
// @ts-ignore: decorator
@inline
export function seasons(plan: usize): i32 { return load<i32>(plan, P_SEASONS); }
/** Rule of the weights; see `combine.ts`. */
// @ts-ignore: decorator
@inline
export function ruleOf(plan: usize): i32 { return load<i32>(plan, P_RULE); }
/** Longest season that fitted models may have; 0: the slots have no room for such models. */
// @ts-ignore: decorator
@inline
export function modelSeason(plan: usize): i32 { return load<i32>(plan, P_MODEL_SEASON); }
// @ts-ignore: decorator
@inline
export function modelOf(plan: usize, slot: usize, kind: i32): usize {
  return slot + <usize>load<i32>(plan + (<usize>kind << 2), P_MODELS);
}
/** Drift detectors; see drift.ts. */
// @ts-ignore: decorator
@inline
export function driftOf(plan: usize, slot: usize): usize { return slot + <usize>load<i32>(plan, P_DRIFT); }
// @ts-ignore: decorator
@inline
export function experts(plan: usize): i32 { return load<i32>(plan, P_K); }
// @ts-ignore: decorator
@inline
export function step(plan: usize, h: i32): i32 { return load<i32>(plan + (<usize>h << 2), P_STEPS); }
// @ts-ignore: decorator
@inline
export function historyOf(plan: usize, slot: usize): usize { return slot + <usize>load<i32>(plan, P_HISTORY); }
// @ts-ignore: decorator
@inline
export function distanceOf(plan: usize, slot: usize): usize { return slot + <usize>load<i32>(plan, P_DISTANCE); }
// @ts-ignore: decorator
@inline
export function seasonalOf(plan: usize, slot: usize, chain: i32): usize {
  return slot + <usize>(load<i32>(plan, P_SEASONAL) + chain * (load<i32>(plan, P_CAPACITY) >> 1) * 4);
}
// @ts-ignore: decorator
@inline
export function rlsOf(plan: usize, slot: usize, block: i32): usize {
  return slot + <usize>load<i32>(plan + (<usize>block << 2), P_RLS);
}
// @ts-ignore: decorator
@inline
export function forecastOf(plan: usize, slot: usize): usize { return slot + <usize>load<i32>(plan, P_FORECAST); }
/** Forecasts given from outside: OUTSIDE rows of H f64, NaN where there is none. */
// @ts-ignore: decorator
@inline
export function outsideOf(plan: usize, slot: usize): usize { return slot + <usize>load<i32>(plan, P_OUTSIDE); }
// @ts-ignore: decorator
@inline
export function expertsOf(plan: usize, slot: usize, h: i32): usize {
  return slot + <usize>(load<i32>(plan, P_EXPERTS) + h * load<i32>(plan, P_K) * 8);
}
/** Of one horizon: regret K, squared regret K, weight K. */
// @ts-ignore: decorator
@inline
export function weightsOf(plan: usize, slot: usize, h: i32): usize {
  return slot + <usize>(load<i32>(plan, P_WEIGHTS) + h * load<i32>(plan, P_K) * 24);
}
// @ts-ignore: decorator
@inline
export function calibrationOf(plan: usize, slot: usize, h: i32): usize {
  return slot + <usize>load<i32>(plan, P_CALIBRATION) + <usize>h * CALIBRATION_BYTES;
}
/** Bytes of a pending forecast before its experts. */
export const ENTRY_EXPERTS: usize = 56;
/** Bytes of a pending forecast before the scales of its error. */
export const ENTRY_SCALES: usize = 24;
/** Entry of a horizon's pending forecasts: mean, lower, upper f64, 8 f32 of its calibration, then K experts as f32. */
// @ts-ignore: decorator
@inline
export function pendingOf(plan: usize, slot: usize, h: i32, entry: i32): usize {
  const first = load<i32>(plan + (<usize>(horizons(plan) + h) << 2), P_STEPS);
  return slot + <usize>(first + entry * (<i32>ENTRY_EXPERTS + 4 * experts(plan)));
}
/** Σ φ^i for i = 1 … step of the horizon. */
// @ts-ignore: decorator
@inline
export function dampedSum(plan: usize, h: i32): f64 {
  return load<f64>(plan + tables(horizons(plan)) + (<usize>h << 3));
}
// @ts-ignore: decorator
@inline
export function scratchOf(plan: usize): usize { return plan + <usize>load<i32>(plan, P_SCRATCH); }
// @ts-ignore: decorator
@inline
export function slotBytesOf(plan: usize): i32 { return load<i32>(plan, P_BYTES); }

// @ts-ignore: decorator
@inline
function tables(h: i32): usize { return P_STEPS + (<usize>h << 3); }

export function planBytesFor(h: i32, far: i32): i32 {
  return <i32>tables(h) + 8 * h + 8 * max<i32>(SCRATCH, far);
}

/** Bytes of an autoregression with p regressors; see rls.ts. */
export function rlsBytes(h: i32, ring: i32, p: i32): i32 {
  return align(8 * p * p + 8 * h * p + 16 * h + 4 * ring * (1 + h + 2 * p));
}

// @ts-ignore: decorator
@inline
function align(bytes: i32): i32 { return (bytes + 15) & ~15; }

/** Fill a plan whose steps the host wrote at `stepsOf(plan)`, ascending. */
export function planFill(plan: usize, h: i32, cap: i32, s: i32, longest: i32, rule: i32): void {
  const far = load<i32>(plan + (<usize>(h - 1) << 2), P_STEPS);
  const k = PLAIN + PER_SEASON * s;
  store<i32>(plan, h, P_H);
  store<i32>(plan, far, P_REACH);
  store<i32>(plan, cap, P_CAPACITY);
  store<i32>(plan, s, P_SEASONS);
  store<i32>(plan, k, P_K);
  store<i32>(plan, rule, P_RULE);
  store<i32>(plan, <i32>tables(h) + 8 * h, P_SCRATCH);
  let at = HEADER_BYTES;
  store<i32>(plan, at, P_HISTORY);
  at += 8 * cap;
  store<i32>(plan, at, P_DISTANCE);
  at = align(at + 4 * (lagLimit(cap) + 1));
  store<i32>(plan, at, P_SEASONAL);
  at += 2 * s * (cap >> 1) * 4;
  for (let block = 0; block < MAX_BLOCKS; block++) {
    store<i32>(plan + (<usize>block << 2), at, P_RLS);
    if (block < 2 + 2 * s) at += rlsBytes(h, far + 1, block == 0 ? AR_SHORT : block == 1 ? AR_LONG : AR_SEASONAL);
  }
  store<i32>(plan, at, P_FORECAST);
  at = align(at + 24 * h);
  store<i32>(plan, at, P_OUTSIDE);
  at = align(at + 8 * OUTSIDE * h);
  store<i32>(plan, at, P_EXPERTS);
  at += 8 * h * k;
  store<i32>(plan, at, P_WEIGHTS);
  at += 24 * h * k;
  store<i32>(plan, at, P_CALIBRATION);
  at = align(at + <i32>CALIBRATION_BYTES * h);
  store<i32>(plan, at, P_DRIFT);
  at = align(at + driftBytes());
  for (let i = 0; i < h; i++) {
    store<i32>(plan + (<usize>(h + i) << 2), at, P_STEPS);
    at += step(plan, i) * (<i32>ENTRY_EXPERTS + 4 * k);
  }
  store<i32>(plan, longest, P_MODEL_SEASON);
  for (let kind = 1; longest > 0 && kind <= KINDS; kind++) {
    at = align(at);
    store<i32>(plan + (<usize>kind << 2), at, P_MODELS);
    at += fittedBytes(kind, longest);
  }
  store<i32>(plan, align(at), P_BYTES);
  let sum: f64 = 0.0;
  let power: f64 = 1.0;
  let done = 0;
  for (let i = 0; i < h; i++) {
    for (; done < step(plan, i); done++) {
      power *= PHI;
      sum += power;
    }
    store<f64>(plan + tables(h) + (<usize>i << 3), sum);
  }
}

// @ts-ignore: decorator
@inline
export function stepsAt(plan: usize): usize { return plan + P_STEPS; }

/** Longest lag that the season search looks at: a little past half of the history, to see a minimum from both sides. */
// @ts-ignore: decorator
@inline
export function lagLimit(window: i32): i32 { return window * 9 / 16; }

/** Block number of a season's autoregression on its slow (0) or fast (1) Holt–Winters. */
// @ts-ignore: decorator
@inline
export function seasonalBlock(j: i32, chain: i32): i32 { return 2 + 2 * j + chain; }
