import {
  ADMITTED, CANDIDATES, evidenceAt, GAIN, GAIN_SQUARES, groupEnd, GROUPS, groupStart, hasGroup, logChange, LOSS, STAGED, THETA,
  TRIED,
} from './covariates-block';
import { dotF64 } from './models/cholesky';

// Which groups are in. Every group that is in, and every candidate, is tried at every step at which it makes a
// difference: would the forecast made before the value came have been better with it or without? The sum of what it
// gained is in units of its own root sum of squares, which no single step can carry past 1.

/** Weight of older evidence per newer step. */
const FORGET: f64 = 0.97;
/** A candidate enters at this sum, and if it saves this part of the error. */
const ENTER: f64 = 2.2;
const LEAST_SAVED: f64 = 0.01;
/** A group leaves at once at this sum, and at 0 after so many steps, by weight. */
const LEAVE: f64 = -1.5;
const ENOUGH_TRIED: f64 = 24.0;
/** A difference of this part of the error's size is none. */
const SAME: f64 = 0.25;
/** Errors are cut at so many mean sizes: one outlier is no evidence. */
const CUT: f64 = 8.0;

/**
 * Weigh each group at one step.
 * @param error of the model
 * @param change by which the features moved, f64
 * @param size mean size of errors
 */
export function weighGroups(block: usize, error: f64, change: usize, size: f64): void {
  const limit = CUT * size;
  for (let g = 0; g < load<i32>(block, GROUPS); g++) {
    const isIn = hasGroup(block, ADMITTED, g);
    if (!isIn && !hasGroup(block, CANDIDATES, g)) continue;
    const first = <usize>groupStart(block, g) << 3;
    const share = dotF64(block + (isIn ? THETA : STAGED) + first, change + first, groupEnd(block, g) - groupStart(block, g));
    if (abs<f64>(share) <= SAME * size) continue;
    const without = min<f64>(limit, abs<f64>(isIn ? error + share : error));
    const gain = without - min<f64>(limit, abs<f64>(isIn ? error : error - share));
    const at = evidenceAt(block, g);
    store<f64>(at, FORGET * load<f64>(at, GAIN) + gain, GAIN);
    store<f64>(at, FORGET * FORGET * load<f64>(at, GAIN_SQUARES) + gain * gain, GAIN_SQUARES);
    store<f64>(at, FORGET * load<f64>(at, LOSS) + without, LOSS);
    store<f64>(at, FORGET * load<f64>(at, TRIED) + 1.0, TRIED);
  }
}

/** Let groups in and out by what was found. */
export function chooseGroups(block: usize): void {
  for (let g = 0; g < load<i32>(block, GROUPS); g++) {
    const at = evidenceAt(block, g);
    const isIn = hasGroup(block, ADMITTED, g);
    if (!(isIn ? isUseless(at) : hasGroup(block, CANDIDATES, g) && isUseful(at))) continue;
    logChange(block, g, !isIn, load<f64>(at, GAIN) / load<f64>(at, LOSS));
    store<i32>(block, load<i32>(block, ADMITTED) ^ (1 << g), ADMITTED);
    // What was found was found against the model as it was.
    memory.fill(at, 0, TRIED + 8);
  }
}

/** Put out the groups of which a feature is not there. */
export function dropMissing(block: usize, row: usize): void {
  for (let g = 0; g < load<i32>(block, GROUPS); g++) {
    if (!hasGroup(block, ADMITTED, g) || isGroupThere(block, row, g)) continue;
    logChange(block, g, false, 0.0);
    store<i32>(block, load<i32>(block, ADMITTED) ^ (1 << g), ADMITTED);
    memory.fill(evidenceAt(block, g), 0, TRIED + 8);
  }
}

function isGroupThere(block: usize, row: usize, group: i32): bool {
  for (let i = groupStart(block, group); i < groupEnd(block, group); i++) {
    if (!isFinite<f32>(load<f32>(row + (<usize>i << 2)))) return false;
  }
  return true;
}

/** Whether all features of the groups that are in are there. */
export function isThere(block: usize, row: usize): bool {
  for (let g = 0; g < load<i32>(block, GROUPS); g++) {
    if (hasGroup(block, ADMITTED, g) && !isGroupThere(block, row, g)) return false;
  }
  return true;
}

function isUseful(at: usize): bool {
  const gain = load<f64>(at, GAIN);
  return gain > ENTER * sqrt<f64>(load<f64>(at, GAIN_SQUARES)) && gain >= LEAST_SAVED * load<f64>(at, LOSS);
}

function isUseless(at: usize): bool {
  const gain = load<f64>(at, GAIN);
  return gain < LEAVE * sqrt<f64>(load<f64>(at, GAIN_SQUARES)) || (gain <= 0.0 && load<f64>(at, TRIED) >= ENOUGH_TRIED);
}
