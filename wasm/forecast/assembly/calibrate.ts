import { QUICK, WARM_SCORES } from './plan';

// Calibrated intervals, per horizon and side. The distance of a bound from the mean is a weighted mean of candidates:
// scales of the error (its mean size over short, middle and long times; its size as a linear function of the level; the
// mean size of the nearest horizon's error, which comes without delay), each times a quantile that is tracked by what it
// missed (quantile tracking, Angelopoulos, Candès & Tibshirani 2023, sec. 3.1). MLpol weighs the candidates by pinball loss
// (Gaillard, Stoltz & van Erven 2014), and a last factor answers to the misses of the bounds as issued, so that the miss
// rate is the wanted one in the long run whatever the candidates are worth. Steps shrink with the feedback's delay, for
// errors of overlapping forecasts come in runs. Until 30 errors are there: their static quantiles.

/** Scales of which a bound is made. */
export const SCALES: i32 = 6;
/** The first scale that is the nearest horizon's. */
const QUICK_SCALE: i32 = 4;

const LOSS: usize = 0; // f64 mean |error|, slow: the unit of the regrets
const COUNT: usize = 8; // f64 scores
const OWN: usize = 16; // 3 f64 mean |error|: short, middle, long memory
const MEAN_LEVEL: usize = 40; // f64 regression of |error| on the forecast: mean, variance, mean of |error|, covariance
const VAR_LEVEL: usize = 48;
const MEAN_ERROR: usize = 56;
const COVARIANCE: usize = 64;
const SIDES: usize = 72; // of each side, below first:
const PINBALL: usize = 0; // f64 mean pinball loss
const FACTOR: usize = 8; // f64 the last factor, less one
const QUANTILE: usize = 16; // SCALES f64 each
const REGRET: usize = 64;
const SQUARES: usize = 112;
const SIDE_BYTES: usize = 160;
const WARM: usize = 392; // the first errors, ascending, f64; then a ring of errors in units of their margin, f32
/** Errors in units of their margin that are kept. */
export const RATIOS: i32 = 60;
const PRIOR_MARGINS: usize = 632; // 2 f64 the fleet's distances in units of the mean change; 0: none
export const CALIBRATION_BYTES: usize = 648;
/** Errors of its own that the fleet's distances weigh as much as, were they of one step; more where they overlap. */
const PRIOR_ERRORS: f64 = 15.0;
/** Horizon, in steps, at which errors that overlap are worth half of as many single ones. */
const OVERLAP: f64 = 12.0;

/** Wanted miss rate of each side. */
const MISS: f64 = 0.05;
/** Quantile to start from at most, in mean errors: 2 for normal errors, 3 for exponential ones. */
const WIDEST_START: f64 = 6.0;
/** The same in mean errors of the nearest horizon. */
const WIDEST_QUICK_START: f64 = 60.0;
const SHORT: f64 = 0.1;
const MIDDLE: f64 = 0.02;
const LONG: f64 = 0.004;
const LEVEL_GAIN: f64 = 0.002;
const QUICK_GAIN: f64 = 0.2;
const QUICKISH_GAIN: f64 = 0.05;
/** Step of the tracked quantiles, and of the last factor. */
const STEP: f64 = 0.08;
const FACTOR_STEP: f64 = 0.03;
const FACTOR_LEAK: f64 = 0.995;
/** Part of a side's last factor, where it widens, that widens the other side too: errors that grow do so on both. */
const SHARED: f64 = 0.5;
const FADE: f64 = 0.999;
/** Largest gain of one score, in mean losses. */
const MOST_GAIN: f64 = 20.0;

/** Mean |error| in the long run. */
// @ts-ignore: decorator
@inline
export function lossOf(at: usize): f64 { return load<f64>(at, LOSS); }
// @ts-ignore: decorator
@inline
export function scoresOf(at: usize): f64 { return load<f64>(at, COUNT); }
// @ts-ignore: decorator
@inline
function ease(at: usize, target: f64, gain: f64): void {
  store<f64>(at, load<f64>(at) + gain * (target - load<f64>(at)));
}

/** The nearest horizon's error, as soon as it is known: the quick scales of all horizons. */
export function noteQuick(slot: usize, error: f64): void {
  const n = load<f64>(slot, QUICK) + 1.0;
  store<f64>(slot, n, QUICK);
  ease(slot + QUICK + 8, abs<f64>(error), max<f64>(QUICK_GAIN, 1.0 / n));
  ease(slot + QUICK + 16, abs<f64>(error), max<f64>(QUICKISH_GAIN, 1.0 / n));
}

/** Size of the error as a linear function of the forecast, kept within five times its mean. */
function levelScale(at: usize, mean: f64): f64 {
  const size = load<f64>(at, MEAN_ERROR);
  const variance = load<f64>(at, VAR_LEVEL);
  const slope = variance > 0.0 ? load<f64>(at, COVARIANCE) / variance : 0.0;
  return max<f64>(0.2 * size, min<f64>(5.0 * size, size + slope * (mean - load<f64>(at, MEAN_LEVEL))));
}

