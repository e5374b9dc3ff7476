import { writeChanges } from './autoregression';
import { addressOf, valueAt } from './history';
import {
  AR_SEASONAL, capacity, dampedSum, horizons, LAST, N, PHI, reach, rlsBytes, rlsOf, SEASON_BYTES, SEASONS, seasonalBlock,
  seasonalOf, seasons, step,
} from './plan';
import { floorScale } from './plain';
import { baseAt, entryOf, regressorsAt, rlsAdvance, rlsLearn, rlsPredict, rlsReset, rlsSkip } from './rls';

// One season of a slot: seasonal naive and drift, two additive Holt–Winters (damped trend) and an autoregression on each of
// them; of the longest one the mean over its cycles as well.
// A season that is newly found is learned from the history, a few steps per tick, before its experts speak.

// Record of a season, bytes.
const LENGTH: usize = 0; // i32 steps; 0: none
const CURSOR: usize = 4; // i32 next step to learn from
const START: usize = 8; // i32 first step learned from
const FOUND: usize = 12; // i32 1 once it was found or given; 0 while it is on trial
const DEVIATION: usize = 16; // f64 how far the series has lately been from the mean over its cycles
const MU: usize = 24; // f64 mean since START
const CHAINS: usize = 32; // 2 × (level, trend) f64
const RESIDUALS: usize = 64; // 2 × 8 f64, newest first

/** Holt–Winters gains: the fast level follows at once, the slow one averages about a cycle, within bounds. */
const ALPHA_FAST: f64 = 0.5;
const ALPHA_SLOW_MOST: f64 = 0.05;
const ALPHA_SLOW_LEAST: f64 = 0.01;
const BETA: f64 = 0.02;
/** The season averages about ten cycles. */
const GAMMA: f64 = 0.1;
const LAMBDA: f64 = 0.999;
/** Steps of history learned per tick until the present is reached. */
const CATCH_UP: i32 = 8;
/** History from which a new season is learned: so many cycles, but at least so many steps. */
const CYCLES: i32 = 6;
const LEAST_STEPS: i32 = 384;
/** Cycles of the mean over cycles, how much of a new deviation from it counts, and which part of that is forecast to stay. */
const MEAN_CYCLES: i32 = 6;
const DEVIATION_GAIN: f64 = 0.16;
const DEVIATION_STAYS: f64 = 0.5;
const RESIDUAL_LAGS: i32 = 7;
const CHANGE_LAGS: i32 = 7;

// @ts-ignore: decorator
@inline
export function seasonAt(slot: usize, j: i32): usize { return slot + SEASONS + <usize>j * SEASON_BYTES; }
// @ts-ignore: decorator
@inline
export function lengthOf(slot: usize, j: i32): i32 { return load<i32>(seasonAt(slot, j), LENGTH); }
// @ts-ignore: decorator
@inline
export function isFound(slot: usize, j: i32): bool { return load<i32>(seasonAt(slot, j), FOUND) != 0; }
// @ts-ignore: decorator
@inline
export function noteFound(slot: usize, j: i32): void { store<i32>(seasonAt(slot, j), 1, FOUND); }
// @ts-ignore: decorator
@inline
function shape(plan: usize, slot: usize, j: i32, chain: i32): usize { return seasonalOf(plan, slot, 2 * j + chain); }

/** Begin to learn season `j` of length `m` from the history. */
export function seasonBegin(plan: usize, slot: usize, j: i32, m: i32): void {
  const record = seasonAt(slot, j);
  memory.fill(record, 0, SEASON_BYTES);
  const n = load<i32>(slot, N);
  const start = max<i32>(0, n - min<i32>(capacity(plan), max<i32>(CYCLES * m, LEAST_STEPS)));
  store<i32>(record, m, LENGTH);
  store<i32>(record, start, CURSOR);
  store<i32>(record, start, START);
  const level = meanOf(plan, slot, start, min<i32>(m, n - start));
  store<f64>(record, level, MU);
  store<f64>(record, level, CHAINS);
  store<f64>(record, level, CHAINS + 16);
  for (let chain = 0; chain < 2; chain++) {
    const block = rlsOf(plan, slot, seasonalBlock(j, chain));
    memory.fill(block, 0, <usize>rlsBytes(horizons(plan), reach(plan) + 1, AR_SEASONAL));
    rlsReset(block, AR_SEASONAL, floorScale(slot));
  }
}

/** Mean of the values that are there; the last value where there are none. */
function meanOf(plan: usize, slot: usize, from: i32, count: i32): f64 {
  let sum: f64 = 0.0;
  let present = 0;
  let at = addressOf(plan, slot, from);
  for (let i = 0; i < count; i++, at += 4) {
    const v = <f64>load<f32>(at);
    if (isNaN(v)) continue;
    sum += v;
    present++;
  }
  return present > 0 ? sum / <f64>present : load<f64>(slot, LAST);
}

