import { ALPHA, BETA, ERROR, GAMMA, LEVEL, NEXT_PHASE, PHI, SEASON_FORM, shapeAt, TREND } from './ets-state';
import { SEASON, SIGMA2 } from './header';

// Forecasts and their variances (Hyndman et al. 2008, section 6.3): class 1 linear homoscedastic, class 2 linear with
// relative errors, class 3 with a multiplicative season. Classes 2 and 3 carry the second moments of level and trend
// forward, which costs the same at every step.

// @ts-ignore: decorator
@inline
function put(out: usize, i: i32, value: f64): void { store<f64>(out + (<usize>i << 3), value); }

/** Variances far ahead may grow by a factor a step: they stay finite. */
const LARGEST: f64 = 1e300;

/** Variance of a forecast μ from that of its mean, `spread`, and the relative error's own. */
// @ts-ignore: decorator
@inline
function relativeVariance(spread: f64, mu: f64, sigma2: f64): f64 {
  const variance = spread + sigma2 * (spread + mu * mu);
  return variance < LARGEST ? variance : LARGEST;
}

export function predictEts(state: usize, count: i32, mean: usize, variance: usize): void {
  if (load<i32>(state, SEASON_FORM) == 2) return predictFactors(state, count, mean, variance);
  predictMeans(state, count, mean);
  if (variance == 0) return;
  if (load<i32>(state, ERROR) == 0) constantErrors(state, count, variance);
  else relativeErrors(state, count, mean, variance);
}

function predictMeans(state: usize, count: i32, mean: usize): void {
  const phi = load<f64>(state, PHI), m = load<i32>(state, SEASON);
  let q = load<f64>(state, LEVEL), b = load<f64>(state, TREND);
  let phase = load<i32>(state, NEXT_PHASE);
  for (let i = 0; i < count; i++) {
    b *= phi;
    q += b;
    put(mean, i, q + load<f64>(shapeAt(state, phase)));
    if (++phase >= m) phase = 0;
  }
}

/** Class 1: σ² (1 + Σ c²) with c_j = α + β (φ + … + φ^j) + γ [m | j]. */
function constantErrors(state: usize, count: i32, variance: usize): void {
  const alpha = load<f64>(state, ALPHA), beta = load<f64>(state, BETA), phi = load<f64>(state, PHI);
  const gamma = load<i32>(state, SEASON_FORM) != 0 ? load<f64>(state, GAMMA) : 0.0;
  const m = load<i32>(state, SEASON), sigma2 = load<f64>(state, SIGMA2);
  let sum: f64 = 1.0, power: f64 = 1.0, damped: f64 = 0.0, phase = 0;
  for (let i = 0; i < count; i++) {
    put(variance, i, sigma2 * sum);
    power *= phi;
    damped += power;
    let c = alpha + beta * damped;
    if (++phase == m) {
      c += gamma;
      phase = 0;
    }
    sum += c * c;
  }
}

/**
 * Class 2: (1 + σ²) θ_h − μ_h² with θ_h = μ_h² + σ² Σ c_j² θ_{h−j}. The sum over level and trend is that of their
 * covariances; the season adds its share at lags that are whole seasons.
 */
function relativeErrors(state: usize, count: i32, mean: usize, variance: usize): void {
  const alpha = load<f64>(state, ALPHA), beta = load<f64>(state, BETA), phi = load<f64>(state, PHI);
  const gamma = load<i32>(state, SEASON_FORM) != 0 ? load<f64>(state, GAMMA) : 0.0;
  const m = load<i32>(state, SEASON), sigma2 = load<f64>(state, SIGMA2);
  let ll: f64 = 0.0, lb: f64 = 0.0, bb: f64 = 0.0;
  // φ^m and φ + … + φ^m, known once the season's share begins.
  let power: f64 = 1.0, damped: f64 = 0.0;
  for (let i = 0; i < count; i++) {
    const cross = lb + phi * bb;
    const qq = ll + phi * lb + phi * cross;
    const mu = load<f64>(mean + (<usize>i << 3));
    // θ − μ², in this form free of cancellation.
    let spread = qq;
    if (gamma != 0.0 && i >= m) spread += sigma2 * seasonShare(mean, variance, i, m, alpha, beta, gamma, power, damped, sigma2);
    const noise = sigma2 * (spread + mu * mu);
    put(variance, i, relativeVariance(spread, mu, sigma2));
    ll = qq + alpha * alpha * noise;
    lb = phi * cross + alpha * beta * noise;
    bb = phi * phi * bb + beta * beta * noise;
    if (i < m) {
      power *= phi;
      damped += power;
    }
  }
}

