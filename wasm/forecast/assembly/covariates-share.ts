import { combine } from './combine';
import { COVARIATES_ROW, experts, expertsOf, OUTSIDE, PLAIN, weightsOf } from './plan';

// The share of the covariates in a forecast. They know what the others cannot, and speak only where it makes a difference:
// among a crowd of experts that are right at most times they would be heard too little, and after they were right all
// others would be blamed. So the others are combined, and weighed, as if alone; the share of the covariates is the slope
// of a regression of what that combination missed on what they said beyond it: an encompassing regression (Chong & Hendry
// 1986, Econometric evaluation of linear macro-economic models), ridge, with forgetting. It takes the place of regrets.

/** Number of the covariates among the experts. */
const COVARIATES: i32 = PLAIN - OUTSIDE + COVARIATES_ROW;
/** Memory of the regression, per scored forecast in which they spoke. */
const FADE: f64 = 0.99;
/** Strength of the prior that they have nothing to say, in squares of the mean error. */
const RIDGE: f64 = 3.0;
const MOST_SHARE: f64 = 0.95;
/** A miss is cut at so many times what they said: one outlier is no evidence. */
const CUT: f64 = 2.0;

// @ts-ignore: decorator
@inline
function sumsOf(plan: usize, slot: usize, h: i32): usize { return weightsOf(plan, slot, h) + (<usize>COVARIATES << 3); }

function shareOf(plan: usize, slot: usize, h: i32): f64 {
  const sums = sumsOf(plan, slot, h);
  const squares = load<f64>(sums + (<usize>experts(plan) << 3));
  return max<f64>(0.0, min<f64>(MOST_SHARE, load<f64>(sums) / (squares + RIDGE)));
}

/** Combine the experts of a horizon. */
export function blend(plan: usize, slot: usize, h: i32): f64 {
  const at = expertsOf(plan, slot, h) + (<usize>COVARIATES << 3);
  const said = load<f64>(at);
  store<f64>(at, NaN);
  const others = combine(plan, slot, h);
  if (isNaN(said)) return others;
  const share = shareOf(plan, slot, h);
  const weights = weightsOf(plan, slot, h) + (<usize>experts(plan) << 4);
  let total: f64 = 0.0;
  for (let i = 0; i < experts(plan); i++) {
    const speaks = !isNaN(load<f64>(expertsOf(plan, slot, h) + (<usize>i << 3)));
    if (speaks) total += load<f64>(weights + (<usize>i << 3));
  }
  store<f64>(at, said);
  store<f64>(weights + (<usize>COVARIATES << 3), total * share / (1.0 - share));
  return others + share * (said - others);
}

/**
 * Learn the share from a forecast that fell due.
 * @param mean forecast as issued
 * @param forecasts what each expert said, K f32; that of the covariates is taken out
 * @param loss mean loss
 * @returns the forecast that the others are to be scored against
 */
export function learnShare(plan: usize, slot: usize, h: i32, y: f64, mean: f64, forecasts: usize, loss: f64): f64 {
  const at = forecasts + (<usize>COVARIATES << 2);
  const said = <f64>load<f32>(at);
  if (isNaN(said)) return mean;
  store<f32>(at, NaN);
  const others = combined(plan, slot, h, forecasts);
  if (isNaN(others)) return mean;
  const beyond = (said - others) / loss;
  const limit = CUT * abs<f64>(beyond);
  const missed = max<f64>(-limit, min<f64>(limit, (y - others) / loss));
  const sums = sumsOf(plan, slot, h);
  const squares = sums + (<usize>experts(plan) << 3);
  store<f64>(sums, FADE * load<f64>(sums) + missed * beyond);
  store<f64>(squares, FADE * load<f64>(squares) + beyond * beyond);
  return others;
}

/** What the others said, under the weights of now; NaN where none of them has any. */
function combined(plan: usize, slot: usize, h: i32, forecasts: usize): f64 {
  const weights = weightsOf(plan, slot, h) + (<usize>experts(plan) << 4);
  let sum: f64 = 0.0;
  let total: f64 = 0.0;
  for (let i = 0; i < experts(plan); i++) {
    const said = <f64>load<f32>(forecasts + (<usize>i << 2));
    if (isNaN(said)) continue;
    const weight = load<f64>(weights + (<usize>i << 3));
    sum += weight * said;
    total += weight;
  }
  return sum / total;
}
