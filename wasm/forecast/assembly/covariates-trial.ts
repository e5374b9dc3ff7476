import {
  evidenceAt, EXPLAINED, GAIN, GAIN_SQUARES, groupEnd, GROUPS, groupStart, hasGroup, logChange, LOSS, MASK, modelAt, MOMENTS,
  MOST_GROUPS, NEXT, POWER, PRODUCT, TOTAL, TRIAL, TRIAL_STEPS, TRIED, TRIED_SQUARES, WEIGHT, WEIGHT_SQUARES,
} from './covariates-block';
import { solve } from './covariates-model';

// Which groups are in: the incumbent is tried against one challenger at a time, itself with one group more or less. A
// group that is out stands for trial only if what it explains of the past is more than chance; it enters, and stays, by
// one-step forecasts made before the value came.

/** Rows before any trial. */
const LEAST_WEIGHT: f64 = 30.0;
/** Steps after which the next group has its turn; the evidence is kept. */
const TURN: i32 = 48;
/** Weight of older evidence per newer step. */
const FORGET: f64 = 0.97;
/** Steps, by weight, from which evidence counts. */
const LEAST_TRIED: f64 = 16.0;
const ENOUGH_TRIED: f64 = 40.0;
/** A group enters if errors are smaller with it by so many standard errors, and by this part. */
const ENTER_ERRORS: f64 = 2.2;
const ENTER_GAIN: f64 = 0.01;
/** … and leaves at once if they are larger by so many. */
const LEAVE_ERRORS: f64 = 1.5;
/** Standard deviations of a χ² above its mean that a group out must explain to stand for trial, one in to stay unproven. */
const CHANCE_OUT: f64 = 5.0;
const CHANCE_IN: f64 = 1.0;
/** Forecasts closer than this part of the error's size are the same. */
const SAME: f64 = 0.02;
/** Errors are cut at so many mean sizes: one outlier is no evidence. */
const CUT: f64 = 8.0;
/** Residuals of the incumbent that a challenger's moments start from. */
const BORROWED: f64 = 4.0;

/** Compare the one-step errors of incumbent and challenger. */
export function weighTrial(block: usize, incumbent: f64, challenger: f64, size: f64): void {
  const group = load<i32>(block, TRIAL);
  if (group < 0 || abs<f64>(incumbent - challenger) <= SAME * size) return;
  const limit = CUT * size;
  const own = min<f64>(limit, abs<f64>(incumbent));
  const other = min<f64>(limit, abs<f64>(challenger));
  const isIn = hasGroup(modelAt(block, 0), group);
  const without = isIn ? other : own;
  const gain = without - (isIn ? own : other);
  const at = evidenceAt(block, group);
  store<f64>(at, FORGET * load<f64>(at, GAIN) + gain, GAIN);
  store<f64>(at, FORGET * load<f64>(at, GAIN_SQUARES) + gain * gain, GAIN_SQUARES);
  store<f64>(at, FORGET * load<f64>(at, LOSS) + without, LOSS);
  store<f64>(at, FORGET * load<f64>(at, TRIED) + 1.0, TRIED);
  store<f64>(at, FORGET * FORGET * load<f64>(at, TRIED_SQUARES) + 1.0, TRIED_SQUARES);
}

/** After the incumbent was solved anew: solve the challenger, judge it, or look for another. */
export function continueTrial(block: usize): void {
  if (load<i32>(block, GROUPS) == 0 || load<f64>(block, WEIGHT) < LEAST_WEIGHT) return;
  const group = load<i32>(block, TRIAL);
  if (group < 0) {
    standNext(block);
    return;
  }
  const challenger = modelAt(block, 1);
  solve(block, challenger);
  const steps = load<i32>(block, TRIAL_STEPS) + 1;
  store<i32>(block, steps, TRIAL_STEPS);
  if (judge(block, group, steps)) return;
  if (steps >= TURN) store<i32>(block, -1, TRIAL);
}

