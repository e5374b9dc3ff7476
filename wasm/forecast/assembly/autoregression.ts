import { addressOf } from './history';
import { capacity, horizons, N, PRESENT, PRIOR, SLOW_MEAN } from './plan';
import { floorScale } from './plain';
import { baseAt, entryOf, regressorsAt, rlsAdvance, rlsLearn, rlsReset, rlsSkip } from './rls';

// Autoregression on the series itself: changes y(t−i) − y(t−i−1) and the deviation from the mean, forecasting the
// change from y(t). All coefficients at zero: last value.

/** Values before the first regression: enough to know the scale of the prior. */
export const START: i32 = 8;

/** One step of a plain autoregression with p regressors. `y` is NaN where missing. */
export function arStep(plan: usize, slot: usize, block: usize, p: i32, t: i32, y: f64, lambda: f64): void {
  const present = load<i32>(slot, PRESENT);
  if (isNaN(y) || present < START) {
    rlsSkip(plan, block, p, t);
    return;
  }
  const scale = floorScale(slot);
  // A prior that weighs as many values makes the start that much surer of its coefficients.
  if (present == START) rlsReset(block, p, scale * sqrt<f64>(1.0 + load<f64>(slot, PRIOR)));
  rlsLearn(plan, block, p, t, y);
  const entry = entryOf(plan, t);
  const x = regressorsAt(plan, block, p, entry);
  writeChanges(plan, slot, x, t, p - 1);
  store<f32>(x + (<usize>(p - 1) << 2), <f32>(y - load<f64>(slot, SLOW_MEAN)));
  const base = baseAt(plan, block, p, entry);
  for (let h = 0; h < horizons(plan); h++) store<f32>(base + (<usize>h << 2), <f32>y);
  rlsAdvance(plan, block, p, t, lambda, scale);
}

/** y(t−i) − y(t−i−1) for i = 0 … count−1 into `x`; 0 (no change known) where one of the two is missing. */
export function writeChanges(plan: usize, slot: usize, x: usize, t: i32, count: i32): void {
  const oldest = max<i32>(0, load<i32>(slot, N) - capacity(plan));
  const known = min<i32>(count, t - oldest);
  let at = addressOf(plan, slot, t);
  for (let i = 0; i < known; i++) {
    const change = load<f32>(at) - load<f32>(at - 4);
    store<f32>(x + (<usize>i << 2), change == change ? change : 0.0);
    at -= 4;
  }
  for (let i = known; i < count; i++) store<f32>(x + (<usize>i << 2), 0.0);
}
