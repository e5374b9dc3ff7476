import * as ets from './ets';
import { AICC, AUTO, KIND, LOG_LIKELIHOOD, PARAMETERS, SEASON, writeHeader } from './header';
import { advanceStl, beginStl } from './stl';
import {
  adjustedOf, at, bytesFor, COUNT, etsOf, isThere, LONG, N, PRESENT, put, ROBUST, seasonalOf, SHORT, STAGE, trendOf,
  WINDOW, windowOf,
} from './stl-work';

// STL + ETS: the last cycle of STL's seasonal component carried on, and ETS without a season on what it leaves (Cleveland
// et al. 1990; R's forecast::stlf). Log-likelihood, criterion and parameters are ETS's, given the seasons. Specification: [seasonal span, second season, robust]: span 0 periodic, −1 as in R's mstl (11, and 15
// for the longer of two); a second season of at most half of the first's length, −1 none; robust 1, else not.

// State after the header, whose SEASON is the longer season.
const SHORTER: usize = 48; // i32 length of the shorter of two seasons, 0: there is one alone
const PHASE: usize = 52; // i32 of the next step in the season
const SHORT_PHASE: usize = 56; // i32 of the next step in the shorter one
const SPAN: usize = 60; // i32 as specified
const SEASONAL_STRENGTH: usize = 64; // f64 0 … 1
const TREND_STRENGTH: usize = 72; // f64 0 … 1
const NEXT_MEAN: usize = 80; // f64 ETS's forecast of the step that comes, while it comes
const NEXT_VARIANCE: usize = 88; // f64
const ETS_STATE: usize = 96;

const STL_ETS_KIND: i32 = 4;
const ETS_KIND: i32 = 1;
const LEAST_CYCLES: i32 = 2;
/**
 * Share of a one-step error that the season takes in between fits, which is somewhat less than what loess over 11 cycles
 * gives to the last of them (0.16): ETS takes its share too. R's form does not learn. An error counts up to so many of its
 * standard deviations: a spike must not come back every cycle.
 */
const GAMMA: f64 = 0.1;
const MOST_DEVIATIONS: f64 = 3.0;

const DECOMPOSE: i32 = 0;
const FIT: i32 = 1;
const DONE: i32 = 2;
const REFUSED: i32 = 3;

// @ts-ignore: decorator
@inline
function shapeAt(state: usize): usize { return state + ETS_STATE + <usize>ets.stateBytes(1); }
// @ts-ignore: decorator
@inline
function shortShapeAt(state: usize): usize { return shapeAt(state) + (<usize>load<i32>(state, SEASON) << 3); }

export function workBytes(n: i32, m: i32): i32 { return bytesFor(max<i32>(n, 0)); }
export function stateBytes(m: i32): i32 {
  const season = max<i32>(m, 1);
  return <i32>ETS_STATE + ets.stateBytes(1) + 8 * (season + (season >> 1));
}

export function begin(work: usize, y: usize, n: i32, m: i32, spec: usize): void {
  store<i32>(work, max<i32>(n, 0), N);
  store<i32>(work, spec == 0 ? AUTO : max<i32>(AUTO, load<i32>(spec)), WINDOW);
  store<i32>(work, spec != 0 && load<i32>(spec, 8) == 1 ? 1 : 0, ROBUST);
  const second = spec == 0 ? AUTO : load<i32>(spec, 4);
  const isSecond = second >= 2 && second <= m >> 1;
  store<i32>(work, isSecond ? 2 : 1, COUNT);
  store<i32>(work, isSecond ? second : m, SHORT);
  store<i32>(work, isSecond ? m : 0, LONG);
  let present = 0;
  for (let i = 0; i < n; i++) {
    const there = isThere(at(y, i));
    put(windowOf(work), i, there ? at(y, i) : NaN);
    if (there) present++;
  }
  store<i32>(work, present, PRESENT);
  // Two cycles, of which three quarters are there.
  const isEnough = m >= 2 && m <= n / LEAST_CYCLES && 2 * present >= 3 * m;
  store<i32>(work, isEnough ? DECOMPOSE : REFUSED, STAGE);
  if (isEnough) beginStl(work);
}

export function advance(work: usize): bool {
  switch (load<i32>(work, STAGE)) {
    case DECOMPOSE:
      if (advanceStl(work)) {
        ets.begin(etsOf(work), adjustedOf(work), load<i32>(work, N), 1, 0);
        store<i32>(work, FIT, STAGE);
      }
      return true;
    case FIT:
      if (!ets.advance(etsOf(work))) store<i32>(work, DONE, STAGE);
      return load<i32>(work, STAGE) == FIT;
    default:
      return false;
  }
}

export function finish(work: usize, state: usize): bool {
  const stage = load<i32>(work, STAGE);
  if ((stage != FIT && stage != DONE) || !ets.finish(etsOf(work), state + ETS_STATE)) return false;
  const n = load<i32>(work, N);
  const isOne = load<i32>(work, COUNT) == 1;
  const m = isOne ? load<i32>(work, SHORT) : load<i32>(work, LONG);
  const shorter = isOne ? 0 : load<i32>(work, SHORT);
  const inner = state + ETS_STATE;
  // The variance of an error is that of the next step: ETS with multiplicative errors has a relative one.
  ets.predict(inner, 1, state + NEXT_MEAN, state + NEXT_VARIANCE);
  const sigma2 = load<f64>(state, NEXT_VARIANCE);
  writeHeader(
    state, STL_ETS_KIND, load<i32>(work, PRESENT), load<f64>(inner, LOG_LIKELIHOOD), load<f64>(inner, AICC), sigma2, m,
    load<i32>(inner, PARAMETERS),
  );
  store<i32>(state, shorter, SHORTER);
  store<i32>(state, n % m, PHASE);
  store<i32>(state, isOne ? 0 : n % shorter, SHORT_PHASE);
  store<i32>(state, load<i32>(work, WINDOW), SPAN);
  writeShape(seasonalOf(work, isOne ? 0 : 1), n, m, shapeAt(state));
  if (!isOne) writeShape(seasonalOf(work, 0), n, shorter, shortShapeAt(state));
  store<f64>(state, strength(work, isOne ? 1 : 2), SEASONAL_STRENGTH);
  store<f64>(state, strength(work, 0), TREND_STRENGTH);
  return true;
}