/** The scales for a forecast of `mean` as f32, so that what is issued is what is later learned from. */
export function writeScales(slot: usize, at: usize, mean: f64, out: usize): void {
  for (let k: usize = 0; k < 3; k++) store<f32>(out + (k << 2), <f32>load<f64>(at + (k << 3), OWN));
  store<f32>(out, <f32>levelScale(at, mean), 12);
  store<f32>(out, <f32>load<f64>(slot, QUICK + 8), 16);
  store<f32>(out, <f32>load<f64>(slot, QUICK + 16), 20);
}

/** Errors of forecasts of so many steps that are worth one of a single step. */
// @ts-ignore: decorator
@inline
function delayOf(steps: i32): f64 { return 1.0 + <f64>steps / OVERLAP; }
// @ts-ignore: decorator
@inline
function sideAt(at: usize, side: i32): usize { return at + SIDES + <usize>side * SIDE_BYTES; }

/** Weighted mean of the candidates of a side, before the last factor. */
function combined(own: usize, scales: usize): f64 {
  let total: f64 = 0.0;
  let sum: f64 = 0.0;
  let plain: f64 = 0.0;
  for (let k: usize = 0; k < <usize>SCALES; k++) {
    const bound = load<f64>(own + (k << 3), QUANTILE) * <f64>load<f32>(scales + (k << 2));
    const weight = max<f64>(load<f64>(own + (k << 3), REGRET), 0.0) / (1.0 + load<f64>(own + (k << 3), SQUARES));
    total += weight;
    sum += weight * bound;
    plain += bound;
  }
  return total > 0.0 ? sum / total : plain / <f64>SCALES;
}

/**
 * How far a bound lies from the mean.
 * @param scales as written for this forecast; the combined distance is kept behind them, for learning
 * @param steps of the horizon
 * @param unit mean change from value to value, of the fleet's distances; larger while it is unsure
 * @param fallback serves before the first error where there is no fleet
 */
export function marginOf(at: usize, side: i32, scales: usize, steps: i32, unit: f64, fallback: f64): f64 {
  const n = <i32>load<f64>(at, COUNT);
  if (n < WARM_SCORES) return warmMargin(at, n, side, steps, unit, fallback);
  const own = sideAt(at, side);
  const distance = <f64><f32>combined(own, scales);
  store<f32>(scales + (<usize>(SCALES + side) << 2), <f32>distance);
  const other = max<f64>(0.0, load<f64>(sideAt(at, 1 - side), FACTOR));
  return max<f64>(0.0, distance * (1.0 + load<f64>(own, FACTOR) + SHARED * other));
}

/**
 * Take in what became of an issued forecast.
 * @param y the actual
 * @param entry mean, lower, upper f64 as issued
 * @param scales as written for it
 */
export function calibrate(at: usize, y: f64, entry: usize, scales: usize, steps: i32): void {
  const mean = load<f64>(entry);
  const error = y - mean;
  const count = load<f64>(at, COUNT);
  const size = abs<f64>(error);
  const first = 1.0 / (count + 1.0);
  store<f64>(at, count + 1.0, COUNT);
  ease(at + LOSS, size, max<f64>(0.01, first));
  ease(at + OWN, size, max<f64>(SHORT, 4.0 / (count + 4.0)));
  ease(at + OWN + 8, size, max<f64>(MIDDLE, first));
  ease(at + OWN + 16, size, max<f64>(LONG, first));
  regress(at, mean, size, max<f64>(LEVEL_GAIN, first));
  if (count < <f64>WARM_SCORES) {
    keep(at, <i32>count, error);
    if (<i32>count + 1 == WARM_SCORES) startTracking(at, scales);
    return;
  }
  const delay = delayOf(steps);
  const step = max<f64>(STEP / delay, 1.0 / (count - <f64>WARM_SCORES + 11.0));
  const gain = FACTOR_STEP / delay;
  // Forecasts that were issued before tracking began carry no distances.
  if (load<f32>(scales, <usize>SCALES << 2) >= 0.0) {
    track(sideAt(at, 0), -error, y < load<f64>(entry, 8), scales, 0, step, gain);
    track(sideAt(at, 1), error, y > load<f64>(entry, 16), scales, 1, step, gain);
  }
  keepRatio(at, <i32>(count - <f64>WARM_SCORES), error, entry);
}

/** Exponentially weighted mean, variance and covariance (West 1979). */
function regress(at: usize, level: f64, size: f64, gain: f64): void {
  const off = level - load<f64>(at, MEAN_LEVEL);
  const over = size - load<f64>(at, MEAN_ERROR);
  store<f64>(at, (1.0 - gain) * (load<f64>(at, VAR_LEVEL) + gain * off * off), VAR_LEVEL);
  store<f64>(at, (1.0 - gain) * (load<f64>(at, COVARIANCE) + gain * off * over), COVARIANCE);
  store<f64>(at, load<f64>(at, MEAN_LEVEL) + gain * off, MEAN_LEVEL);
  store<f64>(at, load<f64>(at, MEAN_ERROR) + gain * over, MEAN_ERROR);
}

