// Block of a covariates expert, bytes: one series, no pointers.

export const MOST_FEATURES: i32 = 24;
export const MOST_GROUPS: i32 = 8;
const VECTOR: usize = <usize>MOST_FEATURES << 3;

export const STEPS: usize = 0; // i32 steps so far, missing ones included
export const GROUPS: usize = 4; // i32
export const FEATURES: usize = 8; // i32
/** i32 missing steps since the last value; −1 before the first. */
export const MISSED: usize = 12;
const ENDS: usize = 16; // MOST_GROUPS × i32 feature after a group's last
export const WEIGHT: usize = 48; // f64 rows, discounted
export const WEIGHT_SQUARES: usize = 56; // f64 squares of their weights
export const MEAN_Y: usize = 64; // f64
export const LAST_Y: usize = 72; // f64 last value
export const SIZE: usize = 80; // f64 mean size of the incumbent's one-step errors
export const SIZES: usize = 88; // f64 errors in it
export const TOTAL: usize = 96; // f64 sum of squares of what is regressed

// Trial of a challenger: the incumbent with one group more or less.
export const TRIAL: usize = 104; // i32 its group; −1: none
export const TRIAL_STEPS: usize = 108; // i32 since it began
export const NEXT: usize = 112; // i32 group that is looked at next
export const LOGGED: usize = 116; // i32 changes so far

const MODELS: usize = 128; // incumbent, challenger
const MODEL_BYTES: usize = 40 + VECTOR;
const EVIDENCE: usize = MODELS + 2 * MODEL_BYTES; // per group
const EVIDENCE_BYTES: usize = 40;
const LOG: usize = EVIDENCE + <usize>MOST_GROUPS * EVIDENCE_BYTES;
const LOG_ENTRIES: i32 = 16;
export const PREVIOUS: usize = LOG + <usize>(LOG_ENTRIES * 16); // f32 features of the last value's step
export const MEANS: usize = PREVIOUS + (<usize>MOST_FEATURES << 2); // f64 of the features
export const COUNTS: usize = MEANS + VECTOR; // f64 rows in which a feature was not 0, discounted
export const RIGHT: usize = COUNTS + VECTOR; // f64 products with what is regressed
const MATRIX: usize = RIGHT + VECTOR; // f64 products of features, lower triangle by rows
export const BLOCK_BYTES: usize = MATRIX + <usize>(MOST_FEATURES * (MOST_FEATURES + 1) / 2 * 8);

// Model, bytes.
export const MASK: usize = 0; // i32 bits of the groups in it
export const POWER: usize = 8; // f64 mean square of its residuals
export const PRODUCT: usize = 16; // f64 mean product of neighbouring ones
export const MOMENTS: usize = 24; // f64 residuals in them
export const EXPLAINED: usize = 32; // f64 part of TOTAL
export const THETA: usize = 40; // f64 coefficients of all features, 0 of those that are not in it

// Evidence on a group, bytes, discounted per step at which it makes a difference.
export const GAIN: usize = 0; // f64 Σ w·d, d = |error without it| − |error with it|
export const GAIN_SQUARES: usize = 8; // f64 Σ w·d²
export const LOSS: usize = 16; // f64 Σ w·|error without it|
export const TRIED: usize = 24; // f64 Σ w
export const TRIED_SQUARES: usize = 32; // f64 Σ w²

// @ts-ignore: decorator
@inline
export function modelAt(block: usize, i: i32): usize { return block + MODELS + <usize>i * MODEL_BYTES; }
// @ts-ignore: decorator
@inline
export function evidenceAt(block: usize, group: i32): usize { return block + EVIDENCE + <usize>group * EVIDENCE_BYTES; }
/** Row i of the lower triangle of products. */
// @ts-ignore: decorator
@inline
export function matrixRow(block: usize, i: i32): usize { return block + MATRIX + (<usize>(i * (i + 1) / 2) << 3); }
// @ts-ignore: decorator
@inline
export function groupEnd(block: usize, group: i32): i32 { return load<i32>(block + ENDS + (<usize>group << 2)); }
// @ts-ignore: decorator
@inline
export function groupStart(block: usize, group: i32): i32 { return group == 0 ? 0 : groupEnd(block, group - 1); }
/** Whether a model has a group. */
// @ts-ignore: decorator
@inline
export function hasGroup(model: usize, group: i32): bool { return (load<i32>(model, MASK) >> group & 1) != 0; }

/** Write the table of groups; false, and nothing written, if there are too many groups or features, or an empty group. */
export function writeGroups(block: usize, groups: usize): bool {
  const count = load<i32>(groups);
  if (count < 0 || count > MOST_GROUPS) return false;
  let features = 0;
  for (let g = 0; g < count; g++) {
    const size = load<i32>(groups + (<usize>g << 2), 4);
    if (size < 1 || size > MOST_FEATURES - features) return false;
    features += size;
  }
  memory.fill(block, 0, BLOCK_BYTES);
  store<i32>(block, count, GROUPS);
  store<i32>(block, features, FEATURES);
  store<i32>(block, -1, MISSED);
  store<i32>(block, -1, TRIAL);
  let end = 0;
  for (let g = 0; g < count; g++) {
    end += load<i32>(groups + (<usize>g << 2), 4);
    store<i32>(block + (<usize>g << 2), end, ENDS);
  }
  return true;
}

/** Log that a group entered or left. */
export function logChange(block: usize, group: i32, entered: bool, gain: f64): void {
  const logged = load<i32>(block, LOGGED);
  const entry = block + LOG + <usize>((logged % LOG_ENTRIES) << 4);
  store<i32>(entry, load<i32>(block, STEPS));
  store<i32>(entry, group, 4);
  store<i32>(entry, i32(entered), 8);
  store<f32>(entry, <f32>gain, 12);
  store<i32>(block, logged + 1, LOGGED);
}

/** Whether a block that was copied in can be gone on from: every number that serves as an index is in range. */
export function blockIsSound(block: usize): bool {
  const groups = load<i32>(block, GROUPS);
  const features = load<i32>(block, FEATURES);
  if (groups < 0 || groups > MOST_GROUPS || features < 0 || features > MOST_FEATURES) return false;
  let end = 0;
  for (let g = 0; g < groups; g++) {
    if (groupEnd(block, g) <= end) return false;
    end = groupEnd(block, g);
  }
  const trial = load<i32>(block, TRIAL);
  const next = load<i32>(block, NEXT);
  if (end != features || trial < -1 || trial >= groups || next < 0 || next >= max<i32>(1, groups)) return false;
  for (let i = 0; i < 2; i++) if (load<i32>(modelAt(block, i), MASK) >>> groups != 0) return false;
  return load<i32>(block, STEPS) >= 0 && load<i32>(block, LOGGED) >= 0 && load<i32>(block, MISSED) >= -1;
}
