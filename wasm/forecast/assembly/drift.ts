// Drift detectors on the one-step errors of a series: Page–Hinkley (Page 1954, "Continuous inspection schemes",
// Biometrika 41, two-sided cumulative sums) on their size and on their mean, and ADWIN2 (Bifet & Gavaldà 2007, "Learning
// from time-changing data with adaptive windowing", section 3.2) on their size. An alarm starts both anew.
//
// The unit of a block is the mean size of its first errors, so that thresholds hold for a series of any magnitude.

/** What `driftUpdate` returns, added up; 0: no alarm. */
export const PAGE_HINKLEY: i32 = 1;
export const ADWIN: i32 = 2;
/** The errors became smaller or, with BIAS, lower. */
export const DOWN: i32 = 4;
/** Not the size of the errors changed but their mean. */
export const BIAS: i32 = 8;

// Block, bytes.
const STEPS: usize = 0; // i32 errors seen, ever
const COUNT: usize = 4; // i32 errors since the start
const CLOCK: usize = 8; // i32 errors until ADWIN's next look
const ROWS: usize = 12; // i32 rows of buckets in use
const UNIT: usize = 16; // f64 mean size of the first errors; their sum until there are WARM of them
const SIZE: usize = 24; // f64 mean size since the start, in units
const MEAN: usize = 32; // f64 mean error since the start, in units
const POWER: usize = 40; // f64 mean squared error since the start, in units
const SUMS: usize = 48; // 4 × (cumulative sum f64, errors since it was 0 f64): size up, down, mean up, down
const LENGTH: usize = 112; // f64 each: length, sum and sum of squares of ADWIN's window
const TOTAL: usize = 120;
const SQUARES: usize = 128;
const ALARM_STEP: usize = 136; // i32, the last alarm
const ALARM_FLAGS: usize = 140; // i32
const ALARM_SINCE: usize = 144; // f64 errors since the change
const ALARM_BEFORE: usize = 152; // f64 mean before the change, in units
const ALARM_AFTER: usize = 160; // f64 mean since
const FILLED: usize = 168; // MAX_ROWS × i32 buckets of a row
const BUCKETS: usize = 208; // MAX_ROWS × (PER_ROW + 1) × (sum f64, sum of squares f64), oldest first

/** Errors until there is a unit and a mean to compare with. */
const WARM: i32 = 40;
/** The mean forgets beyond so many errors. */
const MEMORY: i32 = 1024;
/** Errors are cut at so many units: one outlier is no drift. */
const CUT: f64 = 4.0;
/** Page–Hinkley: tolerated change and threshold, in standard deviations of what is summed. */
const SIZE_SLACK: f64 = 0.4;
const SIZE_LIMIT: f64 = 12.5;
/** Errors of a fair forecaster still hang together a little: their mean is given more room than their size. */
const MEAN_SLACK: f64 = 0.5;
const MEAN_LIMIT: f64 = 14.0;
/** … and that is at least this part of their mean size: errors of one size are no certainty. */
const LEAST_DEVIATION: f64 = 0.5;

/** Buckets of 2^i errors in row i: M of Bifet & Gavaldà. */
const PER_ROW: i32 = 5;
const MAX_ROWS: i32 = 10;
/** ADWIN looks every so many errors, at cuts that leave so many on either side. */
const EVERY: i32 = 4;
const LEAST: f64 = 8.0;
/** ln(2/δ′) with δ′ = δ/60 for at most 60 cuts and δ = 0.3: the bound is loose, false alarms come to one in 10⁵ steps. */
const CONFIDENCE: f64 = 6.0;
/** Values are multiples of 2^−20 in [0, 1], so that sums of a window are exact. */
const GRAIN: f64 = 1048576.0;

export function driftBytes(): i32 { return <i32>BUCKETS + MAX_ROWS * (PER_ROW + 1) * 16; }

export function driftInit(block: usize): void { memory.fill(block, 0, <usize>driftBytes()); }

/**
 * Take in the one-step error of a step, signed, scaled or not; NaN where there is none. The flags of an alarm, else 0.
 */
export function driftUpdate(block: usize, scaledError: f64): i32 {
  if (!(abs<f64>(scaledError) < 1e100)) return 0;
  store<i32>(block, load<i32>(block, STEPS) + 1, STEPS);
  const count = load<i32>(block, COUNT) + 1;
  if (load<f64>(block, SIZE) == 0.0) {
    warm(block, count, scaledError);
    return 0;
  }
  store<i32>(block, count, COUNT);
  const error = max<f64>(-CUT, min<f64>(CUT, scaledError / load<f64>(block, UNIT)));
  let flags = pageHinkley(block, count, error);
  const adwin = adwinStep(block, floor<f64>(abs<f64>(error) / CUT * GRAIN) / GRAIN, flags == 0);
  // One change is one alarm; where both see it in the same step the record is Page–Hinkley's.
  flags = flags == 0 ? adwin : flags | (adwin & ADWIN);
  if (flags != 0) startAnew(block, flags);
  return flags;
}

