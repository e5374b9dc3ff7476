import { valueAt } from './history';
import { KINDS, modelIsSound, modelPredict, modelStateBytes, modelUpdate } from './models';
import { KIND } from './models/header';
import { capacity, FITTED_ROW, horizons, LAST, MEDIAN_ROW, modelOf, modelSeason, N, outsideOf, reach, scratchOf, step } from './plan';

// The fitted models of a slot: each follows the series step by step and speaks as one expert. Parameters come from fits
// that the host carries out in the background, on a copy of the window; the steps since then are caught up with.

// Record of a model, bytes; its state follows.
const FITTED_AT: usize = 0; // i32 step at which its window ended
const ATTEMPT_AT: usize = 4; // i32 the same of the last fit, successful or not; 0: none
const NEXT: usize = 8; // f64 its forecast of the next step
const OWN_ERROR: usize = 16; // f64 fading sums of |error|: its own, last value's
const NAIVE_ERROR: usize = 24;
const ATTEMPT_SEASON: usize = 32; // i32 season of the last fit
// The fit that was decided on and is not yet adopted, i32 each; the host keeps them.
const PENDING_AT: usize = 36; // step at which its window ends; 0: none
const PENDING_WINDOW: usize = 40;
const PENDING_SEASON: usize = 44;
const PENDING_SECOND: usize = 48; // second season, −1: none
const RECORD_BYTES: usize = 64;
/** Memory of the sums of errors, per step. */
const FADE: f64 = 0.995;

/** Bytes of a model in a slot, for seasons of at most m steps. */
export function fittedBytes(kind: i32, m: i32): i32 { return <i32>RECORD_BYTES + modelStateBytes(kind, m); }

// @ts-ignore: decorator
@inline
function stateOf(plan: usize, slot: usize, kind: i32): usize { return modelOf(plan, slot, kind) + RECORD_BYTES; }

/** Score the one-step forecasts of all models and take the next value in; NaN where missing. */
export function modelsStep(plan: usize, slot: usize, y: f64): void {
  if (modelSeason(plan) == 0) return;
  for (let kind = 1; kind <= KINDS; kind++) {
    const record = modelOf(plan, slot, kind);
    if (load<i32>(record + RECORD_BYTES, KIND) == 0) continue;
    const error = abs<f64>(y - load<f64>(record, NEXT));
    const naive = abs<f64>(y - load<f64>(slot, LAST));
    if (error < Infinity && naive < Infinity) {
      store<f64>(record, load<f64>(record, OWN_ERROR) * FADE + error, OWN_ERROR);
      store<f64>(record, load<f64>(record, NAIVE_ERROR) * FADE + naive, NAIVE_ERROR);
    }
    modelUpdate(record + RECORD_BYTES, y);
  }
}

/** Write what each model says of all horizons; NaN where nothing was fitted. */
export function modelsPredict(plan: usize, slot: usize): void {
  if (modelSeason(plan) == 0) return;
  const out = scratchOf(plan);
  for (let kind = 1; kind <= KINDS; kind++) {
    const record = modelOf(plan, slot, kind);
    modelPredict(record + RECORD_BYTES, reach(plan), out, 0);
    store<f64>(record, load<f64>(out), NEXT);
    const row = outsideOf(plan, slot) + (<usize>((FITTED_ROW + kind - 1) * horizons(plan)) << 3);
    for (let h = 0; h < horizons(plan); h++) {
      store<f64>(row + (<usize>h << 3), load<f64>(out + (<usize>(step(plan, h) - 1) << 3)));
    }
  }
  for (let h = 0; h < horizons(plan); h++) medianOf(plan, slot, h);
}

