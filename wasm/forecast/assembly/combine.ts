import { boaStep, fixedShareStep } from './exponential';
import { lossOf } from './calibrate';
import { calibrationOf, COVARIATES_ROW, CYCLE_MEAN, expertsOf, experts, HIGH, LAST, LOW, OUTSIDE, PER_SEASON, PLAIN, ruleOf, seasons, weightsOf } from './plan';

/** Rules of a plan; any other: MLpol. */
const BOA: i32 = 1;
const FIXED_SHARE: i32 = 2;

// MLpol (Gaillard, Stoltz & van Erven 2014, "A second-order bound with excess losses"): weight ∝ R₊ / (1 + ΣR²),
// R the cumulated regret of the linearised absolute loss at the combined forecast as issued, in units of its mean loss.
// Regrets fade, so that weights follow changes; an expert that was silent keeps its regret.

/** Memory of regrets per scored forecast. */
const FADE: f64 = 0.99;
/** Forecasts may leave the range of the series by this share of it. */
const MARGIN: f64 = 0.25;

/** Regret with which experts start that speak only once a season was found: it was tested, so they are heard at once. */
const PRIOR_NAIVE: f64 = 0.5;
const PRIOR_OUTSIDE: f64 = 1.0;
const PRIOR_SEASONAL: f64 = 1.0;

/** Weights before the first score. */
export function startWeights(plan: usize, slot: usize, h: i32): void {
  setPrior(plan, slot, h, 0, PRIOR_NAIVE);
  setPrior(plan, slot, h, CYCLE_MEAN, PRIOR_SEASONAL);
  for (let row = 0; row < OUTSIDE; row++) {
    // The covariates have no share before there is evidence.
    if (row != COVARIATES_ROW) setPrior(plan, slot, h, PLAIN - OUTSIDE + row, PRIOR_OUTSIDE);
  }
  for (let j = 0; j < seasons(plan); j++) {
    // The slow Holt-Winters and the autoregression on it.
    setPrior(plan, slot, h, PLAIN + PER_SEASON * j + 2, PRIOR_SEASONAL);
    setPrior(plan, slot, h, PLAIN + PER_SEASON * j + 4, PRIOR_SEASONAL);
  }
}

/**
 * Hear the experts of season `j`, which begins, as if they had been weighed from the first on: each forecast that a seasonal
 * naive would have been scored for counts as the gain that its mean error makes against that of the combination.
 * @param distance mean error of the seasonal naive, over `pairs` steps
 */
export function startSeason(plan: usize, slot: usize, h: i32, j: i32, distance: f64, pairs: f64): void {
  const loss = lossOf(calibrationOf(plan, slot, h));
  if (ruleOf(plan) == BOA || ruleOf(plan) == FIXED_SHARE || !(distance < loss)) return;
  const count = min<f64>(pairs, 1.0 / (1.0 - FADE));
  const regret = count * (1.0 - distance / loss);
  const row = <usize>experts(plan) << 3;
  // The seasonal naive itself, the slow Holt–Winters and the autoregression on it.
  for (let i = 0; i < PER_SEASON - 1; i += 2) {
    const at = weightsOf(plan, slot, h) + (<usize>(PLAIN + PER_SEASON * j + i) << 3);
    store<f64>(at, regret);
    store<f64>(at + row, count);
    store<f64>(at + 2 * row, regret / (1.0 + count));
  }
}

function setPrior(plan: usize, slot: usize, h: i32, k: i32, regret: f64): void {
  const at = weightsOf(plan, slot, h) + (<usize>k << 3);
  store<f64>(at, regret);
  store<f64>(at + (<usize>experts(plan) << 4), regret);
}

/** Keep the experts' forecasts in the range in which the series has lived lately; NaN stays NaN. */
export function clampExperts(plan: usize, slot: usize, h: i32): void {
  const out = expertsOf(plan, slot, h);
  const margin = MARGIN * (load<f64>(slot, HIGH) - load<f64>(slot, LOW));
  const low = load<f64>(slot, LOW) - margin;
  const high = load<f64>(slot, HIGH) + margin;
  for (let k = 0; k < experts(plan); k++) {
    const at = out + (<usize>k << 3);
    const value = load<f64>(at);
    if (value < low) store<f64>(at, low);
    else if (value > high) store<f64>(at, high);
  }
}