/** Average the first errors. Errors of exactly zero are no unit: wait for the first that is not. */
function warm(block: usize, count: i32, error: f64): void {
  const sum = load<f64>(block, UNIT) + abs<f64>(error);
  const mean = load<f64>(block, MEAN) + error;
  const power = load<f64>(block, POWER) + error * error;
  store<i32>(block, count, COUNT);
  store<f64>(block, sum, UNIT);
  store<f64>(block, mean, MEAN);
  store<f64>(block, power, POWER);
  if (count < WARM || !(sum > 0.0)) return;
  const unit = sum / <f64>count;
  store<f64>(block, unit, UNIT);
  store<f64>(block, 1.0, SIZE);
  store<f64>(block, mean / sum, MEAN);
  store<f64>(block, power / sum / unit, POWER);
}

/** Keep what the alarm said, forget the rest. */
function startAnew(block: usize, flags: i32): void {
  const step = load<i32>(block, STEPS);
  memory.fill(block + COUNT, 0, ALARM_STEP - COUNT);
  memory.fill(block + FILLED, 0, <usize>(MAX_ROWS << 2));
  store<i32>(block, step, ALARM_STEP);
  store<i32>(block, flags, ALARM_FLAGS);
}

function pageHinkley(block: usize, count: i32, error: f64): i32 {
  const size = load<f64>(block, SIZE);
  const mean = load<f64>(block, MEAN);
  const power = load<f64>(block, POWER);
  const magnitude = abs<f64>(error);
  const step = 1.0 / <f64>min<i32>(count, MEMORY);
  // A size of zero would say that nothing was seen.
  store<f64>(block, max<f64>(1e-9, size + step * (magnitude - size)), SIZE);
  store<f64>(block, mean + step * (error - mean), MEAN);
  store<f64>(block, power + step * (error * error - power), POWER);
  const ofSize = max<f64>(LEAST_DEVIATION * size, sqrt<f64>(max<f64>(0.0, power - size * size)));
  const ofMean = max<f64>(LEAST_DEVIATION * size, sqrt<f64>(max<f64>(0.0, power - mean * mean)));
  const larger = cumulate(block, 0, magnitude - size, ofSize * SIZE_SLACK, ofSize * SIZE_LIMIT, size);
  const smaller = cumulate(block, 1, size - magnitude, ofSize * SIZE_SLACK, ofSize * SIZE_LIMIT, size);
  const higher = cumulate(block, 2, error - mean, ofMean * MEAN_SLACK, ofMean * MEAN_LIMIT, mean);
  const lower = cumulate(block, 3, mean - error, ofMean * MEAN_SLACK, ofMean * MEAN_LIMIT, mean);
  if (larger || smaller) return larger ? PAGE_HINKLEY : PAGE_HINKLEY | DOWN;
  return higher ? PAGE_HINKLEY | BIAS : lower ? PAGE_HINKLEY | BIAS | DOWN : 0;
}

/** Page's sum max(0, S + change − slack); whether it passed its limit. */
function cumulate(block: usize, i: i32, change: f64, slack: f64, limit: f64, before: f64): bool {
  const at = block + SUMS + (<usize>i << 4);
  const sum = load<f64>(at) + change - slack;
  if (!(sum > 0.0)) {
    store<f64>(at, 0.0);
    store<f64>(at, 0.0, 8);
    return false;
  }
  const since = load<f64>(at, 8) + 1.0;
  store<f64>(at, sum);
  store<f64>(at, since, 8);
  if (sum <= limit) return false;
  const mean = sum / since + slack;
  record(block, since, before, (i & 1) == 0 ? before + mean : before - mean);
  return true;
}

function record(block: usize, since: f64, before: f64, after: f64): void {
  store<f64>(block, since, ALARM_SINCE);
  store<f64>(block, before, ALARM_BEFORE);
  store<f64>(block, after, ALARM_AFTER);
}

// @ts-ignore: decorator
@inline
function bucketAt(block: usize, row: i32, i: i32): usize {
  return block + BUCKETS + (<usize>(row * (PER_ROW + 1) + i) << 4);
}

// @ts-ignore: decorator
@inline
function filledAt(block: usize, row: i32): usize { return block + FILLED + (<usize>row << 2); }

