import {
  AR_COUNT, AR_REACH, AR_TAPS, D, MA_COUNT, MA_TAPS, MODEL_BYTES, MOST_AR_TAPS, MOST_D, MOST_MA_TAPS, MOST_P,
  MOST_PERIOD, MOST_Q, MOST_SEASONAL, MOST_SEASONAL_D, mostReach, order, P, PERIOD, Q, SEASONAL_D, SEASONAL_P, SEASONAL_Q,
  CONSTANT, MA_REACH,
} from './arima-model';
import { HEADER_BYTES, SEASON, SIGMA2 } from './header';

// A fitted model that follows its series with the steady gain. What past values say of the next steps stands in a ring, so that
// a value only touches the lags that are not zero. What missing values leave unknown stands in a few columns U beside it:
// covariance of the ring = σ²·UU', which makes gains after a gap as the Kalman filter's (exact while columns last).

export const RECORD: usize = HEADER_BYTES;
/** f64: taken off every value, a constant in every forecast, the mean or the drift a step. */
export const OFFSET: usize = RECORD + MODEL_BYTES;
export const INTERCEPT: usize = OFFSET + 8;
export const REGRESSION: usize = OFFSET + 16;
// i32: where the ring begins, its length, columns in use.
export const HEAD: usize = OFFSET + 24;
export const REACH: usize = OFFSET + 28;
export const COLUMNS: usize = OFFSET + 32;
/** f64, scratch: first elements of the columns. */
const FIRSTS: usize = OFFSET + 40;
/** Rings of REACH f64: what is said of the next steps; its variance at the window's end; the columns, one to spare. */
const RINGS: usize = FIRSTS + 72;

/** A larger value is none. */
const MOST_VALUE: f64 = 1e100;
/** Columns below this square are dropped. */
const NOTHING: f64 = 1e-20;

// @ts-ignore: decorator
@inline
export function ring(state: usize, k: i32): usize { return state + RINGS + (<usize>(k * load<i32>(state, REACH)) << 3); }
// @ts-ignore: decorator
@inline
function column(state: usize, k: i32): usize { return ring(state, k + 2); }
// @ts-ignore: decorator
@inline
function at(a: usize, i: i32): f64 { return load<f64>(a + (<usize>i << 3)); }
// @ts-ignore: decorator
@inline
function put(a: usize, i: i32, v: f64): void { store<f64>(a + (<usize>i << 3), v); }

/** Columns of a model: without a season as many as any covariance needs. */
// @ts-ignore: decorator
@inline
function mostColumns(season: i32): i32 { return season < 2 ? 8 : 4; }

// @ts-ignore: decorator
@inline
function ringsOf(season: i32): i32 { return mostReach(season) * (mostColumns(season) + 3); }

export function bytesOf(m: i32): i32 { return <i32>RINGS + 8 * max<i32>(ringsOf(1), ringsOf(m)); }

// @ts-ignore: decorator
@inline
export function isValue(y: f64): bool { return abs<f64>(y) <= MOST_VALUE; }

export function follow(state: usize, y: f64): void {
  const record = state + RECORD;
  const head = load<i32>(state, HEAD);
  const reach = load<i32>(state, REACH);
  const said = ring(state, 0);
  const intercept = load<f64>(state, INTERCEPT);
  const isThere = isValue(y);
  let value = at(said, head) + intercept;
  let e: f64 = 0.0;
  if (isThere) {
    const nu = y - load<f64>(state, OFFSET) - value;
    if (load<i32>(state, COLUMNS) > 0) correct(state, head, reach, nu);
    value = y - load<f64>(state, OFFSET);
    e = value - intercept - at(said, head);
  }
  turn(state, head, reach, isThere);
  put(said, head, 0.0);
  put(ring(state, 1), head, 0.0);
  scatter(said, record + AR_TAPS, order(record, AR_COUNT), head, reach, value);
  scatter(said, record + MA_TAPS, order(record, MA_COUNT), head, reach, e);
  store<i32>(state, head + 1 < reach ? head + 1 : 0, HEAD);
}

/** ring[head + lag] += tap·v. */
function scatter(to: usize, taps: usize, count: i32, head: i32, reach: i32, v: f64): void {
  for (let k = 0; k < count; k++) {
    const tap = taps + (<usize>k << 4);
    let i = head + load<i32>(tap);
    if (i >= reach) i -= reach;
    put(to, i, at(to, i) + load<f64>(tap, 8) * v);
  }
}

