import * as arima from './models/arima';
import * as decomposable from './models/decomposable';
import * as ets from './models/ets';
import { KIND } from './models/header';
import * as stlEts from './models/stl-ets';
import * as theta from './models/theta';

// Fitted models behind one face. A fit is a search in bounded pieces over a window of values in a workspace that all
// series share; its result is a state, which then follows the series at O(1) a step.

export const ETS: i32 = 1;
export const ARIMA: i32 = 2;
export const THETA: i32 = 3;
export const STL_ETS: i32 = 4;
export const DECOMPOSABLE: i32 = 5;
/** Number of kinds; they count from 1. */
export const KINDS: i32 = 5;

/** Bytes of workspace for a fit to n values with a season of m steps (1: none). */
export function modelWorkBytes(kind: i32, n: i32, m: i32): i32 {
  switch (kind) {
    case ETS: return ets.workBytes(n, m);
    case ARIMA: return arima.workBytes(n, m);
    case THETA: return theta.workBytes(n, m);
    case STL_ETS: return stlEts.workBytes(n, m);
    default: return decomposable.workBytes(n, m);
  }
}

/** Bytes of a state with a season of at most m steps. */
export function modelStateBytes(kind: i32, m: i32): i32 {
  switch (kind) {
    case ETS: return ets.stateBytes(m);
    case ARIMA: return arima.stateBytes(m);
    case THETA: return theta.stateBytes(m);
    case STL_ETS: return stlEts.stateBytes(m);
    default: return decomposable.stateBytes(m);
  }
}

/**
 * Begin a fit.
 * @param work modelWorkBytes(kind, n, m) bytes; may hold anything
 * @param y window of n f64, oldest first, NaN where missing; copied
 * @param m season in steps, 1: none
 * @param spec 8 i32 that fix the form of the model, each −1 where the search decides; 0: all of it open
 */
export function modelBegin(kind: i32, work: usize, y: usize, n: i32, m: i32, spec: usize): void {
  switch (kind) {
    case ETS: return ets.begin(work, y, n, m, spec);
    case ARIMA: return arima.begin(work, y, n, m, spec);
    case THETA: return theta.begin(work, y, n, m, spec);
    case STL_ETS: return stlEts.begin(work, y, n, m, spec);
    default: return decomposable.begin(work, y, n, m, spec);
  }
}

/** One piece of the search; 0 once there is nothing left to do. */
export function modelAdvance(kind: i32, work: usize): i32 {
  switch (kind) {
    case ETS: return i32(ets.advance(work));
    case ARIMA: return i32(arima.advance(work));
    case THETA: return i32(theta.advance(work));
    case STL_ETS: return i32(stlEts.advance(work));
    default: return i32(decomposable.advance(work));
  }
}

/** Write the best model's state as of the window's end; 0, and the state as it was, if none could be fitted. */
export function modelFinish(kind: i32, work: usize, state: usize): i32 {
  switch (kind) {
    case ETS: return i32(ets.finish(work, state));
    case ARIMA: return i32(arima.finish(work, state));
    case THETA: return i32(theta.finish(work, state));
    case STL_ETS: return i32(stlEts.finish(work, state));
    default: return i32(decomposable.finish(work, state));
  }
}

/** Take the next value in, NaN where missing. A state that was never fitted stays as it is. */
export function modelUpdate(state: usize, y: f64): void {
  switch (load<i32>(state, KIND)) {
    case 0: return;
    case ETS: return ets.update(state, y);
    case ARIMA: return arima.update(state, y);
    case THETA: return theta.update(state, y);
    case STL_ETS: return stlEts.update(state, y);
    default: return decomposable.update(state, y);
  }
}

/**
 * Forecasts for steps 1 … count.
 * @param mean count f64; NaN from a state that was never fitted
 * @param variance count f64 of forecast variances; 0: not wanted
 */
export function modelPredict(state: usize, count: i32, mean: usize, variance: usize): void {
  switch (load<i32>(state, KIND)) {
    case 0: {
      for (let i = 0; i < count; i++) {
        store<f64>(mean + (<usize>i << 3), NaN);
        if (variance != 0) store<f64>(variance + (<usize>i << 3), NaN);
      }
      return;
    }
    case ETS: return ets.predict(state, count, mean, variance);
    case ARIMA: return arima.predict(state, count, mean, variance);
    case THETA: return theta.predict(state, count, mean, variance);
    case STL_ETS: return stlEts.predict(state, count, mean, variance);
    default: return decomposable.predict(state, count, mean, variance);
  }
}

/** Whether a state that was copied in can be gone on from: every number in it that serves as an index is in range. */
export function modelIsSound(kind: i32, state: usize, m: i32): i32 {
  const own = load<i32>(state, KIND);
  if (own == 0) return 1;
  if (own != kind) return 0;
  switch (kind) {
    case ETS: return i32(ets.isSound(state, m));
    case ARIMA: return i32(arima.isSound(state, m));
    case THETA: return i32(theta.isSound(state, m));
    case STL_ETS: return i32(stlEts.isSound(state, m));
    default: return i32(decomposable.isSound(state, m));
  }
}