/** Learn from the newest step, or from some more of the history while behind it. */
export function seasonStep(plan: usize, slot: usize, j: i32): void {
  const record = seasonAt(slot, j);
  if (load<i32>(record, LENGTH) == 0) return;
  const n = load<i32>(slot, N);
  const cursor = load<i32>(record, CURSOR);
  const end = min<i32>(n, cursor + CATCH_UP);
  for (let t = cursor; t < end; t++) learn(plan, slot, j, t, valueAt(plan, slot, t));
  store<i32>(record, end, CURSOR);
}

/** Mean of the values at step `t` and whole seasons of `m` steps before it, as far as they are there; NaN where none is. */
function cycleMean(plan: usize, slot: usize, t: i32, m: i32): f64 {
  let sum: f64 = 0.0;
  let present = 0;
  for (let i = 0; i < MEAN_CYCLES; i++, t -= m) {
    const v = valueAt(plan, slot, t);
    if (isNaN(v)) continue;
    sum += v;
    present++;
  }
  return present > 0 ? sum / <f64>present : NaN;
}

/** Gain of the slow level for a season of length `m`. */
// @ts-ignore: decorator
@inline
function slowAlpha(m: i32): f64 {
  return max<f64>(ALPHA_SLOW_LEAST, min<f64>(ALPHA_SLOW_MOST, 2.0 / <f64>m));
}

function learn(plan: usize, slot: usize, j: i32, t: i32, y: f64): void {
  const record = seasonAt(slot, j);
  const m = load<i32>(record, LENGTH);
  const age = t - load<i32>(record, START);
  const phase = <usize>(t % m) << 2;
  if (age < m) {
    const deviation = isNaN(y) ? 0.0 : y - load<f64>(record, MU);
    for (let chain = 0; chain < 2; chain++) store<f32>(shape(plan, slot, j, chain) + phase, <f32>deviation);
    return;
  }
  if (!isNaN(y)) {
    const mu = load<f64>(record, MU);
    store<f64>(record, mu + max<f64>(0.005, 1.0 / <f64>(age + 1)) * (y - mu), MU);
  }
  const deviation = y - cycleMean(plan, slot, t - m, m);
  if (!isNaN(deviation)) {
    const was = load<f64>(record, DEVIATION);
    store<f64>(record, was + DEVIATION_GAIN * (deviation - was), DEVIATION);
  }
  const gamma = max<f64>(GAMMA, 1.0 / <f64>(age / m + 1));
  for (let chain = 0; chain < 2; chain++) {
    const alpha = chain == 0 ? slowAlpha(m) : ALPHA_FAST;
    const error = holtWinters(record + CHAINS + (<usize>chain << 4), shape(plan, slot, j, chain) + phase, y, alpha, gamma);
    const residuals = record + RESIDUALS + (<usize>chain << 6);
    memory.copy(residuals + 8, residuals, <usize>(RESIDUAL_LAGS - 1) << 3);
    store<f64>(residuals, error);
    regress(plan, slot, j, chain, t, y);
  }
}

/**
 * Additive Holt–Winters in error-correction form with a damped trend: state (level, trend) at `at`, seasonal f32 at
 * `seasonal`. Returns the one-step error; a missing value moves the level along its trend and leaves the season.
 */
function holtWinters(at: usize, seasonal: usize, y: f64, alpha: f64, gamma: f64): f64 {
  const trend = PHI * load<f64>(at, 8);
  const level = load<f64>(at) + trend;
  const s = <f64>load<f32>(seasonal);
  const error = isNaN(y) ? 0.0 : y - (level + s);
  store<f64>(at, level + alpha * error);
  store<f64>(at, trend + alpha * BETA * error, 8);
  store<f32>(seasonal, <f32>(s + gamma * (1.0 - alpha) * error));
  return error;
}

/** Autoregression on what Holt–Winters leaves: its last errors, the last changes, the deviation from the mean. */
function regress(plan: usize, slot: usize, j: i32, chain: i32, t: i32, y: f64): void {
  const record = seasonAt(slot, j);
  const block = rlsOf(plan, slot, seasonalBlock(j, chain));
  if (isNaN(y)) {
    rlsSkip(plan, block, AR_SEASONAL, t);
    return;
  }
  rlsLearn(plan, block, AR_SEASONAL, t, y);
  const entry = entryOf(plan, t);
  const base = baseAt(plan, block, AR_SEASONAL, entry);
  for (let h = 0; h < horizons(plan); h++) {
    store<f32>(base + (<usize>h << 2), <f32>holtWintersAhead(plan, slot, j, chain, t, h));
  }
  const x = regressorsAt(plan, block, AR_SEASONAL, entry);
  const residuals = record + RESIDUALS + (<usize>chain << 6);
  for (let i = 0; i < RESIDUAL_LAGS; i++) store<f32>(x + (<usize>i << 2), <f32>load<f64>(residuals + (<usize>i << 3)));
  writeChanges(plan, slot, x + (<usize>RESIDUAL_LAGS << 2), t, CHANGE_LAGS);
  store<f32>(x + 56, <f32>(y - load<f64>(record, MU)));
  store<f32>(x + 60, <f32>(<f64>load<f32>(base) - y));
  rlsAdvance(plan, block, AR_SEASONAL, t, LAMBDA, floorScale(slot));
}