/** Median of what the models say of a horizon; NaN while fewer than three speak (Petropoulos & Svetunkov 2020). */
function medianOf(plan: usize, slot: usize, h: i32): void {
  const rows = outsideOf(plan, slot) + (<usize>h << 3);
  const stride = <usize>horizons(plan) << 3;
  const sorted = scratchOf(plan);
  let n = 0;
  for (let i = 0; i < KINDS; i++) {
    const value = load<f64>(rows + <usize>(FITTED_ROW + i) * stride);
    if (isNaN(value)) continue;
    let at = n++;
    for (; at > 0 && load<f64>(sorted + (<usize>(at - 1) << 3)) > value; at--) {
      store<f64>(sorted + (<usize>at << 3), load<f64>(sorted + (<usize>(at - 1) << 3)));
    }
    store<f64>(sorted + (<usize>at << 3), value);
  }
  const middle = sorted + (<usize>(n >> 1) << 3);
  const median = (n & 1) == 1 ? load<f64>(middle) : 0.5 * (load<f64>(middle - 8) + load<f64>(middle));
  store<f64>(rows + <usize>MEDIAN_ROW * stride, n < 3 ? NaN : median);
}

/** Copy the `count` values up to step `end`, NaN where missing or forgotten, as f64 to `out`. */
export function fitWindow(plan: usize, slot: usize, count: i32, end: i32, out: usize): void {
  for (let i = 0; i < count; i++) store<f64>(out + (<usize>i << 3), valueAt(plan, slot, end - count + i));
}

/**
 * The host wrote the state that a fit found, of a window that ended at step `at`: catch up with the steps since then.
 */
export function adoptModel(plan: usize, slot: usize, kind: i32, at: i32): void {
  const record = modelOf(plan, slot, kind);
  store<i32>(record, at, FITTED_AT);
  store<f64>(record, NaN, NEXT);
  store<f64>(record, 0.0, OWN_ERROR);
  store<f64>(record, 0.0, NAIVE_ERROR);
  for (let t = at; t < load<i32>(slot, N); t++) modelUpdate(record + RECORD_BYTES, valueAt(plan, slot, t));
}

/** Record of a model: i32 FITTED_AT, ATTEMPT_AT, then from byte 32 on ATTEMPT_SEASON and the pending fit. */
export function modelRecordAt(plan: usize, slot: usize, kind: i32): usize { return modelOf(plan, slot, kind); }

/** State of a fitted model, with the header that models/header.ts describes. */
export function modelStateAt(plan: usize, slot: usize, kind: i32): usize { return stateOf(plan, slot, kind); }

/** Step at which the window of a model's fit ended. */
export function modelFittedAt(plan: usize, slot: usize, kind: i32): i32 {
  return load<i32>(modelOf(plan, slot, kind), FITTED_AT);
}

/** Σ|error| of a model's one-step forecasts over that of last value since the fit, the newest weighing most; NaN: none yet. */
export function modelScore(plan: usize, slot: usize, kind: i32): f64 {
  const record = modelOf(plan, slot, kind);
  const naive = load<f64>(record, NAIVE_ERROR);
  return naive > 0.0 ? load<f64>(record, OWN_ERROR) / naive : NaN;
}

/** Whether all models of a slot that was copied in can be gone on from. */
export function modelsAreSound(plan: usize, slot: usize): bool {
  if (modelSeason(plan) == 0) return true;
  for (let kind = 1; kind <= KINDS; kind++) {
    if (!recordIsSound(plan, slot, modelOf(plan, slot, kind))) return false;
    if (modelIsSound(kind, stateOf(plan, slot, kind), modelSeason(plan)) == 0) return false;
  }
  return true;
}

function recordIsSound(plan: usize, slot: usize, record: usize): bool {
  const n = load<i32>(slot, N);
  const fitted = load<i32>(record, FITTED_AT);
  const attempt = load<i32>(record, ATTEMPT_AT);
  const pending = load<i32>(record, PENDING_AT);
  if (fitted < 0 || fitted > n || attempt < 0 || attempt > n || pending < 0 || pending > n) return false;
  if (pending == 0) return true;
  const window = load<i32>(record, PENDING_WINDOW);
  const season = load<i32>(record, PENDING_SEASON);
  const second = load<i32>(record, PENDING_SECOND);
  if (window < 1 || window > min<i32>(pending, capacity(plan))) return false;
  return season >= 1 && season <= modelSeason(plan) && second >= -1 && second <= modelSeason(plan);
}
