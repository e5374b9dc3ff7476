import { SEASON } from './header';

// State of a decomposable model: trend, two seasons as Fourier sums, and the last residual with its moments. No table of
// the season: its harmonics are summed at the angle that the season has reached, so a state is as small for a week of
// minutes as for a day of hours.

// After the header, bytes.
export const LEVEL: usize = 48; // f64 trend at the newest step
export const SLOPE: usize = 56; // f64 its change per step, as damped so far
export const DAMPING: usize = 64; // f64 factor of the slope per step; 0: flat
export const RESIDUAL: usize = 72; // f64 what trend and seasons left of the newest step
export const POWER: usize = 80; // f64 mean square of residuals
export const PRODUCT: usize = 88; // f64 mean product of neighbouring residuals
export const LOW: usize = 96; // f64 bounds of trend and seasons
export const HIGH: usize = 104;
export const SLOPE_NOISE: usize = 112; // f64 variance by which the slope changes per step
export const NOISE_DAMPING: usize = 120; // f64 factor per step of what such a change adds
export const MISSED: usize = 128; // i32 missing steps that the residual was carried on over
export const FLEXIBILITY: usize = 132; // i32 row of LAMBDAS that was chosen
export const CHANGEPOINTS: usize = 136; // i32
export const HARMONICS: usize = 140; // i32 that were chosen of both seasons
const SEASONS: usize = 144;
const SEASON_BYTES: usize = 208;
export const STATE_BYTES: usize = SEASONS + 2 * SEASON_BYTES;

// Record of a season, bytes.
export const LENGTH: usize = 0; // i32 steps; 0: none
export const PHASE: usize = 4; // i32 of the newest step
export const COUNT: usize = 8; // i32 harmonics
export const COS: usize = 16; // f64 cosine and sine of the newest step's angle
export const SIN: usize = 24;
export const STEP_COS: usize = 32; // f64 of the angle of one step
export const STEP_SIN: usize = 40;
export const COEFFICIENTS: usize = 48; // per harmonic f64 of cosine, f64 of sine

export const MOST_HARMONICS: i32 = 10;
const LONGEST_SEASON: i32 = 1 << 24;
/** A residual is not carried on for good. */
const MOST_MEMORY: f64 = 0.98;
/** Weight of a new residual in the moments. */
const MOMENT_GAIN: f64 = 0.02;
/** Values beyond this count as missing. */
export const ABSURD: f64 = 1e30;

// @ts-ignore: decorator
@inline
export function seasonOf(state: usize, j: i32): usize { return state + SEASONS + <usize>j * SEASON_BYTES; }

/** Coefficient of the residual's autoregression, in [0, MOST_MEMORY]. */
export function memoryOf(state: usize): f64 {
  const power = load<f64>(state, POWER);
  if (!(power > 0.0)) return 0.0;
  return max<f64>(0.0, min<f64>(MOST_MEMORY, load<f64>(state, PRODUCT) / power));
}

/** Start a season's angle at `phase`. */
export function startSeason(record: usize, length: i32, phase: i32, count: i32): void {
  const angle = 2.0 * Math.PI / <f64>length;
  store<i32>(record, length, LENGTH);
  store<i32>(record, phase, PHASE);
  store<i32>(record, count, COUNT);
  store<f64>(record, Math.cos(angle * <f64>phase), COS);
  store<f64>(record, Math.sin(angle * <f64>phase), SIN);
  store<f64>(record, Math.cos(angle), STEP_COS);
  store<f64>(record, Math.sin(angle), STEP_SIN);
}

/** Σ aₖ cos kθ + bₖ sin kθ by Clenshaw's recurrence, given cos θ and sin θ. */
function fourierSum(record: usize, c: f64, s: f64): f64 {
  let a1: f64 = 0.0, a2: f64 = 0.0, b1: f64 = 0.0, b2: f64 = 0.0;
  for (let k = load<i32>(record, COUNT) - 1; k >= 0; k--) {
    const at = record + (<usize>k << 4);
    const a = load<f64>(at, COEFFICIENTS) + 2.0 * c * a1 - a2;
    a2 = a1;
    a1 = a;
    const b = load<f64>(at, COEFFICIENTS + 8) + 2.0 * c * b1 - b2;
    b2 = b1;
    b1 = b;
  }
  return c * a1 - a2 + s * b1;
}

/** Turn a season by one step. At the start of each cycle the angle is exact again, so that no error adds up. */
function turn(record: usize): void {
  const phase = load<i32>(record, PHASE) + 1;
  if (phase >= load<i32>(record, LENGTH)) {
    store<i32>(record, 0, PHASE);
    store<f64>(record, 1.0, COS);
    store<f64>(record, 0.0, SIN);
    return;
  }
  const c = load<f64>(record, COS), s = load<f64>(record, SIN);
  const dc = load<f64>(record, STEP_COS), ds = load<f64>(record, STEP_SIN);
  store<i32>(record, phase, PHASE);
  store<f64>(record, c * dc - s * ds, COS);
  store<f64>(record, s * dc + c * ds, SIN);
}

