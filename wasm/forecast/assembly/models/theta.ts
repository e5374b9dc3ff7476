import { AUTO, HEADER_BYTES, SEASON, SIGMA2, writeHeader } from './header';
import { beginSearch, drawLines, search, TINY, UNSCORED } from './theta-fit';
import { centre, correlate, deseasonalise, without } from './theta-season';
import {
  adjustedOf, ALPHA as FOUND_ALPHA, at, bytesFor, DYNAMIC, FIRST, indicesOf, INITIAL as FOUND_INITIAL, isThere, M,
  MULTIPLICATIVE, N, NONE, OMEGA as FOUND_OMEGA, PRESENT, put, SEASONAL as FOUND_SEASONAL, SSE, STAGE, windowOf,
} from './theta-work';

// Theta: the standard method (Assimakopoulos & Nikolopoulos 2000) as simple exponential smoothing with half of the
// regression's slope as drift (Hyndman & Billah 2003; R's forecast::thetaf), and the dynamic optimised model (Fiorucci,
// Pellegrini, Louzada, Petropoulos & Koehler 2016, section 4). A season that the 90 % autocorrelation test sees is taken
// out by classical decomposition and put back. Specification: [form], 0 standard, 1 dynamic (default).

// State after the header.
const FORM: usize = 48; // i32 0 standard, 1 dynamic
const SEASONAL: usize = 52; // i32 0 none, 1 additive, 2 multiplicative
const PHASE: usize = 56; // i32 of the next step
const GAP: usize = 60; // i32 missing steps since the last value
const ALPHA: usize = 64; // f64 each from here on
const OMEGA: usize = 72; // 1 − 1/θ
const INITIAL: usize = 80; // level before the first value
const LEVEL: usize = 88;
const TIME: usize = 96; // steps since the first value, that one counted
const COUNT: usize = 104; // values
const MEAN_TIME: usize = 112; // mean of their times
const MEAN: usize = 120;
const SXX: usize = 128; // Σ squared distances of their times
const SLOPE: usize = 136;
const POWER: usize = 144; // (1 − α)^TIME
const LAG: usize = 152; // steps by which the level lags behind a line
const INDICES: usize = 160;

const THETA_KIND: i32 = 3;
/** Fewer values say nothing of three parameters. */
const LEAST_VALUES: i32 = 8;
/** Gaps are counted up to here. */
const MOST_GAP: i32 = 1 << 30;

const CORRELATE: i32 = 0;
const DECOMPOSE: i32 = 1;
const SEARCH: i32 = 2;
const DONE: i32 = 3;

export function workBytes(n: i32, m: i32): i32 { return bytesFor(max<i32>(n, 0), max<i32>(m, 1)); }
export function stateBytes(m: i32): i32 { return <i32>INDICES + 8 * max<i32>(m, 1); }

export function begin(work: usize, y: usize, n: i32, m: i32, spec: usize): void {
  store<i32>(work, n, N);
  store<i32>(work, max<i32>(m, 1), M);
  const form = spec == 0 ? AUTO : load<i32>(spec);
  store<i32>(work, form == 0 ? 0 : 1, DYNAMIC);
  let present = 0;
  let first = 0;
  for (let i = 0; i < n; i++) {
    const value = at(y, i);
    const there = isThere(value);
    put(windowOf(work), i, there ? value : NaN);
    if (!there) continue;
    if (present == 0) first = i;
    present++;
  }
  store<i32>(work, present, PRESENT);
  store<i32>(work, first, FIRST);
  store<f64>(work, Infinity, SSE);
  store<i32>(work, present < LEAST_VALUES ? DONE : CORRELATE, STAGE);
  if (present >= LEAST_VALUES) centre(work);
}

export function advance(work: usize): bool {
  switch (load<i32>(work, STAGE)) {
    case CORRELATE:
      if (correlate(work)) store<i32>(work, DECOMPOSE, STAGE);
      return true;
    case DECOMPOSE:
      deseasonalise(work);
      drawLines(work);
      beginSearch(work);
      store<i32>(work, SEARCH, STAGE);
      return true;
    case SEARCH:
      if (search(work)) store<i32>(work, DONE, STAGE);
      return load<i32>(work, STAGE) != DONE;
    default:
      return false;
  }
}