/** Σ over lags j = m, 2m, … of (2 (α + β φ_j) γ + γ²) θ_{h−j}; θ is read back from the variances. */
function seasonShare(
  mean: usize, variance: usize, i: i32, m: i32, alpha: f64, beta: f64, gamma: f64, power: f64, damped: f64, sigma2: f64,
): f64 {
  let sum: f64 = 0.0, phiJ = damped, powerJ = power;
  for (let j = i - m; j >= 0; j -= m) {
    const mu = load<f64>(mean + (<usize>j << 3));
    const theta = (load<f64>(variance + (<usize>j << 3)) + mu * mu) / (1.0 + sigma2);
    sum += gamma * (2.0 * (alpha + beta * phiJ) + gamma) * theta;
    phiJ += powerJ * damped;
    powerJ *= power;
  }
  return sum;
}

// Class 3. For the first cycle the factors s are known. Later a factor has met its own errors, the level's too:
// E[z s] and E[z z' s²] of a phase, with z = (level, trend), go through one linear map per cycle, which is applied to
// the moments as if there were no season. Errors are normal: E ε⁴ = 3σ⁴.

/** Moments of z: E l, E b, E l², E lb, E b²; then the maps of a cycle for them, 2×2 and 3×3, and the map's powers. */
const MOMENTS: usize = memory.data(8 * 40, 16);
const CYCLE1: usize = MOMENTS + 40;
const CYCLE2: usize = MOMENTS + 72;
const POWER1: usize = MOMENTS + 144;
const POWER2: usize = MOMENTS + 176;

/** One step of moments; gamma: of the phase whose step it is, 0 for the others. */
function stepMoments(at: usize, alpha: f64, beta: f64, gamma: f64, phi: f64, sigma2: f64): void {
  const l = load<f64>(at), b = load<f64>(at, 8);
  const q = l + phi * b;
  store<f64>(at, q * (1.0 + alpha * gamma * sigma2));
  store<f64>(at, phi * b + beta * gamma * sigma2 * q, 8);
  const ll = load<f64>(at, 16), lb = load<f64>(at, 24), bb = load<f64>(at, 32);
  const qb = phi * (lb + phi * bb);
  const qq = ll + phi * lb + qb;
  const k0 = 1.0 + gamma * gamma * sigma2;
  const k1 = 2.0 * gamma * sigma2;
  const k2 = sigma2 * (1.0 + 3.0 * gamma * gamma * sigma2);
  store<f64>(at, qq * (k0 + alpha * (2.0 * k1 + alpha * k2)), 16);
  store<f64>(at, k0 * qb + k1 * (beta * qq + alpha * qb) + k2 * alpha * beta * qq, 24);
  store<f64>(at, k0 * phi * phi * bb + beta * (2.0 * k1 * qb + k2 * beta * qq), 32);
}

/** The map of a cycle that begins with the phase's own step, column by column. */
function cycleMaps(state: usize): void {
  const alpha = load<f64>(state, ALPHA), beta = load<f64>(state, BETA), gamma = load<f64>(state, GAMMA);
  const phi = load<f64>(state, PHI), m = load<i32>(state, SEASON), sigma2 = load<f64>(state, SIGMA2);
  for (let column: usize = 0; column < 3; column++) {
    memory.fill(MOMENTS, 0, 40);
    if (column < 2) store<f64>(MOMENTS + (column << 3), 1.0);
    store<f64>(MOMENTS + (column << 3), 1.0, 16);
    stepMoments(MOMENTS, alpha, beta, gamma, phi, sigma2);
    for (let i = 1; i < m; i++) stepMoments(MOMENTS, alpha, beta, 0.0, phi, sigma2);
    if (column < 2) {
      store<f64>(CYCLE1 + (column << 3), load<f64>(MOMENTS));
      store<f64>(CYCLE1 + (column << 3), load<f64>(MOMENTS, 8), 16);
    }
    for (let row: usize = 0; row < 3; row++) {
      store<f64>(CYCLE2 + ((3 * row + column) << 3), load<f64>(MOMENTS + (row << 3), 16));
    }
  }
}