/** Take a value in [0, 1] into the window; every few values look for a cut. */
function adwinStep(block: usize, value: f64, mayRecord: bool): i32 {
  store<f64>(block, load<f64>(block, LENGTH) + 1.0, LENGTH);
  store<f64>(block, load<f64>(block, TOTAL) + value, TOTAL);
  store<f64>(block, load<f64>(block, SQUARES) + value * value, SQUARES);
  insert(block, 0, value, value * value);
  const clock = load<i32>(block, CLOCK) + 1;
  store<i32>(block, clock < EVERY ? clock : 0, CLOCK);
  return clock < EVERY ? 0 : findCut(block, mayRecord);
}

/** Append a bucket to a row; its two oldest merge into the next row where it is full. The last row forgets them. */
function insert(block: usize, row: i32, sum: f64, squares: f64): void {
  let size: f64 = 1.0;
  for (; row < MAX_ROWS; row++) {
    const at = filledAt(block, row);
    const filled = load<i32>(at);
    const bucket = bucketAt(block, row, filled);
    store<f64>(bucket, sum);
    store<f64>(bucket, squares, 8);
    if (filled == 0) store<i32>(block, row + 1, ROWS);
    if (filled < PER_ROW) {
      store<i32>(at, filled + 1);
      return;
    }
    const oldest = bucketAt(block, row, 0);
    sum = load<f64>(oldest) + load<f64>(oldest, 16);
    squares = load<f64>(oldest, 8) + load<f64>(oldest, 24);
    memory.copy(oldest, oldest + 32, <usize>(PER_ROW - 1) << 4);
    store<i32>(at, PER_ROW - 1);
    size *= 2.0;
  }
  store<f64>(block, load<f64>(block, LENGTH) - size, LENGTH);
  store<f64>(block, load<f64>(block, TOTAL) - sum, TOTAL);
  store<f64>(block, load<f64>(block, SQUARES) - squares, SQUARES);
}

/**
 * Whether the window falls into two parts whose means differ by more than ε = √(2/m σ² ln(2/δ′)) + 2/(3m) ln(2/δ′),
 * m = n₀n₁/n: compared as (|μ₀ − μ₁| m − ⅔ ln(2/δ′))² > 2 m σ² ln(2/δ′), without division or root.
 */
function findCut(block: usize, mayRecord: bool): i32 {
  const length = load<f64>(block, LENGTH);
  const total = load<f64>(block, TOTAL);
  const inverse = 1.0 / length;
  const mean = total * inverse;
  const spread = 2.0 * CONFIDENCE * max<f64>(0.0, load<f64>(block, SQUARES) * inverse - mean * mean);
  let older: f64 = 0.0;
  let sum: f64 = 0.0;
  for (let row = load<i32>(block, ROWS) - 1; row >= 0; row--) {
    const filled = load<i32>(filledAt(block, row));
    const size = <f64>(1 << row);
    for (let i = 0; i < filled; i++) {
      older += size;
      sum += load<f64>(bucketAt(block, row, i));
      const newer = length - older;
      if (older < LEAST) continue;
      if (newer < LEAST) return 0;
      const difference = (sum * newer - (total - sum) * older) * inverse;
      const excess = abs<f64>(difference) - (2.0 / 3.0) * CONFIDENCE;
      if (excess <= 0.0 || excess * excess <= spread * older * newer * inverse) continue;
      if (mayRecord) record(block, newer, CUT * sum / older, CUT * (total - sum) / newer);
      return difference > 0.0 ? ADWIN | DOWN : ADWIN;
    }
  }
  return 0;
}

/** Whether a block that was copied in can be gone on from: every number that serves as an index is in range. */
export function driftIsSound(block: usize): i32 {
  const rows = load<i32>(block, ROWS);
  const clock = load<i32>(block, CLOCK);
  if (load<i32>(block, STEPS) < 0 || load<i32>(block, COUNT) < 0 || clock < 0 || clock >= EVERY) return 0;
  if (rows < 0 || rows > MAX_ROWS) return 0;
  let length = 0;
  for (let row = 0; row < MAX_ROWS; row++) {
    const filled = load<i32>(filledAt(block, row));
    if (filled < 0 || filled > PER_ROW || (row >= rows && filled != 0) || (row < rows && filled == 0)) return 0;
    length += filled << row;
  }
  if (load<f64>(block, LENGTH) != <f64>length) return 0;
  const size = load<f64>(block, SIZE);
  const unit = load<f64>(block, UNIT);
  return i32(size >= 0.0 && size <= CUT && unit >= 0.0 && unit < 1e200 && (size == 0.0 || unit > 0.0));
}
