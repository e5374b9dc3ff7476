import { copyPresent, differences, isConstant } from './arima-differences';
import { hasHoles } from './arima-likelihood';
import * as model from './arima-model';
import {
  array, CANDIDATE, CENTRE, CHOSEN_D, CHOSEN_SEASONAL_D, DEGENERATE, fieldAt, M, MODEL, N, REGRESSOR, SCALE, VALUES, Y,
} from './arima-work';

// What is filtered: levels where some are missing, differences otherwise, centred and scaled by a power of two.

/** Centre and scale (a power of two) of the differences, and whether anything is left of them. */
export function standardise(work: usize, a: usize, length: i32, size: f64): void {
  const b = array(work, VALUES);
  const count = copyPresent(a, length, b);
  let mean: f64 = 0.0;
  for (let i = 0; i < count; i++) mean += load<f64>(b + (<usize>i << 3));
  if (count > 0) mean /= <f64>count;
  let squares: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    const v = load<f64>(b + (<usize>i << 3)) - mean;
    squares += v * v;
  }
  const isEmpty = isConstant(b, count, size);
  store<i32>(work, i32(isEmpty), DEGENERATE);
  let scale: f64 = 1.0;
  if (!isEmpty) {
    const deviation = sqrt<f64>(squares / <f64>count);
    while (scale < deviation) scale *= 2.0;
    while (scale > deviation) scale *= 0.5;
  }
  store<f64>(work, mean, CENTRE);
  store<f64>(work, scale, SCALE);
}

/** Write the model's orders and what it is to be fitted to. */
export function setOrders(work: usize): void {
  const from = CANDIDATE;
  const record = work + MODEL;
  store<i32>(record, fieldAt(work, from, 0), model.P);
  store<i32>(record, load<i32>(work, CHOSEN_D), model.D);
  store<i32>(record, fieldAt(work, from, 1), model.Q);
  store<i32>(record, fieldAt(work, from, 2), model.SEASONAL_P);
  store<i32>(record, load<i32>(work, CHOSEN_SEASONAL_D), model.SEASONAL_D);
  store<i32>(record, fieldAt(work, from, 3), model.SEASONAL_Q);
  store<i32>(record, fieldAt(work, from, 4), model.CONSTANT);
  store<i32>(record, load<i32>(work, M), model.PERIOD);
  if (hasHoles(work)) fillLevels(work);
  else fillDifferences(work);
}

/** What is taken off every level: with nothing differenced the mean if there is a constant, else any level will do. */
export function levelShift(work: usize): f64 {
  const record = work + MODEL;
  if (model.differenced(record) > 0) return load<f64>(array(work, Y));
  return model.order(record, model.CONSTANT) == 1 ? load<f64>(work, CENTRE) : 0.0;
}

/** Scaled levels, and the regressor whose differences are 1. */
export function fillLevels(work: usize): void {
  const record = work + MODEL;
  const n = load<i32>(work, N);
  const y = array(work, Y);
  const values = array(work, VALUES);
  const regressor = array(work, REGRESSOR);
  const inverse = 1.0 / load<f64>(work, SCALE);
  const shift = levelShift(work);
  const isTrend = model.differenced(record) > 0;
  const slope = 1.0 / (model.order(record, model.D) > 0 ? 1.0 : <f64>load<i32>(work, M));
  for (let t = 0; t < n; t++) {
    const o = <usize>t << 3;
    const v = load<f64>(y + o);
    store<f64>(values + o, (v - shift) * inverse);
    store<f64>(regressor + o, isNaN(v) ? NaN : isTrend ? <f64>t * slope : 1.0);
  }
}

/** Scaled differences, less their mean if there is a constant. */
function fillDifferences(work: usize): void {
  const record = work + MODEL;
  const m = load<i32>(work, M);
  const values = array(work, VALUES);
  const regressor = array(work, REGRESSOR);
  let n = load<i32>(work, N);
  memory.copy(values, array(work, Y), <usize>n << 3);
  if (model.order(record, model.SEASONAL_D) > 0) n = differences(values, n, m, values);
  for (let i = model.order(record, model.D); i > 0; i--) n = differences(values, n, 1, values);
  const inverse = 1.0 / load<f64>(work, SCALE);
  const mean = model.order(record, model.CONSTANT) == 1 ? load<f64>(work, CENTRE) : 0.0;
  for (let t = 0; t < n; t++) {
    const o = <usize>t << 3;
    store<f64>(values + o, (load<f64>(values + o) - mean) * inverse);
    store<f64>(regressor + o, 1.0);
  }
}
