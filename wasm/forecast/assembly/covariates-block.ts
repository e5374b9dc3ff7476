// Block of a covariates expert, bytes: one series, no pointers.

export const MOST_FEATURES: i32 = 40;
export const MOST_GROUPS: i32 = 16;
const VECTOR: usize = <usize>MOST_FEATURES << 3;

export const STEPS: usize = 0; // i32 steps so far, missing ones included
export const GROUPS: usize = 4; // i32
export const FEATURES: usize = 8; // i32
/** i32 missing steps since the last value; −1 before the first. */
export const MISSED: usize = 12;
export const LOGGED: usize = 16; // i32 changes so far
export const ADMITTED: usize = 20; // i32 bits of the groups in the model
export const CANDIDATES: usize = 24; // i32 bits of the groups out of it that explain more than chance
/** i32 rows in a row in which a feature that is in was not there. */
export const LACKING: usize = 28;
const ENDS: usize = 32; // MOST_GROUPS × i32 feature after a group's last
const LOG: usize = ENDS + (<usize>MOST_GROUPS << 2);
const LOG_ENTRIES: i32 = 16;
/** Group of an entry that no longer counts. */
const STRUCK: i32 = -1;
export const PREVIOUS: usize = LOG + <usize>(LOG_ENTRIES * 16); // f32 features of the last value's step

// f64 from here on.
const NUMBERS: usize = PREVIOUS + (<usize>MOST_FEATURES << 2);
export const WEIGHT: usize = NUMBERS; // rows, discounted
export const WEIGHT_SQUARES: usize = NUMBERS + 8; // squares of their weights
export const MEAN_Y: usize = NUMBERS + 16;
export const LAST_Y: usize = NUMBERS + 24; // last value
export const SIZE: usize = NUMBERS + 32; // mean size of one-step errors
export const SIZES: usize = NUMBERS + 40; // errors in it
export const TOTAL: usize = NUMBERS + 48; // sum of squares of what is regressed
export const AGREEMENT: usize = NUMBERS + 56; // of neighbouring residuals
export const AGREEMENTS: usize = NUMBERS + 64; // pairs of residuals in it
const EVIDENCE: usize = NUMBERS + 72; // per group
const EVIDENCE_BYTES: usize = 32;
export const THETA: usize = EVIDENCE + <usize>MOST_GROUPS * EVIDENCE_BYTES; // coefficients; 0 of what is out
export const STAGED: usize = THETA + VECTOR; // what the features of a candidate would have
export const MEANS: usize = STAGED + VECTOR; // of the features
export const PRESENT: usize = MEANS + VECTOR; // rows in which a feature was there, discounted
export const COUNTS: usize = PRESENT + VECTOR; // rows in which it was not 0, discounted
export const RIGHT: usize = COUNTS + VECTOR; // products with what is regressed
export const MATRIX: usize = RIGHT + VECTOR; // products of features, lower triangle by rows
export const BLOCK_BYTES: usize = MATRIX + <usize>(MOST_FEATURES * (MOST_FEATURES + 1) / 2 * 8);

// Evidence on a group, discounted per step at which it makes a difference.
export const GAIN: usize = 0; // f64 Σ w·d, d = |error without it| − |error with it|
export const GAIN_SQUARES: usize = 8; // f64 Σ w²·d²
export const LOSS: usize = 16; // f64 Σ w·|error without it|
export const TRIED: usize = 24; // f64 Σ w
const MOST_STEPS: i32 = 1 << 30;

// @ts-ignore: decorator
@inline
export function evidenceAt(block: usize, group: i32): usize { return block + EVIDENCE + <usize>group * EVIDENCE_BYTES; }
/** Row i of the lower triangle of products. */
// @ts-ignore: decorator
@inline
export function matrixRow(block: usize, i: i32): usize { return block + MATRIX + (<usize>(i * (i + 1) / 2) << 3); }
export function groupEnd(block: usize, group: i32): i32 { return load<i32>(block + (<usize>group << 2), ENDS); }
export function groupStart(block: usize, group: i32): i32 { return group == 0 ? 0 : groupEnd(block, group - 1); }

/** Whether a set of groups, `ADMITTED` or `CANDIDATES`, has one. */
// @ts-ignore: decorator
@inline
export function hasGroup(block: usize, set: usize, group: i32): bool { return (load<i32>(block + set) >> group & 1) != 0; }

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
  let end = 0;
  for (let g = 0; g < count; g++) {
    end += load<i32>(groups + (<usize>g << 2), 4);
    store<i32>(block + (<usize>g << 2), end, ENDS);
  }
  return true;
}

/** Log that a group entered or left, and the share of the error that it saves. */
export function logChange(block: usize, group: i32, entered: bool, saved: f64): void {
  const logged = load<i32>(block, LOGGED);
  const entry = block + LOG + <usize>((logged % LOG_ENTRIES) << 4);
  store<i32>(entry, load<i32>(block, STEPS));
  store<i32>(entry, group, 4);
  store<i32>(entry, i32(entered), 8);
  store<f32>(entry, <f32>saved, 12);
  store<i32>(block, logged + 1, LOGGED);
}

/** Take out of the log that a group entered or left. */
function strikeChanges(block: usize, group: i32): void {
  for (let entry = block + LOG; entry < block + PREVIOUS; entry += 16) {
    if (load<i32>(entry, 4) == group) store<i32>(entry, STRUCK, 4);
  }
}

/** Forget all that is known of a group's features, and what they did: they mean something else from now on. */
export function forgetGroup(block: usize, group: i32): void {
  const features = load<i32>(block, FEATURES);
  strikeChanges(block, group);
  memory.fill(evidenceAt(block, group), 0, EVIDENCE_BYTES);
  store<i32>(block, load<i32>(block, ADMITTED) & ~(1 << group), ADMITTED);
  store<i32>(block, load<i32>(block, CANDIDATES) & ~(1 << group), CANDIDATES);
  for (let i = groupStart(block, group); i < groupEnd(block, group); i++) {
    store<f32>(block + (<usize>i << 2), 0.0, PREVIOUS);
    for (let vector = THETA; vector < MATRIX; vector += VECTOR) store<f64>(block + vector + (<usize>i << 3), 0.0);
    memory.fill(matrixRow(block, i), 0, <usize>(i + 1) << 3);
    for (let j = i + 1; j < features; j++) store<f64>(matrixRow(block, j) + (<usize>i << 3), 0.0);
  }
}

/** Whether a block that was copied in can be gone on from: indices are in range and sums are numbers. */
export function blockIsSound(block: usize): bool {
  const groups = load<i32>(block, GROUPS);
  const features = load<i32>(block, FEATURES);
  if (groups < 0 || groups > MOST_GROUPS || features < 0 || features > MOST_FEATURES) return false;
  let end = 0;
  for (let g = 0; g < groups; g++) {
    if (groupEnd(block, g) <= end) return false;
    end = groupEnd(block, g);
  }
  if (end != features || (load<i32>(block, ADMITTED) | load<i32>(block, CANDIDATES)) >>> groups != 0) return false;
  for (let o = NUMBERS; o < BLOCK_BYTES; o += 8) if (!isFinite<f64>(load<f64>(block + o))) return false;
  const steps = load<i32>(block, STEPS);
  const missed = load<i32>(block, MISSED);
  const logged = load<i32>(block, LOGGED);
  if (load<i32>(block, LACKING) < 0) return false;
  return steps >= 0 && steps <= MOST_STEPS && missed >= -1 && missed <= steps && logged >= 0 && logged <= MOST_STEPS;
}
