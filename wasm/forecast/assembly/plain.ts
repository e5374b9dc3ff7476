import { ABS_MEAN, DRIFT, HIGH, HOLT, LAST, LOW, MEAN, MINIMUM, PHI, PRESENT, SCALE, SES, SLOW_MEAN } from './plan';

// Level and trend experts: everything that one value updates in a few operations.

/** Slowest gain of long averages and of the range's forgetting. */
const SLOW: f64 = 0.02;
const RANGE_DECAY: f64 = 0.0005;

// @ts-ignore: decorator
@inline
function pull(at: usize, target: f64, gain: f64): void {
  store<f64>(at, load<f64>(at) + gain * (target - load<f64>(at)));
}

/** First value: every level starts there. */
function start(slot: usize, y: f64): void {
  store<f64>(slot, y, LAST);
  store<f64>(slot, abs<f64>(y), ABS_MEAN);
  store<f64>(slot, y, LOW);
  store<f64>(slot, y, HIGH);
  store<f64>(slot, y, MINIMUM);
  store<f64>(slot, y, MEAN);
  store<f64>(slot, y, SLOW_MEAN);
  for (let i: usize = 0; i < 3; i++) store<f64>(slot + (i << 3), y, SES);
  store<f64>(slot, y, HOLT);
  store<f64>(slot, y, HOLT + 16);
}

/** Damped Holt: level and trend at `at`. */
function holt(at: usize, y: f64, alpha: f64, beta: f64): void {
  const trend = PHI * load<f64>(at, 8);
  const expected = load<f64>(at) + trend;
  const error = y - expected;
  store<f64>(at, expected + alpha * error);
  store<f64>(at, trend + alpha * beta * error, 8);
}

/** Take in a value that is there. Gains start at 1/n, so that the first values weigh alike. */
export function learnPlain(slot: usize, y: f64): void {
  const present = load<i32>(slot, PRESENT);
  store<i32>(slot, present + 1, PRESENT);
  if (present == 0) {
    start(slot, y);
    return;
  }
  const first = 1.0 / <f64>(present + 1);
  const change = y - load<f64>(slot, LAST);
  pull(slot + SCALE, abs<f64>(change), max<f64>(0.01, 1.0 / <f64>present));
  pull(slot + ABS_MEAN, abs<f64>(y), max<f64>(0.005, first));
  pull(slot + DRIFT, change, max<f64>(SLOW, 1.0 / <f64>present));
  pull(slot + SLOW_MEAN, y, max<f64>(0.005, first));
  pull(slot + MEAN, y, max<f64>(SLOW, first));
  pull(slot + SES, y, max<f64>(0.1, first));
  pull(slot + SES + 8, y, max<f64>(0.3, first));
  pull(slot + SES + 16, y, max<f64>(0.6, first));
  holt(slot + HOLT, y, 0.3, 0.1);
  holt(slot + HOLT + 16, y, 0.9, 0.5);
  const shrink = RANGE_DECAY * (load<f64>(slot, HIGH) - load<f64>(slot, LOW));
  store<f64>(slot, min<f64>(y, load<f64>(slot, LOW) + shrink), LOW);
  store<f64>(slot, max<f64>(y, load<f64>(slot, HIGH) - shrink), HIGH);
  store<f64>(slot, min<f64>(y, load<f64>(slot, MINIMUM)), MINIMUM);
  store<f64>(slot, y, LAST);
}

/** Forecasts of the eight plain experts at a horizon. */
export function predictPlain(slot: usize, out: usize, steps: f64, damped: f64): void {
  const last = load<f64>(slot, LAST);
  store<f64>(out, last);
  store<f64>(out, load<f64>(slot, MEAN), 8);
  store<f64>(out, load<f64>(slot, SES), 16);
  store<f64>(out, load<f64>(slot, SES + 8), 24);
  store<f64>(out, load<f64>(slot, SES + 16), 32);
  store<f64>(out, load<f64>(slot, HOLT) + damped * load<f64>(slot, HOLT + 8), 40);
  store<f64>(out, load<f64>(slot, HOLT + 16) + damped * load<f64>(slot, HOLT + 24), 48);
  store<f64>(out, last + steps * load<f64>(slot, DRIFT), 56);
}

/** Scale of changes, bounded away from zero so that its inverse square stays in range. */
export function floorScale(slot: usize): f64 {
  return max<f64>(max<f64>(load<f64>(slot, SCALE), 1e-6 * load<f64>(slot, ABS_MEAN)), 1e-15);
}