export function finish(work: usize, state: usize): bool {
  if (!(load<f64>(work, SSE) < Infinity)) return false;
  const seasonal = load<i32>(work, FOUND_SEASONAL);
  const m = seasonal == NONE ? 1 : load<i32>(work, M);
  const form = load<i32>(work, DYNAMIC);
  store<i32>(state, form, FORM);
  store<i32>(state, seasonal, SEASONAL);
  store<i32>(state, m, SEASON);
  store<i32>(state, load<i32>(work, FIRST) % m, PHASE);
  store<i32>(state, 0, GAP);
  store<f64>(state, load<f64>(work, FOUND_ALPHA), ALPHA);
  store<f64>(state, load<f64>(work, FOUND_OMEGA), OMEGA);
  store<f64>(state, load<f64>(work, FOUND_INITIAL), INITIAL);
  if (seasonal == NONE) put(state + INDICES, 0, 0.0);
  else memory.copy(state + INDICES, indicesOf(work), <usize>m << 3);
  writeFit(work, state, filter(work, state));
  return true;
}

/** Run the state over the window; the sum of the squared errors that are scored, without the search's rounding. */
function filter(work: usize, state: usize): f64 {
  store<f64>(state, load<f64>(state, INITIAL), LEVEL);
  memory.fill(state + TIME, 0, POWER - TIME);
  store<f64>(state, 1.0, POWER);
  store<f64>(state, 0.0, LAG);
  const n = load<i32>(work, N);
  const dynamic = load<i32>(state, FORM) == 1;
  let sse: f64 = 0.0;
  for (let i = load<i32>(work, FIRST), seen = 0; i < n; i++) {
    const x = at(adjustedOf(work), i);
    if (!isNaN(x) && seen++ >= (dynamic ? UNSCORED : 0)) {
      const expected = load<f64>(state, LEVEL) + (dynamic ? load<f64>(state, OMEGA) * ahead(state) : 0.0);
      sse += (x - expected) * (x - expected);
    }
    update(state, at(windowOf(work), i));
  }
  return sse;
}

/**
 * The header. Log-likelihood (Gaussian, of the values that are scored, given the season's indices) and criterion are of
 * the dynamic form alone: the standard one is a method without a model. The variance is that of the adjusted values.
 */
function writeFit(work: usize, state: usize, sse: f64): void {
  const present = load<i32>(work, PRESENT);
  const m = load<i32>(state, SEASON);
  const dynamic = load<i32>(state, FORM) == 1;
  const scored = dynamic ? present - UNSCORED : present;
  const estimated = dynamic ? 3 : 2;
  const parameters = estimated + 1 + (m > 1 ? m - 1 : 0);
  const sigma2 = sse / <f64>(scored - estimated);
  let likelihood = NaN;
  let aicc = NaN;
  if (dynamic && sse > 0.0) {
    const count = <f64>scored;
    likelihood = -0.5 * count * (Math.log(2.0 * Math.PI * sse / count) + 1.0) - logIndices(work, state);
    const free = count - <f64>parameters - 1.0;
    if (free > 0.0) aicc = -2.0 * likelihood + 2.0 * <f64>parameters * count / free;
  }
  writeHeader(state, THETA_KIND, present, likelihood, aicc, sigma2, m, parameters);
}

/** Logarithm of what multiplicative indices stretch the scored values by. */
function logIndices(work: usize, state: usize): f64 {
  if (load<i32>(state, SEASONAL) != MULTIPLICATIVE) return 0.0;
  const n = load<i32>(work, N);
  const m = load<i32>(state, SEASON);
  let sum: f64 = 0.0;
  for (let i = load<i32>(work, FIRST), seen = 0; i < n; i++) {
    if (isNaN(at(adjustedOf(work), i))) continue;
    if (seen++ >= UNSCORED) sum += Math.log(at(state + INDICES, i % m));
  }
  return sum;
}