/** A value corrects the ring, and the columns by Potter's square root of the same update (Bierman 1977, §II.9). */
function correct(state: usize, head: i32, reach: i32, nu: f64): void {
  const count = load<i32>(state, COLUMNS);
  const said = ring(state, 0);
  const firsts = state + FIRSTS;
  let f: f64 = 1.0;
  for (let k = 0; k < count; k++) {
    const c = at(column(state, k), head);
    put(firsts, k, c);
    f += c * c;
  }
  const share = 1.0 / (f + sqrt<f64>(f));
  for (let i = 0; i < reach; i++) {
    let g: f64 = 0.0;
    for (let k = 0; k < count; k++) g += at(firsts, k) * at(column(state, k), i);
    put(said, i, at(said, i) + g * nu / f);
    for (let k = 0; k < count; k++) {
      const u = column(state, k);
      put(u, i, at(u, i) - share * at(firsts, k) * g);
    }
  }
}

/** The columns one step on: A·U after a value, TU and a column of the innovation that was not seen after none. */
function turn(state: usize, head: i32, reach: i32, isThere: bool): void {
  const record = state + RECORD;
  let count = load<i32>(state, COLUMNS);
  const ar = order(record, AR_COUNT);
  const ma = order(record, MA_COUNT);
  for (let k = 0; k < count; k++) {
    const u = column(state, k);
    const first = at(u, head);
    put(u, head, 0.0);
    if (isThere) scatter(u, record + MA_TAPS, ma, head, reach, -first);
    else scatter(u, record + AR_TAPS, ar, head, reach, first);
  }
  if (!isThere) {
    const u = column(state, count);
    memory.fill(u, 0, <usize>reach << 3);
    scatter(u, record + AR_TAPS, ar, head, reach, 1.0);
    scatter(u, record + MA_TAPS, ma, head, reach, 1.0);
    count++;
    if (count > mostColumns(order(record, PERIOD))) {
      rotate(state, count, reach);
      count = dropSmallest(state, count, reach);
    }
  }
  if (head == 0) {
    while (count > 0 && sizeOf(state, dropSmallest(state, count, reach), reach) < NOTHING) count--;
  }
  store<i32>(state, count, COLUMNS);
}

function sizeOf(state: usize, k: i32, reach: i32): f64 { return product(column(state, k), column(state, k), reach); }

function product(a: usize, b: usize, n: i32): f64 {
  let sum: f64 = 0.0;
  for (let i = 0; i < n; i++) sum += at(a, i) * at(b, i);
  return sum;
}

/** Rotations that make the columns orthogonal and leave UU' as it is: one sweep of Jacobi's method (Hestenes 1958). */
function rotate(state: usize, count: i32, reach: i32): void {
  for (let k = 0; k < count; k++) {
    for (let l = k + 1; l < count; l++) {
      const a = column(state, k);
      const b = column(state, l);
      const ab = product(a, b, reach);
      if (ab == 0.0) continue;
      const zeta = (product(b, b, reach) - product(a, a, reach)) / (2.0 * ab);
      const t = (zeta < 0.0 ? -1.0 : 1.0) / (abs<f64>(zeta) + sqrt<f64>(1.0 + zeta * zeta));
      const c = 1.0 / sqrt<f64>(1.0 + t * t);
      for (let i = 0; i < reach; i++) {
        const v = at(a, i);
        const w = at(b, i);
        put(a, i, c * (v - t * w));
        put(b, i, c * (w + t * v));
      }
    }
  }
}

/** Move the smallest column to the end; returns the number of the others, which is its place. */
function dropSmallest(state: usize, count: i32, reach: i32): i32 {
  let least = 0;
  for (let k = 1; k < count; k++) if (sizeOf(state, k, reach) < sizeOf(state, least, reach)) least = k;
  const last = column(state, count - 1);
  const other = column(state, least);
  for (let i = 0; i < reach; i++) {
    const v = at(last, i);
    put(last, i, at(other, i));
    put(other, i, v);
  }
  return count - 1;
}

/** to[i] += Σ over lags ≤ i of φ·to[i − lag]: what a step says of the steps after it. */
// @ts-ignore: decorator
@inline
function carried(record: usize, to: usize, i: i32): f64 {
  let sum: f64 = 0.0;
  const count = order(record, AR_COUNT);
  for (let k = 0; k < count; k++) {
    const tap = record + AR_TAPS + (<usize>k << 4);
    const lag = load<i32>(tap);
    if (lag > i) break;
    sum += load<f64>(tap, 8) * at(to, i - lag);
  }
  return sum;
}