/** The last cycle of a seasonal component, by phase. */
function writeShape(component: usize, n: i32, m: i32, shape: usize): void {
  for (let i = n - m; i < n; i++) put(shape, i % m, at(component, i));
}

/** 1 − var(remainder) / var(remainder + trend or seasons), at least 0 (Wang, Smith & Hyndman 2006). */
function strength(work: usize, seasons: i32): f64 {
  let count: f64 = 0.0, mean: f64 = 0.0, squares: f64 = 0.0, wideMean: f64 = 0.0, wideSquares: f64 = 0.0;
  for (let i = 0, n = load<i32>(work, N); i < n; i++) {
    const adjusted = at(adjustedOf(work), i);
    if (isNaN(adjusted)) continue;
    const trend = at(trendOf(work), i);
    const rest = adjusted - trend;
    let wide = seasons == 0 ? adjusted : rest + at(seasonalOf(work, 0), i);
    if (seasons == 2) wide += at(seasonalOf(work, 1), i);
    count += 1.0;
    const distance = rest - mean;
    mean += distance / count;
    squares += distance * (rest - mean);
    const wideDistance = wide - wideMean;
    wideMean += wideDistance / count;
    wideSquares += wideDistance * (wide - wideMean);
  }
  return wideSquares > 0.0 ? max<f64>(0.0, 1.0 - squares / wideSquares) : 0.0;
}

/** Seasonal component of the next step. */
// @ts-ignore: decorator
@inline
function seasonalNext(state: usize): f64 {
  const s = at(shapeAt(state), load<i32>(state, PHASE));
  return load<i32>(state, SHORTER) == 0 ? s : s + at(shortShapeAt(state), load<i32>(state, SHORT_PHASE));
}

/** ETS takes in what the season leaves, the season then some of ETS's error. */
export function update(state: usize, y: f64): void {
  const inner = state + ETS_STATE;
  const shorter = load<i32>(state, SHORTER);
  if (isThere(y)) {
    const adjusted = y - seasonalNext(state);
    ets.predict(inner, 1, state + NEXT_MEAN, state + NEXT_VARIANCE);
    ets.update(inner, adjusted);
    learn(state, shorter, adjusted - load<f64>(state, NEXT_MEAN));
  } else {
    ets.update(inner, NaN);
  }
  const phase = load<i32>(state, PHASE) + 1;
  store<i32>(state, phase == load<i32>(state, SEASON) ? 0 : phase, PHASE);
  const shortPhase = load<i32>(state, SHORT_PHASE) + 1;
  store<i32>(state, shortPhase >= shorter ? 0 : shortPhase, SHORT_PHASE);
}

/** Two seasons share what is to be learned. */
function learn(state: usize, shorter: i32, error: f64): void {
  const limit = MOST_DEVIATIONS * sqrt<f64>(load<f64>(state, NEXT_VARIANCE));
  if (!(limit >= 0.0)) return;
  const taken = (shorter == 0 ? GAMMA : 0.5 * GAMMA) * max<f64>(-limit, min<f64>(limit, error));
  const shape = shapeAt(state);
  const phase = load<i32>(state, PHASE);
  put(shape, phase, at(shape, phase) + taken);
  if (shorter == 0) return;
  const shortShape = shortShapeAt(state);
  const shortPhase = load<i32>(state, SHORT_PHASE);
  put(shortShape, shortPhase, at(shortShape, shortPhase) + taken);
}

export function predict(state: usize, count: i32, mean: usize, variance: usize): void {
  ets.predict(state + ETS_STATE, count, mean, variance);
  carryOn(shapeAt(state), load<i32>(state, SEASON), load<i32>(state, PHASE), count, mean);
  const shorter = load<i32>(state, SHORTER);
  if (shorter != 0) carryOn(shortShapeAt(state), shorter, load<i32>(state, SHORT_PHASE), count, mean);
}

function carryOn(shape: usize, m: i32, phase: i32, count: i32, mean: usize): void {
  for (let i = 0; i < count; i++) {
    put(mean, i, at(mean, i) + at(shape, phase));
    phase = phase + 1 == m ? 0 : phase + 1;
  }
}

export function isSound(state: usize, m: i32): bool {
  const season = load<i32>(state, SEASON);
  const shorter = load<i32>(state, SHORTER);
  const phase = load<i32>(state, PHASE);
  const shortPhase = load<i32>(state, SHORT_PHASE);
  if (season < 2 || season > m || phase < 0 || phase >= season) return false;
  if (shorter != 0 && (shorter < 2 || shorter > season >> 1)) return false;
  if (shortPhase < 0 || shortPhase >= max<i32>(1, shorter)) return false;
  return load<i32>(state + ETS_STATE, KIND) == ETS_KIND && ets.isSound(state + ETS_STATE, 1);
}