function holtWintersAhead(plan: usize, slot: usize, j: i32, chain: i32, t: i32, h: i32): f64 {
  const record = seasonAt(slot, j);
  const at = record + CHAINS + (<usize>chain << 4);
  const phase = (t + step(plan, h)) % load<i32>(record, LENGTH);
  const s = <f64>load<f32>(shape(plan, slot, j, chain) + (<usize>phase << 2));
  return load<f64>(at) + dampedSum(plan, h) * load<f64>(at, 8) + s;
}

/** Whether a season has caught up with step `t` and seen a whole cycle. */
function isReady(record: usize, t: i32): bool {
  return load<i32>(record, CURSOR) == t + 1 && t - load<i32>(record, START) >= load<i32>(record, LENGTH);
}

/** Slow Holt–Winters of the first season over any steps; see `extend`. The level alone, without its trend. */
export function seasonExtend(plan: usize, slot: usize, from: i32, count: i32, out: usize): bool {
  const record = seasonAt(slot, 0);
  const m = load<i32>(record, LENGTH);
  const t = load<i32>(slot, N) - 1;
  if (seasons(plan) == 0 || m == 0 || !isReady(record, t) || t + from < 0) return false;
  const level = load<f64>(record, CHAINS);
  const seasonal = shape(plan, slot, 0, 0);
  for (let i = 0; i < count; i++) {
    const phase = (t + from + i) % m;
    store<f64>(out + (<usize>i << 3), level + <f64>load<f32>(seasonal + (<usize>phase << 2)));
  }
  return true;
}

/** Forecasts of a season's six experts at a horizon; NaN for one that has nothing to say. */
export function seasonPredict(plan: usize, slot: usize, j: i32, h: i32, out: usize): void {
  const record = seasonAt(slot, j);
  const m = load<i32>(record, LENGTH);
  const t = load<i32>(slot, N) - 1;
  if (m == 0) {
    for (let i: usize = 0; i < 6; i++) store<f64>(out + (i << 3), NaN);
    return;
  }
  const ahead = step(plan, h);
  const then = t + ahead - m * ((ahead + m - 1) / m);
  const same = valueAt(plan, slot, then);
  store<f64>(out, isNaN(same) ? valueAt(plan, slot, then - m) : same);
  store<f64>(out, valueAt(plan, slot, t) + (same - valueAt(plan, slot, t - m)), 8);
  const ready = isReady(record, t);
  for (let chain = 0; chain < 2; chain++) {
    const at = out + 16 + (<usize>chain << 3);
    const block = rlsOf(plan, slot, seasonalBlock(j, chain));
    store<f64>(at, ready ? holtWintersAhead(plan, slot, j, chain, t, h) : NaN);
    store<f64>(at, ready ? rlsPredict(plan, block, AR_SEASONAL, t, h) : NaN, 16);
  }
}

/**
 * Mean over the last cycles of the longest season, moved by a part of what the series has lately deviated from it; NaN
 * without a season. It averages the noise of a seasonal naive forecast, which one cycle is enough for.
 */
export function cyclePredict(plan: usize, slot: usize, h: i32): f64 {
  let longest = 0;
  for (let j = 1; j < seasons(plan); j++) if (lengthOf(slot, j) > lengthOf(slot, longest)) longest = j;
  const m = seasons(plan) > 0 ? lengthOf(slot, longest) : 0;
  if (m == 0) return NaN;
  const ahead = step(plan, h);
  const then = load<i32>(slot, N) - 1 + ahead - m * ((ahead + m - 1) / m);
  return cycleMean(plan, slot, then, m) + DEVIATION_STAYS * load<f64>(seasonAt(slot, longest), DEVIATION);
}

/** Whether the record of season `j` can be gone on from. */
export function seasonIsSound(plan: usize, slot: usize, j: i32): bool {
  const record = seasonAt(slot, j);
  const m = load<i32>(record, LENGTH);
  const start = load<i32>(record, START);
  const cursor = load<i32>(record, CURSOR);
  const fits = m == 0 || (m > 0 && m <= capacity(plan) >> 1);
  return fits && start >= 0 && start <= cursor && cursor <= load<i32>(slot, N);
}
