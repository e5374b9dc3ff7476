import { capacity, historyOf, N } from './plan';

// History: the last `capacity` values as f32, NaN where missing, written twice so that any stretch is contiguous.

/** Append the value of step `t`. */
export function append(plan: usize, slot: usize, t: i32, y: f64): void {
  const size = capacity(plan);
  const at = historyOf(plan, slot) + (<usize>(t % size) << 2);
  store<f32>(at, <f32>y);
  store<f32>(at + (<usize>size << 2), <f32>y);
}

/** Address of step `t`, one of the last `capacity`; earlier steps of the window lie before it without a break. */
export function addressOf(plan: usize, slot: usize, t: i32): usize {
  const size = capacity(plan);
  const newest = load<i32>(slot, N) - 1;
  return historyOf(plan, slot) + (<usize>(newest % size + size - (newest - t)) << 2);
}

/** Value of step `t`; NaN where missing, forgotten or not there yet. */
export function valueAt(plan: usize, slot: usize, t: i32): f64 {
  const newest = load<i32>(slot, N) - 1;
  if (t < 0 || t > newest || t <= newest - capacity(plan)) return NaN;
  return <f64>load<f32>(addressOf(plan, slot, t));
}