// @ts-ignore: decorator
@inline
function bounded(state: usize, value: f64): f64 {
  return max<f64>(load<f64>(state, LOW), min<f64>(load<f64>(state, HIGH), value));
}

/** Trend and seasons of the newest step. */
function structure(state: usize): f64 {
  let sum = load<f64>(state, LEVEL);
  for (let j = 0; j < 2; j++) {
    const record = seasonOf(state, j);
    if (load<i32>(record, LENGTH) > 0) sum += fourierSum(record, load<f64>(record, COS), load<f64>(record, SIN));
  }
  return bounded(state, sum);
}

export function update(state: usize, y: f64): void {
  const slope = load<f64>(state, SLOPE) * load<f64>(state, DAMPING);
  store<f64>(state, slope, SLOPE);
  store<f64>(state, load<f64>(state, LEVEL) + slope, LEVEL);
  for (let j = 0; j < 2; j++) if (load<i32>(seasonOf(state, j), LENGTH) > 0) turn(seasonOf(state, j));
  const before = load<f64>(state, RESIDUAL);
  if (!(abs<f64>(y) <= ABSURD)) {
    store<f64>(state, memoryOf(state) * before, RESIDUAL);
    store<i32>(state, load<i32>(state, MISSED) + 1, MISSED);
    return;
  }
  const residual = y - structure(state);
  if (load<i32>(state, MISSED) == 0) learnMoments(state, before, residual);
  store<f64>(state, residual, RESIDUAL);
  store<i32>(state, 0, MISSED);
}

/** Residuals grow together where a level shifts: then they are remembered for longer. */
function learnMoments(state: usize, before: f64, residual: f64): void {
  const power = load<f64>(state, POWER);
  const product = load<f64>(state, PRODUCT);
  store<f64>(state, power + MOMENT_GAIN * (residual * residual - power), POWER);
  store<f64>(state, product + MOMENT_GAIN * (residual * before - product), PRODUCT);
}

export function predict(state: usize, count: i32, mean: usize, variance: usize): void {
  const damping = load<f64>(state, DAMPING);
  const memory = memoryOf(state);
  let trend = load<f64>(state, LEVEL);
  let slope = load<f64>(state, SLOPE);
  for (let i = 0; i < count; i++) {
    slope *= damping;
    trend += slope;
    store<f64>(mean + (<usize>i << 3), trend);
  }
  addSeason(seasonOf(state, 0), count, mean);
  addSeason(seasonOf(state, 1), count, mean);
  let residual = load<f64>(state, RESIDUAL);
  for (let i = 0; i < count; i++) {
    const at = mean + (<usize>i << 3);
    residual *= memory;
    store<f64>(at, bounded(state, load<f64>(at)) + residual);
  }
  if (variance != 0) spread(state, count, memory, variance);
}

function addSeason(record: usize, count: i32, mean: usize): void {
  if (load<i32>(record, LENGTH) == 0) return;
  let c = load<f64>(record, COS), s = load<f64>(record, SIN);
  const dc = load<f64>(record, STEP_COS), ds = load<f64>(record, STEP_SIN);
  for (let i = 0; i < count; i++) {
    const next = c * dc - s * ds;
    s = s * dc + c * ds;
    c = next;
    const at = mean + (<usize>i << 3);
    store<f64>(at, load<f64>(at) + fourierSum(record, c, s));
  }
}

/**
 * Variances: of the autoregressive residual, and of a trend whose slope goes on to change as much and as often as it did
 * (Taylor & Letham 2018, section 3.1.4), each change damped.
 */
function spread(state: usize, count: i32, memory: f64, variance: usize): void {
  const power = load<f64>(state, POWER);
  const noise = load<f64>(state, SLOPE_NOISE);
  const damping = load<f64>(state, NOISE_DAMPING);
  const missed = load<i32>(state, MISSED);
  let kept = missed == 0 ? 1.0 : Math.pow(memory, 2.0 * <f64>missed);
  let factor: f64 = 1.0;
  let reach: f64 = 0.0;
  let sum: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    kept *= memory * memory;
    factor *= damping;
    reach += factor;
    sum += reach * reach;
    store<f64>(variance + (<usize>i << 3), power * (1.0 - kept) + noise * sum);
  }
}

/** Whether a state that was copied in can be gone on from. */
export function isSound(state: usize, m: i32): bool {
  const season = load<i32>(state, SEASON);
  if (season < 1 || season > max<i32>(1, m) || load<i32>(state, MISSED) < 0) return false;
  for (let j = 0; j < 2; j++) {
    const record = seasonOf(state, j);
    const length = load<i32>(record, LENGTH);
    const phase = load<i32>(record, PHASE);
    const count = load<i32>(record, COUNT);
    if (length < 0 || length > LONGEST_SEASON || count < 0 || count > MOST_HARMONICS) return false;
    if (phase < 0 || phase >= max<i32>(1, length)) return false;
  }
  const damping = load<f64>(state, DAMPING);
  const noise = load<f64>(state, NOISE_DAMPING);
  return damping >= 0.0 && damping < 1.0 && noise >= 0.0 && noise < 1.0 && load<f64>(state, POWER) >= 0.0;
}