export function update(state: usize, y: f64): void {
  const phase = load<i32>(state, PHASE);
  const index = at(state + INDICES, phase);
  const seasonal = load<i32>(state, SEASONAL);
  const isMissing = !isThere(y);
  const x = seasonal == NONE || isMissing ? y : without(y, index, seasonal);
  moveLevel(state, x, isMissing);
  const time = load<f64>(state, TIME) + 1.0;
  store<f64>(state, time, TIME);
  const power = load<f64>(state, POWER) * (1.0 - load<f64>(state, ALPHA));
  store<f64>(state, power < TINY ? 0.0 : power, POWER);
  if (!isMissing) drawLine(state, time, x);
  store<i32>(state, isMissing ? min<i32>(load<i32>(state, GAP) + 1, MOST_GAP) : 0, GAP);
  store<i32>(state, phase + 1 == load<i32>(state, SEASON) ? 0 : phase + 1, PHASE);
}

/** Without a value the level of the dynamic form moves on along its forecast, that of the standard form lags further. */
function moveLevel(state: usize, x: f64, isMissing: bool): void {
  const alpha = load<f64>(state, ALPHA);
  const level = load<f64>(state, LEVEL);
  if (isMissing) {
    if (load<i32>(state, FORM) == 1) store<f64>(state, level + alpha * load<f64>(state, OMEGA) * ahead(state), LEVEL);
    else store<f64>(state, load<f64>(state, LAG) + 1.0, LAG);
    return;
  }
  store<f64>(state, alpha * x + (1.0 - alpha) * level, LEVEL);
  store<f64>(state, (1.0 - alpha) * load<f64>(state, LAG) + 1.0, LAG);
}

/** What the line adds to the level for the next step, over ω: (1 − α)^t A + (1 − (1 − α)^(t+1))/α B; 0 before any value. */
// @ts-ignore: decorator
@inline
function ahead(state: usize): f64 {
  const alpha = load<f64>(state, ALPHA);
  const power = load<f64>(state, POWER);
  const slope = load<f64>(state, SLOPE);
  const intercept = load<f64>(state, MEAN) - slope * load<f64>(state, MEAN_TIME);
  return power * intercept + (1.0 - power * (1.0 - alpha)) / alpha * slope;
}

/** Regression on time with one more value; what Fiorucci et al. write for A and B where nothing is missing. */
function drawLine(state: usize, time: f64, x: f64): void {
  const count = load<f64>(state, COUNT) + 1.0;
  const sxx = load<f64>(state, SXX);
  const distance = time - load<f64>(state, MEAN_TIME);
  const change = x - load<f64>(state, MEAN);
  const leverage = distance * (1.0 - 1.0 / count);
  const grown = sxx + distance * leverage;
  if (count > 1.0) store<f64>(state, (sxx * load<f64>(state, SLOPE) + leverage * change) / grown, SLOPE);
  store<f64>(state, count, COUNT);
  store<f64>(state, load<f64>(state, MEAN_TIME) + distance / count, MEAN_TIME);
  store<f64>(state, load<f64>(state, MEAN) + change / count, MEAN);
  store<f64>(state, grown, SXX);
}

export function predict(state: usize, count: i32, mean: usize, variance: usize): void {
  if (load<i32>(state, FORM) == 1) predictDynamic(state, count, mean, variance);
  else predictStandard(state, count, mean, variance);
  const seasonal = load<i32>(state, SEASONAL);
  if (seasonal == NONE) return;
  const m = load<i32>(state, SEASON);
  // R leaves the width of the standard form as it is for the adjusted values.
  const scales = seasonal == MULTIPLICATIVE && load<i32>(state, FORM) == 1 && variance != 0;
  for (let i = 0, phase = load<i32>(state, PHASE); i < count; i++) {
    const s = at(state + INDICES, phase);
    put(mean, i, seasonal == MULTIPLICATIVE ? at(mean, i) * s : at(mean, i) + s);
    if (scales) put(variance, i, at(variance, i) * s * s);
    phase = phase + 1 == m ? 0 : phase + 1;
  }
}

function predictStandard(state: usize, count: i32, mean: usize, variance: usize): void {
  const drift = 0.5 * load<f64>(state, SLOPE);
  const alpha = load<f64>(state, ALPHA);
  const sigma2 = load<f64>(state, SIGMA2);
  const start = load<f64>(state, LEVEL) + drift * load<f64>(state, LAG);
  const gap = <f64>load<i32>(state, GAP);
  for (let i = 0; i < count; i++) {
    put(mean, i, start + drift * <f64>i);
    if (variance != 0) put(variance, i, sigma2 * (1.0 + alpha * alpha * (gap + <f64>i)));
  }
}