/** What a ring says of the next steps if nothing new comes: to[i] = ring + Σ φ·to[i − lag] + constant. */
export function respond(state: usize, source: usize, constant: f64, to: usize, count: i32): void {
  const record = state + RECORD;
  const reach = load<i32>(state, REACH);
  let i = load<i32>(state, HEAD);
  for (let h = 0; h < count; h++) {
    let v = constant;
    if (h < reach) {
      v += at(source, i);
      i = i + 1 < reach ? i + 1 : 0;
    }
    put(to, h, v + carried(record, to, h));
  }
}

export function foretell(state: usize, count: i32, mean: usize, variance: usize): void {
  if (variance != 0) spread(state, count, variance, mean);
  respond(state, ring(state, 0), load<f64>(state, INTERCEPT), mean, count);
  const offset = load<f64>(state, OFFSET);
  if (offset != 0.0) for (let h = 0; h < count; h++) put(mean, h, at(mean, h) + offset);
}

/** Variances: σ²·(Σ ψ² + what the columns say + what was unknown at the window's end). */
function spread(state: usize, count: i32, variance: usize, scratch: usize): void {
  const record = state + RECORD;
  const reach = load<i32>(state, REACH);
  const sigma2 = load<f64>(state, SIGMA2);
  unknown(state, count, reach, variance);
  const columns = load<i32>(state, COLUMNS);
  for (let k = 0; k < columns; k++) {
    respond(state, column(state, k), 0.0, scratch, count);
    for (let h = 0; h < count; h++) put(variance, h, at(variance, h) + at(scratch, h) * at(scratch, h));
  }
  for (let h = 0; h < count; h++) put(scratch, h, 0.0);
  if (count > 0) put(scratch, 0, 1.0);
  const taps = order(record, MA_COUNT);
  for (let k = 0; k < taps; k++) {
    const tap = record + MA_TAPS + (<usize>k << 4);
    if (load<i32>(tap) < count) put(scratch, load<i32>(tap), load<f64>(tap, 8));
  }
  let sum: f64 = 0.0;
  for (let h = 0; h < count; h++) {
    const psi = at(scratch, h) + carried(record, scratch, h);
    put(scratch, h, psi);
    sum += psi * psi;
    put(variance, h, sigma2 * (sum + at(variance, h)));
  }
}

/** Beyond the ring the last season's counts. */
function unknown(state: usize, count: i32, reach: i32, to: usize): void {
  const source = ring(state, 1);
  const period = max<i32>(1, min<i32>(reach, order(state + RECORD, PERIOD)));
  const head = load<i32>(state, HEAD);
  let h = 0;
  for (let k = 0; k < count; k++) {
    const i = head + h;
    put(to, k, at(source, i < reach ? i : i - reach));
    if (++h == reach) h -= period;
  }
}

/** Whether every number that serves as an index is in range. */
export function isWhole(state: usize, m: i32): bool {
  const record = state + RECORD;
  const season = order(record, PERIOD);
  if (season != load<i32>(state, SEASON) || season < 1 || season > max<i32>(1, min<i32>(m, MOST_PERIOD))) return false;
  if (!within(record, P, MOST_P) || !within(record, D, MOST_D) || !within(record, Q, MOST_Q)) return false;
  if (!within(record, SEASONAL_P, MOST_SEASONAL) || !within(record, SEASONAL_Q, MOST_SEASONAL)) return false;
  if (!within(record, SEASONAL_D, MOST_SEASONAL_D) || !within(record, CONSTANT, 1)) return false;
  const reach = load<i32>(state, REACH);
  if (reach < 1 || reach > mostReach(season)) return false;
  if (!within(record, AR_REACH, reach) || !within(record, MA_REACH, reach)) return false;
  if (!within(state, HEAD, reach - 1) || !within(state, COLUMNS, mostColumns(season))) return false;
  return areTaps(record + AR_TAPS, order(record, AR_COUNT), MOST_AR_TAPS, reach) &&
    areTaps(record + MA_TAPS, order(record, MA_COUNT), MOST_MA_TAPS, reach);
}

function within(a: usize, which: usize, most: i32): bool {
  const v = load<i32>(a + which);
  return v >= 0 && v <= most;
}

function areTaps(taps: usize, count: i32, most: i32, reach: i32): bool {
  if (count < 0 || count > most) return false;
  let last = 0;
  for (let k = 0; k < count; k++) {
    const lag = load<i32>(taps + (<usize>k << 4));
    if (lag <= last || lag > reach) return false;
    last = lag;
  }
  return true;
}
