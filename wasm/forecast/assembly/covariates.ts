import {
  BLOCK_BYTES, blockIsSound, COUNTS, FEATURES, forgetGroup, LACKING, LAST_Y, matrixRow, MEAN_Y, MEANS, MISSED, PRESENT, PREVIOUS, RIGHT, SIZE, SIZES, STEPS, TOTAL, WEIGHT, WEIGHT_SQUARES, writeGroups,
} from './covariates-block';
import { chooseGroups, dropMissing, isThere, weighGroups } from './covariates-choice';
import { effect, lastResidual, learnAgreement, memoryOf, power, solveAll } from './covariates-model';
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
/** Rows before any group is looked at. */
const LEAST_ROWS: f64 = 24.0;
/** Rows in a row without one of its features after which a group is put out. */
const MOST_LACKING: i32 = 24;
/** What the features change by less than this part of the mean error is not worth saying. */
const TELLING: f64 = 0.5;

// Scratch, nothing of it kept between calls.
const now = memory.data(40 * 8, 16);
const before = memory.data(40 * 8, 16);
const change = memory.data(40 * 8, 16);

export function covariatesBytes(): i32 { return <i32>BLOCK_BYTES; }

/**
 * Begin without any group.
 * @param groups i32 number of groups (at most 16), then i32 features of each, together at most 40
 * @returns 0, and nothing is written, if the table is not one
 */
export function covariatesInit(block: usize, groups: usize): i32 { return i32(writeGroups(block, groups)); }

/** The features of a group mean something else from now on. */
export function covariatesForget(block: usize, group: i32): void { forgetGroup(block, group); }

/** Whether a block that was copied in can be gone on from: 1, or 0. */
export function covariatesIsSound(block: usize): i32 { return i32(blockIsSound(block)); }

// @ts-ignore: decorator
@inline
function featureAt(row: usize, i: i32): f32 { return load<f32>(row + (<usize>i << 2)); }

