import { horizons, reach, scratchOf, step } from './plan';
import { addScaled, dot, downdateRow } from './vec';

// Direct multi-step regression by recursive least squares (Haykin, Adaptive Filter Theory, ch. 10). All horizons share
// the regressors x(t), hence one inverse covariance P: the gain of x(t), computed when x(t) came, is kept until the
// values it forecast arrive. The update of a horizon is then exact RLS at O(p).
//
// Block: P p×p f64 · theta H×p f64 · error scale H f64 · error count H f64 · then rings of `reach + 1` entries:
// origin i32, base H f32, regressors p f32, gains p f32.

/** Errors beyond this many times their mean size are cut there: one outlier must not bend a model. */
const CLIP: f64 = 4.0;
const CLIP_FROM: f64 = 20.0;
/** Marks a ring entry without regressors. Origins are stored plus one, so that zeroed memory holds none. */
const NONE: i32 = 0;

/** Coefficients of a horizon, p f64. */
// @ts-ignore: decorator
@inline
export function theta(block: usize, p: i32, h: i32): usize { return block + (<usize>(p * p + h * p) << 3); }
// @ts-ignore: decorator
@inline
function errors(plan: usize, block: usize, p: i32): usize { return block + (<usize>(p * p + horizons(plan) * p) << 3); }
// @ts-ignore: decorator
@inline
function rings(plan: usize, block: usize, p: i32): usize { return errors(plan, block, p) + (<usize>horizons(plan) << 4); }
// @ts-ignore: decorator
@inline
function originAt(plan: usize, block: usize, p: i32, entry: i32): usize {
  return rings(plan, block, p) + (<usize>entry << 2);
}
/** Ring entry's base forecasts. */
export function baseAt(plan: usize, block: usize, p: i32, entry: i32): usize {
  return rings(plan, block, p) + (<usize>(reach(plan) + 1 + entry * horizons(plan)) << 2);
}
/** Ring entry's regressors. */
export function regressorsAt(plan: usize, block: usize, p: i32, entry: i32): usize {
  const ring = reach(plan) + 1;
  return rings(plan, block, p) + (<usize>(ring * (1 + horizons(plan)) + entry * p) << 2);
}
// @ts-ignore: decorator
@inline
function gainsAt(plan: usize, block: usize, p: i32, entry: i32): usize {
  const ring = reach(plan) + 1;
  return rings(plan, block, p) + (<usize>(ring * (1 + horizons(plan) + p) + entry * p) << 2);
}
// @ts-ignore: decorator
@inline
export function entryOf(plan: usize, t: i32): i32 { return t % (reach(plan) + 1); }

/** Start P at I/scale²: the prior that every coefficient is 0, that is, that the base is right. */
export function rlsReset(block: usize, p: i32, scale: f64): void {
  memory.fill(block, 0, <usize>(p * p) << 3);
  const prior = 1.0 / (scale * scale);
  for (let i = 0; i < p; i++) store<f64>(block + (<usize>(i * p + i) << 3), prior);
}

/** Learn from the value of step `t`: every horizon whose forecast falls due. */
export function rlsLearn(plan: usize, block: usize, p: i32, t: i32, y: f64): void {
  for (let h = 0; h < horizons(plan); h++) {
    const origin = t - step(plan, h);
    if (origin < 0) return;
    const entry = entryOf(plan, origin);
    if (load<i32>(originAt(plan, block, p, entry)) != origin + 1) continue;
    const base = <f64>load<f32>(baseAt(plan, block, p, entry) + (<usize>h << 2));
    const coefficients = theta(block, p, h);
    let error = y - (base + dot(coefficients, regressorsAt(plan, block, p, entry), p));
    if (!(abs<f64>(error) < 1e200)) continue;
    const at = errors(plan, block, p) + (<usize>h << 4);
    const size = load<f64>(at);
    const count = load<f64>(at, 8);
    const limit = CLIP * size;
    if (count >= CLIP_FROM) error = max<f64>(-limit, min<f64>(limit, error));
    store<f64>(at, size + (abs<f64>(error) - size) * max<f64>(0.02, 1.0 / (count + 1.0)));
    store<f64>(at, count + 1.0, 8);
    addScaled(coefficients, gainsAt(plan, block, p, entry), error, p);
  }
}

/**
 * Take in the regressors and bases that were written for step `t`. Forgetting pauses while P is larger than its
 * prior: without excitation it would grow without bound.
 */
export function rlsAdvance(plan: usize, block: usize, p: i32, t: i32, lambda: f64, scale: f64): void {
  const entry = entryOf(plan, t);
  const x = regressorsAt(plan, block, p, entry);
  const u = scratchOf(plan);
  let spread: f64 = 0.0;
  let trace: f64 = 0.0;
  for (let i = 0; i < p; i++) {
    const row = block + (<usize>(i * p) << 3);
    const value = dot(row, x, p);
    store<f64>(u + (<usize>i << 3), value);
    spread += value * <f64>load<f32>(x + (<usize>i << 2));
    trace += load<f64>(row + (<usize>i << 3));
  }
  if (!(spread >= 0.0 && spread < 1e200 && trace < 1e200)) {
    // Rounding made P indefinite, or the series changed its magnitude by orders: start the covariance anew.
    rlsReset(block, p, scale);
    store<i32>(originAt(plan, block, p, entry), NONE);
    return;
  }
  const forget = trace > <f64>p / (scale * scale) ? 1.0 : lambda;
  const total = forget + spread;
  const gains = gainsAt(plan, block, p, entry);
  for (let i = 0; i < p; i++) store<f32>(gains + (<usize>i << 2), <f32>(load<f64>(u + (<usize>i << 3)) / total));
  // u·u' with u = Px/√total is symmetric to the last bit; so P stays symmetric.
  const root = sqrt<f64>(total);
  for (let i = 0; i < p; i++) store<f64>(u + (<usize>i << 3), load<f64>(u + (<usize>i << 3)) / root);
  const growth = 1.0 / forget;
  for (let i = 0; i < p; i++) {
    downdateRow(block + (<usize>(i * p) << 3), u, load<f64>(u + (<usize>i << 3)), growth, p);
  }
  store<i32>(originAt(plan, block, p, entry), t + 1);
}

/** No regressors at step `t`. */
export function rlsSkip(plan: usize, block: usize, p: i32, t: i32): void {
  store<i32>(originAt(plan, block, p, entryOf(plan, t)), NONE);
}

/** Forecast of horizon `h` from step `t`; NaN if `t` had no regressors. */
export function rlsPredict(plan: usize, block: usize, p: i32, t: i32, h: i32): f64 {
  const entry = entryOf(plan, t);
  if (load<i32>(originAt(plan, block, p, entry)) != t + 1) return NaN;
  const base = <f64>load<f32>(baseAt(plan, block, p, entry) + (<usize>h << 2));
  return base + dot(theta(block, p, h), regressorsAt(plan, block, p, entry), p);
}