/**
 * Each forecast is taken for the value of its step, by level and by line (Fiorucci et al. 2016, section 4). With that
 * the states (level, mean, slope) are linear in the errors to come, and their covariance over σ² is carried along; at
 * first it is that of the level alone, for what a gap has hidden.
 */
function predictDynamic(state: usize, count: i32, mean: usize, variance: usize): void {
  const alpha = load<f64>(state, ALPHA);
  const omega = load<f64>(state, OMEGA);
  const sigma2 = load<f64>(state, SIGMA2);
  const kept = 1.0 - alpha;
  let level = load<f64>(state, LEVEL), power = load<f64>(state, POWER);
  let time = load<f64>(state, TIME), values = load<f64>(state, COUNT), meanTime = load<f64>(state, MEAN_TIME);
  let average = load<f64>(state, MEAN), sxx = load<f64>(state, SXX), slope = load<f64>(state, SLOPE);
  let vLevel = alpha * alpha * <f64>load<i32>(state, GAP), vLevelMean: f64 = 0.0, vLevelSlope: f64 = 0.0;
  let vMean: f64 = 0.0, vMeanSlope: f64 = 0.0, vSlope: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    // Forecast = level + a·mean + b·slope.
    const a = omega * power;
    const b = omega * ((1.0 - power * kept) / alpha - power * meanTime);
    const forecast = level + a * average + b * slope;
    put(mean, i, forecast);
    time += 1.0;
    values += 1.0;
    power *= kept;
    const distance = time - meanTime;
    const leverage = distance * (1.0 - 1.0 / values);
    const grown = sxx + distance * leverage;
    const share = 1.0 / values;
    const turn = leverage / grown;
    const held = sxx / grown;
    if (variance != 0) {
      // Covariances of the forecast with the states, its variance, then those of the states after the step.
      const fLevel = vLevel + a * vLevelMean + b * vLevelSlope;
      const fMean = vLevelMean + a * vMean + b * vMeanSlope;
      const fSlope = vLevelSlope + a * vMeanSlope + b * vSlope;
      const vValue = fLevel + a * fMean + b * fSlope + 1.0;
      put(variance, i, sigma2 * vValue);
      const keptMean = 1.0 - share;
      const levelMean = kept * (keptMean * vLevelMean + share * fLevel) + alpha * (keptMean * fMean + share * vValue);
      const levelSlope =
        kept * (held * vLevelSlope + turn * (fLevel - vLevelMean)) + alpha * (held * fSlope + turn * (vValue - fMean));
      const meanSlope =
        keptMean * (held * vMeanSlope + turn * (fMean - vMean)) + share * (held * fSlope + turn * (vValue - fMean));
      vSlope = held * held * vSlope + 2.0 * held * turn * (fSlope - vMeanSlope) + turn * turn * (vValue - 2.0 * fMean + vMean);
      vLevel = kept * kept * vLevel + 2.0 * kept * alpha * fLevel + alpha * alpha * vValue;
      vMean = keptMean * keptMean * vMean + 2.0 * keptMean * share * fMean + share * share * vValue;
      vLevelMean = levelMean;
      vLevelSlope = levelSlope;
      vMeanSlope = meanSlope;
    }
    slope = held * slope + turn * (forecast - average);
    average += share * (forecast - average);
    level = kept * level + alpha * forecast;
    meanTime += distance * share;
    sxx = grown;
  }
}

export function isSound(state: usize, m: i32): bool {
  const season = load<i32>(state, SEASON);
  const phase = load<i32>(state, PHASE);
  const form = load<i32>(state, FORM);
  const seasonal = load<i32>(state, SEASONAL);
  if (form < 0 || form > 1 || seasonal < NONE || seasonal > MULTIPLICATIVE) return false;
  if (season < 1 || season > max<i32>(m, 1) || (seasonal == NONE && season != 1)) return false;
  return phase >= 0 && phase < season && load<i32>(state, GAP) >= 0;
}