/** Deviations of a row's features from their means; 0 where a feature is not there. */
function deviate(block: usize, row: usize, out: usize): void {
  for (let i = 0; i < load<i32>(block, FEATURES); i++) {
    const x = <f64>featureAt(row, i);
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
  const lacking = isThere(block, row) ? 0 : load<i32>(block, LACKING) + 1;
  store<i32>(block, lacking, LACKING);
  if (lacking > MOST_LACKING) dropMissing(block, row);
  if (missed < 0) {
    store<f64>(block, y, MEAN_Y);
  } else if (isThere(block, row) && isThere(block, block + PREVIOUS)) {
    const memory_ = power(memoryOf(block), missed + 1);
    deviate(block, row, now);
    deviate(block, block + PREVIOUS, before);
    moveFeatures(block, row, memory_);
    const cut = score(block, y, memory_, missed == 0);
    learn(block, cut, memory_);
  }
  learnMeans(block, row);
  if (load<f64>(block, WEIGHT) >= LEAST_ROWS) {
    chooseGroups(block);
    solveAll(block);
  }
  store<f64>(block, y, LAST_Y);
  store<i32>(block, 0, MISSED);
  memory.copy(block + PREVIOUS, row, <usize>load<i32>(block, FEATURES) << 2);
}

/** By how much the features moved; 0 where one was not there before or is not there now. */
function moveFeatures(block: usize, row: usize, memory_: f64): void {
  for (let i = 0; i < load<i32>(block, FEATURES); i++) {
    const o = <usize>i << 3;
    const isThere = isFinite<f32>(featureAt(row, i)) && isFinite<f32>(featureAt(block + PREVIOUS, i));
    store<f64>(change + o, isThere ? load<f64>(now + o) - memory_ * load<f64>(before + o) : 0.0);
  }
}

/** Score the model and the groups at a value; returns it, its error cut. */
function score(block: usize, y: f64, memory_: f64, isNext: bool): f64 {
  const before_ = load<f64>(block, LAST_Y) - load<f64>(block, MEAN_Y);
  const error = y - load<f64>(block, MEAN_Y) - memory_ * before_ - effect(block, change);
  const size = load<f64>(block, SIZE);
  const count = load<f64>(block, SIZES) + 1.0;
  const isKnown = count > CUT_FROM && size > 0.0;
  if (isKnown) weighGroups(block, error, change, size);
  if (isNext) learnAgreement(block, y - load<f64>(block, MEAN_Y) - effect(block, now), lastResidual(block, before));
  const sized = isKnown ? min<f64>(SIZE_CUT * size, abs<f64>(error)) : abs<f64>(error);
  store<f64>(block, size + max<f64>(SIZE_GAIN, 1.0 / count) * (sized - size), SIZE);
  store<f64>(block, count, SIZES);
  if (!isKnown || isNew(block)) return y;
  return y - error + max<f64>(-CUT * size, min<f64>(CUT * size, error));
}

/** Whether a row is among the first of a feature: what an announced event does must be learned from a few steps. */
function isNew(block: usize): bool {
  for (let i = 0; i < load<i32>(block, FEATURES); i++) {
    const o = <usize>i << 3;
    const d = load<f64>(change + o);
    if (d * d > NEW * load<f64>(matrixRow(block, i) + o)) return true;
  }
  return false;
}

/** Add a row to the products. */
function learn(block: usize, y: f64, memory_: f64): void {
  const p = load<i32>(block, FEATURES);
  const value = y - load<f64>(block, MEAN_Y) - memory_ * (load<f64>(block, LAST_Y) - load<f64>(block, MEAN_Y));
  for (let i = 0; i < p; i++) {
    decayAndAdd(matrixRow(block, i), change, LAMBDA, load<f64>(change + (<usize>i << 3)), i + 1);
  }
  decayAndAdd(block + RIGHT, change, LAMBDA, value, p);
  store<f64>(block, LAMBDA * load<f64>(block, TOTAL) + value * value, TOTAL);
  store<f64>(block, LAMBDA * load<f64>(block, WEIGHT) + 1.0, WEIGHT);
  store<f64>(block, LAMBDA * LAMBDA * load<f64>(block, WEIGHT_SQUARES) + 1.0, WEIGHT_SQUARES);
  store<f64>(block, load<f64>(block, MEAN_Y) + (y - load<f64>(block, MEAN_Y)) / (load<f64>(block, WEIGHT) + 1.0), MEAN_Y);
}

/** Means of the features, each over the rows in which it was there. */
function learnMeans(block: usize, row: usize): void {
  for (let i = 0; i < load<i32>(block, FEATURES); i++) {
    const o = block + (<usize>i << 3);
    const x = <f64>featureAt(row, i);
    const isThere = isFinite<f64>(x);
    const present = LAMBDA * load<f64>(o, PRESENT) + f64(isThere);
    store<f64>(o, present, PRESENT);
    store<f64>(o, LAMBDA * load<f64>(o, COUNTS) + f64(isThere && x != 0.0), COUNTS);
    if (isThere) store<f64>(o, load<f64>(o, MEANS) + (x - load<f64>(o, MEANS)) / present, MEANS);
  }
}

/**
 * Forecasts of steps to come.
 * @param rows count × f32 of each feature: those of the steps that are forecast
 * @param out count f64; NaN where the features change next to nothing or one of those that are in is not there: the expert
 * keeps silent then, and its weight
 */
export function covariatesPredict(block: usize, rows: usize, count: i32, out: usize): void {
  const features = load<i32>(block, FEATURES);
  deviate(block, block + PREVIOUS, before);
  const past = effect(block, before);
  const left = lastResidual(block, before);
  const memory_ = memoryOf(block);
  const telling = TELLING * load<f64>(block, SIZE);
  const missed = load<i32>(block, MISSED);
  for (let h = 0; h < count; h++) {
    const row = rows + (<usize>(h * features) << 2);
    let forecast = NaN;
    if (isThere(block, row)) {
      deviate(block, row, now);
      const coming = effect(block, now);
      if (abs<f64>(coming - past) > telling) {
        forecast = load<f64>(block, MEAN_Y) + power(memory_, h + 1 + missed) * left + coming;
      }
    }
    store<f64>(out + (<usize>h << 3), abs<f64>(forecast) <= ABSURD ? forecast : NaN);
  }
}
