import { experts, weightsOf } from './plan';

// Exponential weights, the alternatives to MLpol. Both are given what MLpol is given: the linearised loss at the combined
// forecast as issued, in units of its mean loss. Experts that are silent keep what they have.

/** Gains are cut at so many mean losses, for both rules need to know how large they can be. */
const MOST_GAIN: f64 = 4.0;
/** Memory of what is cumulated per scored forecast, as MLpol's. */
const FADE: f64 = 0.99;
/** Fixed share: rate of the exponential weights, and the part that is shared out anew at each score. */
const RATE: f64 = 0.2;
const SHARE: f64 = 0.01;

/**
 * Bernstein online aggregation (Wintenberger 2017, "Optimal learning with Bernstein online aggregation", Machine Learning
 * 106, with the adaptive rates of its section 4): weight ∝ η exp(η Σ(r − ηr²)), η = min(1/2E, √(ln K / Σr²)), E the largest
 * gain. Rows as MLpol's: Σ(r − ηr²), Σr², weight.
 */
export function boaStep(plan: usize, slot: usize, h: i32, mean: f64, forecast: usize, gradient: f64): void {
  const k = experts(plan);
  const bytes = <usize>k << 3;
  const at = weightsOf(plan, slot, h);
  const budget = Math.log(<f64>k);
  for (let i = 0; i < k; i++) {
    const f = <f64>load<f32>(forecast + (<usize>i << 2));
    if (isNaN(f)) continue;
    const o = at + (<usize>i << 3);
    const gain = cut(gradient * (mean - f));
    const squares = FADE * load<f64>(o + bytes) + gain * gain;
    const eta = squares > 0.0 ? min<f64>(0.5 / MOST_GAIN, sqrt<f64>(budget / squares)) : 0.5 / MOST_GAIN;
    const regret = FADE * load<f64>(o) + gain - eta * gain * gain;
    store<f64>(o, regret);
    store<f64>(o + bytes, squares);
    store<f64>(o + 2 * bytes, eta * Math.exp(eta * regret));
  }
}

/**
 * Fixed share (Herbster & Warmuth 1998, "Tracking the best expert", Machine Learning 32): exponential weights of which a
 * part is shared out evenly at each score, so that whoever is good now is soon heard. Of the rows only the weights serve.
 */
export function fixedShareStep(plan: usize, slot: usize, h: i32, mean: f64, forecast: usize, gradient: f64): void {
  const k = experts(plan);
  const weights = weightsOf(plan, slot, h) + (<usize>k << 4);
  let count: f64 = 0.0;
  let before: f64 = 0.0;
  let after: f64 = 0.0;
  for (let i = 0; i < k; i++) {
    const f = <f64>load<f32>(forecast + (<usize>i << 2));
    if (isNaN(f)) continue;
    const o = weights + (<usize>i << 3);
    const weight = load<f64>(o);
    const grown = weight * Math.exp(RATE * cut(gradient * (mean - f)));
    store<f64>(o, grown);
    count += 1.0;
    before += weight;
    after += grown;
  }
  // What the speakers have together stays the same: the silent lose nothing by it.
  const scale = after > 0.0 ? (1.0 - SHARE) * before / after : 0.0;
  const share = SHARE * before / count;
  for (let i = 0; i < k; i++) {
    if (isNaN(load<f32>(forecast + (<usize>i << 2)))) continue;
    const o = weights + (<usize>i << 3);
    store<f64>(o, share + scale * load<f64>(o));
  }
}

// @ts-ignore: decorator
@inline
function cut(gain: f64): f64 { return max<f64>(-MOST_GAIN, min<f64>(MOST_GAIN, gain)); }