/** Whether incumbent and challenger have changed places. */
function judge(block: usize, group: i32, steps: i32): bool {
  const at = evidenceAt(block, group);
  const weight = load<f64>(at, TRIED);
  const isIn = hasGroup(modelAt(block, 0), group);
  const isIdle = isIn && steps >= TURN && chance(block, group) < CHANCE_IN;
  if (weight == 0.0) {
    if (isIdle) change(block, group, 0.0);
    return isIdle;
  }
  const count = weight * weight / load<f64>(at, TRIED_SQUARES);
  const mean = load<f64>(at, GAIN) / weight;
  const variance = max<f64>(0.0, load<f64>(at, GAIN_SQUARES) / weight - mean * mean);
  const error = sqrt<f64>(variance / max<f64>(1.0, count - 1.0));
  const loss = load<f64>(at, LOSS) / weight;
  let isChanged: bool;
  if (isIn) {
    const isWorse = count >= LEAST_TRIED && mean < -LEAVE_ERRORS * error;
    const isUseless = count >= ENOUGH_TRIED && mean <= 0.0;
    isChanged = isWorse || isUseless || (isIdle && mean <= ENTER_ERRORS * error);
  } else {
    isChanged = count >= LEAST_TRIED && mean > ENTER_ERRORS * error && mean >= ENTER_GAIN * loss;
  }
  if (isChanged) change(block, group, loss > 0.0 ? mean / loss : 0.0);
  return isChanged;
}

/**
 * How much more the larger of the two models explains than a group of noise would: in standard deviations of χ² above
 * its mean. Weights that fall off leave sums of squares fewer degrees of freedom than rows: by Σw²/Σw.
 */
function chance(block: usize, group: i32): f64 {
  const own = load<f64>(modelAt(block, 0), EXPLAINED);
  const other = load<f64>(modelAt(block, 1), EXPLAINED);
  const weight = load<f64>(block, WEIGHT);
  const noise = (load<f64>(block, TOTAL) - max<f64>(own, other)) / weight;
  const gain = abs<f64>(own - other) * weight / load<f64>(block, WEIGHT_SQUARES);
  if (!(noise > 0.0)) return gain > 0.0 ? Infinity : -Infinity;
  const p = <f64>(groupEnd(block, group) - groupStart(block, group));
  return (gain / noise - p) / sqrt<f64>(2.0 * p);
}

/** Look at one more group; one that is in always stands for trial. */
function standNext(block: usize): void {
  const incumbent = modelAt(block, 0), challenger = modelAt(block, 1);
  const group = load<i32>(block, NEXT);
  store<i32>(block, (group + 1) % load<i32>(block, GROUPS), NEXT);
  store<i32>(challenger, load<i32>(incumbent, MASK) ^ (1 << group), MASK);
  solve(block, challenger);
  if (!hasGroup(incumbent, group) && !(chance(block, group) >= CHANCE_OUT)) return;
  store<f64>(challenger, load<f64>(incumbent, POWER), POWER);
  store<f64>(challenger, load<f64>(incumbent, PRODUCT), PRODUCT);
  store<f64>(challenger, min<f64>(BORROWED, load<f64>(incumbent, MOMENTS)), MOMENTS);
  store<i32>(block, group, TRIAL);
  store<i32>(block, 0, TRIAL_STEPS);
}

/** The challenger becomes the incumbent; what was found against the old one no longer holds. */
function change(block: usize, group: i32, gain: f64): void {
  const incumbent = modelAt(block, 0), challenger = modelAt(block, 1);
  logChange(block, group, !hasGroup(incumbent, group), gain);
  memory.copy(incumbent, challenger, challenger - incumbent);
  memory.fill(evidenceAt(block, 0), 0, evidenceAt(block, MOST_GROUPS) - evidenceAt(block, 0));
  store<i32>(block, -1, TRIAL);
}