/** power = cycle · power for square matrices of `size` rows. */
function raise(power: usize, cycle: usize, size: usize): void {
  const old = MOMENTS + 248;
  memory.copy(old, power, size * size << 3);
  for (let i: usize = 0; i < size; i++) {
    for (let j: usize = 0; j < size; j++) {
      let sum: f64 = 0.0;
      for (let k: usize = 0; k < size; k++) sum += load<f64>(cycle + ((size * i + k) << 3)) * load<f64>(old + ((size * k + j) << 3));
      store<f64>(power + ((size * i + j) << 3), sum);
    }
  }
}

function predictFactors(state: usize, count: i32, mean: usize, variance: usize): void {
  const alpha = load<f64>(state, ALPHA), beta = load<f64>(state, BETA);
  const phi = load<f64>(state, PHI), m = load<i32>(state, SEASON), sigma2 = load<f64>(state, SIGMA2);
  const first = load<i32>(state, NEXT_PHASE);
  if (count > m) cycleMaps(state);
  for (let from = 0; from < count; from += m) {
    if (from == m) {
      memory.copy(POWER1, CYCLE1, 32);
      memory.copy(POWER2, CYCLE2, 72);
    } else if (from > m) {
      raise(POWER1, CYCLE1, 2);
      raise(POWER2, CYCLE2, 3);
    }
    const l = load<f64>(state, LEVEL), b = load<f64>(state, TREND);
    store<f64>(MOMENTS, l);
    store<f64>(MOMENTS, b, 8);
    store<f64>(MOMENTS, l * l, 16);
    store<f64>(MOMENTS, l * b, 24);
    store<f64>(MOMENTS, b * b, 32);
    const end = min<i32>(count, from + m);
    let phase = first;
    for (let i = from; i < end; i++) {
      const s = load<f64>(shapeAt(state, phase));
      const mu = s * expectation(from > 0, phi);
      put(mean, i, mu);
      if (variance != 0) {
        const spread = max<f64>(0.0, s * s * square(from > 0, phi) - mu * mu);
        put(variance, i, relativeVariance(spread, mu, sigma2));
      }
      stepMoments(MOMENTS, alpha, beta, 0.0, phi, sigma2);
      if (++phase >= m) phase = 0;
    }
  }
}

/** E (l + φb), after the cycles whose map stands in POWER1. */
function expectation(mapped: bool, phi: f64): f64 {
  const l = load<f64>(MOMENTS), b = load<f64>(MOMENTS, 8);
  if (!mapped) return l + phi * b;
  return load<f64>(POWER1) * l + load<f64>(POWER1, 8) * b +
    phi * (load<f64>(POWER1, 16) * l + load<f64>(POWER1, 24) * b);
}

/** E (l + φb)², after the cycles whose map stands in POWER2. */
function square(mapped: bool, phi: f64): f64 {
  const x = load<f64>(MOMENTS, 16), y = load<f64>(MOMENTS, 24), z = load<f64>(MOMENTS, 32);
  if (!mapped) return x + phi * (2.0 * y + phi * z);
  return row(0, x, y, z) + phi * (2.0 * row(1, x, y, z) + phi * row(2, x, y, z));
}

// @ts-ignore: decorator
@inline
function row(i: usize, x: f64, y: f64, z: f64): f64 {
  const at = POWER2 + 24 * i;
  return load<f64>(at) * x + load<f64>(at, 8) * y + load<f64>(at, 16) * z;
}