/** Weighted mean of the experts that speak; last value while none has a weight. */
export function combine(plan: usize, slot: usize, h: i32): f64 {
  const k = experts(plan);
  const forecast = expertsOf(plan, slot, h);
  const weights = weightsOf(plan, slot, h) + (<usize>k << 4);
  let total: f64 = 0.0;
  let sum: f64 = 0.0;
  if (ASC_FEATURE_SIMD) {
    let totals = f64x2.splat(0.0);
    let sums = f64x2.splat(0.0);
    for (let i = 0; i < k; i += 2) {
      const f = v128.load(forecast + (<usize>i << 3));
      const speaks = f64x2.eq(f, f);
      const w = v128.and(v128.load(weights + (<usize>i << 3)), speaks);
      totals = f64x2.add(totals, w);
      sums = f64x2.add(sums, f64x2.mul(w, v128.and(f, speaks)));
    }
    total = f64x2.extract_lane(totals, 0) + f64x2.extract_lane(totals, 1);
    sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  } else {
    let t0: f64 = 0.0, t1: f64 = 0.0, s0: f64 = 0.0, s1: f64 = 0.0;
    for (let i = 0; i < k; i += 2) {
      const f0 = load<f64>(forecast + (<usize>i << 3));
      const f1 = load<f64>(forecast + (<usize>i << 3), 8);
      const w0 = f0 == f0 ? load<f64>(weights + (<usize>i << 3)) : 0.0;
      const w1 = f1 == f1 ? load<f64>(weights + (<usize>i << 3), 8) : 0.0;
      t0 += w0;
      t1 += w1;
      s0 += w0 * (f0 == f0 ? f0 : 0.0);
      s1 += w1 * (f1 == f1 ? f1 : 0.0);
    }
    total = t0 + t1;
    sum = s0 + s1;
  }
  return total > 0.0 ? sum / total : load<f64>(slot, LAST);
}

/**
 * Learn weights from one scored forecast.
 * @param mean combined forecast as issued
 * @param forecast what each expert said then, K f32
 * @param gradient of the loss at `mean`, divided by the mean loss
 */
export function reweigh(plan: usize, slot: usize, h: i32, mean: f64, forecast: usize, gradient: f64): void {
  const rule = ruleOf(plan);
  if (rule == BOA) boaStep(plan, slot, h, mean, forecast, gradient);
  else if (rule == FIXED_SHARE) fixedShareStep(plan, slot, h, mean, forecast, gradient);
  else mlpolStep(plan, slot, h, mean, forecast, gradient);
}

function mlpolStep(plan: usize, slot: usize, h: i32, mean: f64, forecast: usize, gradient: f64): void {
  const k = experts(plan);
  const at = weightsOf(plan, slot, h);
  const bytes = <usize>k << 3;
  if (ASC_FEATURE_SIMD) {
    const m = f64x2.splat(mean);
    const g = f64x2.splat(gradient);
    const fade = f64x2.splat(FADE);
    const one = f64x2.splat(1.0);
    const zero = f64x2.splat(0.0);
    for (let i = 0; i < k; i += 2) {
      const f = f64x2.promote_low_f32x4(v128.load64_zero(forecast + (<usize>i << 2)));
      const spoke = f64x2.eq(f, f);
      const o = at + (<usize>i << 3);
      const gain = f64x2.mul(g, f64x2.sub(m, f));
      const regret0 = v128.load(o);
      const squares0 = v128.load(o + bytes);
      const regret = v128.bitselect(f64x2.add(f64x2.mul(regret0, fade), gain), regret0, spoke);
      const squares = v128.bitselect(f64x2.add(f64x2.mul(squares0, fade), f64x2.mul(gain, gain)), squares0, spoke);
      v128.store(o, regret);
      v128.store(o + bytes, squares);
      v128.store(o + 2 * bytes, f64x2.div(f64x2.max(regret, zero), f64x2.add(one, squares)));
    }
    return;
  }
  for (let i = 0; i < k; i++) {
    const f = <f64>load<f32>(forecast + (<usize>i << 2));
    if (isNaN(f)) continue;
    const o = at + (<usize>i << 3);
    const gain = gradient * (mean - f);
    const regret = load<f64>(o) * FADE + gain;
    const squares = load<f64>(o + bytes) * FADE + gain * gain;
    store<f64>(o, regret);
    store<f64>(o + bytes, squares);
    store<f64>(o + 2 * bytes, max<f64>(regret, 0.0) / (1.0 + squares));
  }
}

/** Expert with the largest weight among those that speak; last value while none has one. */
export function leader(plan: usize, slot: usize, h: i32): i32 {
  const k = experts(plan);
  const weights = weightsOf(plan, slot, h) + (<usize>k << 4);
  const forecast = expertsOf(plan, slot, h);
  let best = 0;
  let most: f64 = 0.0;
  for (let i = 0; i < k; i++) {
    const weight = load<f64>(weights + (<usize>i << 3));
    if (!(weight > most) || isNaN(load<f64>(forecast + (<usize>i << 3)))) continue;
    best = i;
    most = weight;
  }
  return best;
}
