import {
  BLOCK_BYTES, blockIsSound, COUNTS, FEATURES, groupEnd, GROUPS, groupStart, hasGroup, LAST_Y, matrixRow, MEAN_Y, MEANS, MISSED,
  modelAt, PREVIOUS, RIGHT, SIZE, SIZES, STEPS, TOTAL, TRIAL, WEIGHT, WEIGHT_SQUARES, writeGroups,
} from './covariates-block';
import { lastResidual, learnMoments, memoryOf, power, residual, solve } from './covariates-model';
import { continueTrial, weighTrial } from './covariates-trial';
import { decayAndAdd } from './models/cholesky';

// Covariates expert: y(t) ≈ μ + θ′(f(t) − μ_f) + AR(1), with features f of the step itself. Recursive least squares with
// forgetting (Haykin, Adaptive Filter Theory, ch. 10) in its information form: the products of features and values are
// what is kept, discounted, and the ridge regression of any set of groups is solved from them, so that the ridge never
// fades and a group that was out is known from all of the past. Features and values are regressed as differences
// f(t) − φf(t − 1) (Cochrane & Orcutt 1949): loads wander, and what wanders seems to follow any feature that does.

/** Values beyond this count as missing. */
const ABSURD: f64 = 1e30;
/** Weight of older rows per newer row. */
const LAMBDA: f64 = 0.999;
/** Errors are cut at so many times their mean size, once so many were seen. */
const CUT: f64 = 6.0;
const CUT_FROM: f64 = 20.0;
const SIZE_GAIN: f64 = 0.02;
const SIZE_CUT: f64 = 20.0;
/** A feature is new in rows that hold more than this part of all that it ever varied. */
const NEW: f64 = 0.1;
/** Rows before the expert speaks. */
const LEAST_ROWS: f64 = 8.0;

// Scratch, nothing of it kept between calls.
const now = memory.data(24 * 8, 16);
const before = memory.data(24 * 8, 16);
const change = memory.data(24 * 8, 16);

export function covariatesBytes(): i32 { return <i32>BLOCK_BYTES; }

/**
 * Begin without any group.
 * @param groups i32 number of groups (at most 8), then i32 features of each, together at most 24
 * @returns 0, and nothing is written, if the table is not one
 */
export function covariatesInit(block: usize, groups: usize): i32 { return i32(writeGroups(block, groups)); }

/** Deviations of a row's features from their means; 0 where a feature is not there. */
function deviate(block: usize, row: usize, out: usize): void {
  for (let i = 0; i < load<i32>(block, FEATURES); i++) {
    const x = <f64>load<f32>(row + (<usize>i << 2));
    const o = <usize>i << 3;
    store<f64>(out + o, isFinite<f64>(x) ? x - load<f64>(block + MEANS + o) : 0.0);
  }
}

/**
 * One step of the series.
 * @param y its value, NaN where missing: nothing is learned then
 * @param row f32 of each feature of this step; one that is NaN says nothing
 */
export function covariatesUpdate(block: usize, y: f64, row: usize): void {
  store<i32>(block, load<i32>(block, STEPS) + 1, STEPS);
  const missed = load<i32>(block, MISSED);
  if (!(abs<f64>(y) <= ABSURD)) {
    if (missed >= 0) store<i32>(block, missed + 1, MISSED);
    return;
  }
  deviate(block, row, now);
  deviate(block, block + PREVIOUS, before);
  const incumbent = modelAt(block, 0);
  const memory_ = missed < 0 ? 0.0 : power(memoryOf(incumbent), missed + 1);
  const value = missed < 0 ? y : score(block, y, memory_, missed, row);
  learn(block, value, row, memory_, missed < 0);
  solve(block, incumbent);
  continueTrial(block);
  store<f64>(block, y, LAST_Y);
  store<i32>(block, 0, MISSED);
  memory.copy(block + PREVIOUS, row, <usize>load<i32>(block, FEATURES) << 2);
}

/** Score incumbent and challenger at a value; returns it, its error cut. */
function score(block: usize, y: f64, memory_: f64, missed: i32, row: usize): f64 {
  const incumbent = modelAt(block, 0);
  const left = residual(block, incumbent, y, now);
  const leftBefore = lastResidual(block, incumbent, before);
  const error = left - memory_ * leftBefore;
  const size = load<f64>(block, SIZE);
  if (load<i32>(block, TRIAL) >= 0) {
    const challenger = modelAt(block, 1);
    const other = residual(block, challenger, y, now);
    const otherBefore = lastResidual(block, challenger, before);
    weighTrial(block, error, other - power(memoryOf(challenger), missed + 1) * otherBefore, size);
    if (missed == 0) learnMoments(challenger, other, otherBefore);
  }
  if (missed == 0) learnMoments(incumbent, left, leftBefore);
  const count = load<f64>(block, SIZES) + 1.0;
  const isKnown = count > CUT_FROM && size > 0.0;
  const sized = isKnown ? min<f64>(SIZE_CUT * size, abs<f64>(error)) : abs<f64>(error);
  store<f64>(block, size + max<f64>(SIZE_GAIN, 1.0 / count) * (sized - size), SIZE);
  store<f64>(block, count, SIZES);
  if (!isKnown || isNew(block, row)) return y;
  return y - error + max<f64>(-CUT * size, min<f64>(CUT * size, error));
}

