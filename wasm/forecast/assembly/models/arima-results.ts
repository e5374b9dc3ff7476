import * as model from './arima-model';
import { setOrders } from './arima-values';
import { array, CANDIDATE, fieldAt, LIST, RESULT_BYTES, RESULTS, setField, X } from './arima-work';

// What was tried: orders, how they were fitted, criterion and parameters.

// A result, bytes.
export const KEY: usize = 0; // i32
export const STATUS: usize = 4; // i32
export const CRITERION: usize = 8; // f64 AICc
export const PARAMETERS: usize = 16;
/** Status of a result: conditional, exact, exact and refused. */
export const CONDITIONAL: i32 = 0;
export const CHOOSABLE: i32 = 1;
export const REFUSED: i32 = 2;
export const UNTRIED: i32 = 3;

// @ts-ignore: decorator
@inline
export function resultAt(work: usize, i: i32): usize { return array(work, LIST) + <usize>(i * RESULT_BYTES); }

export function keyOf(work: usize, from: usize): i32 {
  return fieldAt(work, from, 0) + 8 * (fieldAt(work, from, 1) + 8 * (fieldAt(work, from, 2) + 4 * (fieldAt(work, from, 3) +
    4 * fieldAt(work, from, 4))));
}

export function isNew(work: usize): bool {
  const key = keyOf(work, CANDIDATE);
  const count = load<i32>(work, RESULTS);
  for (let i = 0; i < count; i++) if (load<i32>(resultAt(work, i), KEY) == key) return false;
  return true;
}

/** The result of a status with the least criterion, −1 where there is none. */
export function bestOf(work: usize, status: i32): i32 {
  const count = load<i32>(work, RESULTS);
  let best = -1;
  for (let i = 0; i < count; i++) {
    const result = resultAt(work, i);
    if (load<i32>(result, STATUS) != status) continue;
    if (best < 0 || load<f64>(result, CRITERION) < load<f64>(resultAt(work, best), CRITERION)) best = i;
  }
  return best;
}

/** Put a result's orders and parameters in place. */
export function recall(work: usize, i: i32): void {
  const result = resultAt(work, i);
  const key = load<i32>(result, KEY);
  setField(work, CANDIDATE, 0, key & 7);
  setField(work, CANDIDATE, 1, (key >> 3) & 7);
  setField(work, CANDIDATE, 2, (key >> 6) & 3);
  setField(work, CANDIDATE, 3, (key >> 8) & 3);
  setField(work, CANDIDATE, 4, key >> 10);
  setOrders(work);
  memory.copy(work + X, result + PARAMETERS, <usize>(8 * model.MOST_COEFFICIENTS));
}
