import { WARM_SCORES } from './plan';

// Intervals by conformal PI control (Angelopoulos, Candès & Tibshirani 2023), per horizon and side: a quantile of the
// scaled error is tracked by what the issued bound missed. In the long run the miss rate is the wanted one whatever
// the model. Until 30 errors are there: their static quantiles.

const SIZE: usize = 0; // f64 mean |error|, quick, quicker at first while the bank still learns: unit of the quantiles
const LOSS: usize = 8; // f64 mean |error|, slow: the unit of the regrets
const COUNT: usize = 16; // f64 scores
const BELOW: usize = 24; // (quantile, integral) f64: how far below the mean the lower bound lies
const ABOVE: usize = 40; // the same above
const WARM: usize = 64; // the first errors, ascending

/** Wanted miss rate of each side. */
const MISS: f64 = 0.05;
/** Quantile to start from at most, in mean errors: 2 for normal errors, 3 for exponential ones. */
const WIDEST_START: f64 = 6.0;
const STEP: f64 = 0.15;
/** The integral remembers about this many scores. */
const LEAK: f64 = 0.995;
const INTEGRAL_STEP: f64 = 0.05;

/** Mean |error| in the long run. */
// @ts-ignore: decorator
@inline
export function lossOf(at: usize): f64 { return load<f64>(at, LOSS); }

/** Take in the error (actual minus mean) of an issued forecast and whether the actual lay outside its bounds. */
export function calibrate(at: usize, error: f64, isBelow: bool, isAbove: bool, steps: i32): void {
  const count = load<f64>(at, COUNT);
  const size = load<f64>(at, SIZE);
  const loss = load<f64>(at, LOSS);
  const magnitude = abs<f64>(error);
  store<f64>(at, count + 1.0, COUNT);
  store<f64>(at, loss + (magnitude - loss) * max<f64>(0.01, 1.0 / (count + 1.0)), LOSS);
  store<f64>(at, size + (magnitude - size) * max<f64>(0.03, 4.0 / (count + 4.0)), SIZE);
  if (count < <f64>WARM_SCORES) {
    keep(at, <i32>count, error);
    const n = <i32>count + 1;
    if (n < WARM_SCORES) return;
    const unit = max<f64>(load<f64>(at, SIZE), 1e-100);
    store<f64>(at, min<f64>(WIDEST_START, max<f64>(0.0, -warmQuantile(at, n, 0)) / unit), BELOW);
    store<f64>(at, min<f64>(WIDEST_START, max<f64>(0.0, warmQuantile(at, n, 1)) / unit), ABOVE);
    return;
  }
  // Errors of overlapping forecasts come in runs of about `steps`: the step shrinks with the delay.
  const gain = STEP / (1.0 + <f64>steps / 24.0);
  track(at + BELOW, isBelow, gain);
  track(at + ABOVE, isAbove, gain);
}

function track(at: usize, isMiss: bool, gain: f64): void {
  const surprise = (isMiss ? 1.0 : 0.0) - MISS;
  store<f64>(at, max<f64>(0.0, load<f64>(at) + gain * surprise));
  store<f64>(at, load<f64>(at, 8) * LEAK + surprise, 8);
}

/** Insert an error into the ascending ones. */
function keep(at: usize, n: i32, error: f64): void {
  let i = n;
  for (; i > 0 && load<f64>(at + WARM + (<usize>(i - 1) << 3)) > error; i--) {
    store<f64>(at + WARM + (<usize>i << 3), load<f64>(at + WARM + (<usize>(i - 1) << 3)));
  }
  store<f64>(at + WARM + (<usize>i << 3), error);
}

/** 5 % (side 0) or 95 % quantile of the first n errors; with few errors the extreme one, widened. */
function warmQuantile(at: usize, n: i32, side: i32): f64 {
  const rank = <i32>floor<f64>(MISS * <f64>(n + 1));
  const index = side == 0 ? max<i32>(0, rank - 1) : min<i32>(n - 1, n - rank);
  const value = load<f64>(at + WARM + (<usize>index << 3));
  return rank > 0 ? value : value * (1.0 + 2.0 / <f64>n);
}

/** How far a bound lies from the mean. `fallback` serves before the first error. */
export function marginOf(at: usize, side: i32, fallback: f64): f64 {
  const n = <i32>load<f64>(at, COUNT);
  if (n == 0) return fallback;
  if (n < WARM_SCORES) {
    const q = warmQuantile(at, n, side);
    return max<f64>(0.0, side == 0 ? -q : q);
  }
  const tracked = at + (side == 0 ? BELOW : ABOVE);
  return max<f64>(0.0, load<f64>(tracked) + INTEGRAL_STEP * load<f64>(tracked, 8)) * load<f64>(at, SIZE);
}