/** Whether a row is among the first of a feature: what an announced event does must be learned from a few steps. */
function isNew(block: usize, row: usize): bool {
  for (let i = 0; i < load<i32>(block, FEATURES); i++) {
    const d = load<f64>(now + (<usize>i << 3));
    if (d * d > NEW * load<f64>(matrixRow(block, i) + (<usize>i << 3))) return true;
  }
  return false;
}

/** Add a row to means and products. */
function learn(block: usize, y: f64, row: usize, memory_: f64, isFirst: bool): void {
  const p = load<i32>(block, FEATURES);
  const weight = LAMBDA * load<f64>(block, WEIGHT);
  const total = weight + 1.0;
  // Deviations are from means that do not know this row yet (Welford 1962).
  const factor = weight / total;
  const mean = load<f64>(block, MEAN_Y);
  const last = isFirst ? 0.0 : load<f64>(block, LAST_Y) - mean;
  const value = y - mean - memory_ * last;
  for (let i = 0; i < p; i++) {
    const o = <usize>i << 3;
    const x = load<f32>(row + (<usize>i << 2));
    const isThere = isFinite<f32>(x) && isFinite<f32>(load<f32>(block + PREVIOUS + (<usize>i << 2)));
    const d = load<f64>(now + o);
    store<f64>(change + o, isThere ? d - memory_ * load<f64>(before + o) : 0.0);
    store<f64>(block + MEANS + o, load<f64>(block + MEANS + o) + d / total);
    store<f64>(block + COUNTS + o, LAMBDA * load<f64>(block + COUNTS + o) + (isFinite<f32>(x) && x != 0.0 ? 1.0 : 0.0));
  }
  for (let i = 0; i < p; i++) {
    decayAndAdd(matrixRow(block, i), change, LAMBDA, factor * load<f64>(change + (<usize>i << 3)), i + 1);
  }
  decayAndAdd(block + RIGHT, change, LAMBDA, factor * value, p);
  store<f64>(block, LAMBDA * load<f64>(block, TOTAL) + factor * value * value, TOTAL);
  store<f64>(block, mean + (y - mean) / total, MEAN_Y);
  store<f64>(block, total, WEIGHT);
  store<f64>(block, LAMBDA * LAMBDA * load<f64>(block, WEIGHT_SQUARES) + 1.0, WEIGHT_SQUARES);
}

/**
 * Forecasts of steps to come.
 * @param rows count × f32 of each feature: those of the steps that are forecast
 * @param out count f64; NaN before there is a model, and where a feature of a group that is in is not there
 * @param steps count × i32 steps ahead of each row; 0: 1 … count
 */
export function covariatesPredict(block: usize, rows: usize, count: i32, out: usize, steps: usize): void {
  const model = modelAt(block, 0);
  const features = load<i32>(block, FEATURES);
  const isReady = load<f64>(block, WEIGHT) >= LEAST_ROWS;
  deviate(block, block + PREVIOUS, before);
  const left = lastResidual(block, model, before);
  const memory_ = memoryOf(model);
  const missed = load<i32>(block, MISSED);
  for (let h = 0; h < count; h++) {
    const row = rows + (<usize>(h * features) << 2);
    const ahead = steps == 0 ? h + 1 : load<i32>(steps + (<usize>h << 2));
    let forecast = NaN;
    if (isReady && isThere(block, model, row)) {
      deviate(block, row, now);
      forecast = power(memory_, ahead + missed) * left - residual(block, model, 0.0, now);
    }
    store<f64>(out + (<usize>h << 3), isFinite<f64>(forecast) ? forecast : NaN);
  }
}

/** Whether all features of a model's groups are there. */
function isThere(block: usize, model: usize, row: usize): bool {
  for (let g = 0; g < load<i32>(block, GROUPS); g++) {
    if (!hasGroup(model, g)) continue;
    for (let i = groupStart(block, g); i < groupEnd(block, g); i++) {
      if (!isFinite<f32>(load<f32>(row + (<usize>i << 2)))) return false;
    }
  }
  return true;
}

/** Whether a block that was copied in can be gone on from: 1, or 0 if a number that serves as an index is out of range. */
export function covariatesIsSound(block: usize): i32 { return i32(blockIsSound(block)); }