/** Quantiles to start from: those of the first errors, in units of the scales of the last of them. */
function startTracking(at: usize, scales: usize): void {
  for (let side = 0; side < 2; side++) {
    const q = warmQuantile(at, WARM_SCORES, side);
    const distance = max<f64>(0.0, side == 0 ? -q : q);
    for (let k = 0; k < SCALES; k++) {
      const scale = max<f64>(<f64>load<f32>(scales + (<usize>k << 2)), 1e-100);
      const widest = k < QUICK_SCALE ? WIDEST_START : WIDEST_QUICK_START;
      store<f64>(sideAt(at, side) + (<usize>k << 3), min<f64>(widest, distance / scale), QUANTILE);
    }
  }
  memory.fill(at + WARM, 0, <usize>RATIOS << 2);
}

/** Learn one side. `reached`: how far the actual lies beyond the mean on this side. */
function track(own: usize, reached: f64, isMiss: bool, scales: usize, side: i32, step: f64, gain: f64): void {
  const distance = <f64>load<f32>(scales + (<usize>(SCALES + side) << 2));
  const isBeyond = reached > distance;
  const slope = isBeyond ? MISS - 1.0 : MISS;
  ease(own + PINBALL, slope * (distance - reached), 0.005);
  const unit = max<f64>(load<f64>(own, PINBALL), 1e-100);
  for (let k: usize = 0; k < <usize>SCALES; k++) {
    const at = own + (k << 3);
    const bound = load<f64>(at, QUANTILE) * <f64>load<f32>(scales + (k << 2));
    const better = max<f64>(-MOST_GAIN, min<f64>(MOST_GAIN, slope * (distance - bound) / unit));
    store<f64>(at, load<f64>(at, REGRET) * FADE + better, REGRET);
    store<f64>(at, load<f64>(at, SQUARES) * FADE + better * better, SQUARES);
    const surprise = (reached > bound ? 1.0 : 0.0) - MISS;
    store<f64>(at, max<f64>(0.0, load<f64>(at, QUANTILE) + step * surprise), QUANTILE);
  }
  const surprise = (isMiss ? 1.0 : 0.0) - MISS;
  store<f64>(own, max<f64>(-0.5, min<f64>(2.0, load<f64>(own, FACTOR) * FACTOR_LEAK + gain * surprise)), FACTOR);
}

/** Insert an error into the ascending ones. */
function keep(at: usize, n: i32, error: f64): void {
  let i = n;
  for (; i > 0 && load<f64>(at + WARM + (<usize>(i - 1) << 3)) > error; i--) {
    store<f64>(at + WARM + (<usize>i << 3), load<f64>(at + WARM + (<usize>(i - 1) << 3)));
  }
  store<f64>(at + WARM + (<usize>i << 3), error);
}

/** Keep an error in units of the margin on its side; 0 where there is no margin. */
function keepRatio(at: usize, n: i32, error: f64, entry: usize): void {
  const mean = load<f64>(entry);
  const margin = error < 0.0 ? mean - load<f64>(entry, 8) : load<f64>(entry, 16) - mean;
  const ratio = margin > 0.0 ? max<f64>(-9.0, min<f64>(9.0, error / margin)) : 0.0;
  store<f32>(at + WARM + (<usize>(n % RATIOS) << 2), <f32>ratio);
}

/** Address of the kept errors in units of their margin, RATIOS f32. */
export function ratiosOf(at: usize): usize { return at + WARM; }

/** The fleet's distance, less and less as errors come in, and their quantile. */
function warmMargin(at: usize, n: i32, side: i32, steps: i32, unit: f64, fallback: f64): f64 {
  const prior = load<f64>(priorOf(at) + (<usize>side << 3)) * unit;
  if (n == 0) return prior > 0.0 ? prior : fallback;
  const q = warmQuantile(at, n, side);
  const own = max<f64>(0.0, side == 0 ? -q : q);
  const errors = PRIOR_ERRORS * delayOf(steps);
  return prior > 0.0 ? (errors * prior + <f64>n * own) / (errors + <f64>n) : own;
}

/** Where the fleet's distances stand. */
export function priorOf(at: usize): usize { return at + PRIOR_MARGINS; }

/** 5 % (side 0) or 95 % quantile of the first n errors; with few errors the extreme one, widened. */
function warmQuantile(at: usize, n: i32, side: i32): f64 {
  const rank = <i32>floor<f64>(MISS * <f64>(n + 1));
  const index = side == 0 ? max<i32>(0, rank - 1) : min<i32>(n - 1, n - rank);
  const value = load<f64>(at + WARM + (<usize>index << 3));
  return rank > 0 ? value : value * (1.0 + 2.0 / <f64>n);
}
