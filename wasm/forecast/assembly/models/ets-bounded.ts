import { LEAST, MOST, PHI_LEAST, PHI_MOST } from './ets-admissible';

// A convex quadratic in the steps of (α, β, γ, φ) within their bounds, minimised along the directions in which those
// bounds have edges, over and over: for a polyhedron these directions lead from any point that is not the minimum.

/** Single parameters, β = α, γ = 1 − α, and both. */
const DIRECTIONS: usize = memory.data<f64>([
  1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 0, 0, 1, 0, -1, 0, 1, 1, -1, 0,
]);
const DIRECTION_COUNT: i32 = 7;
const SWEEPS: i32 = 60;
/** Matrix of 4 × 4, right-hand side, steps and steps of the free minimum; written before they are read. */
const MATRIX: usize = memory.data(8 * 28, 16);
const RIGHT: usize = MATRIX + 128;
const STEP: usize = MATRIX + 160;
const FREE_STEP: usize = MATRIX + 192;

// @ts-ignore: decorator
@inline
function at(p: usize, i: i32): usize { return p + (<usize>i << 3); }

/**
 * Minimise |L'δ − z|² with θ + δ within bounds.
 * @param lower first of the four rows of L, `columns` f64 each, diagonal inverted
 * @param z 4 f64, replaced by δ
 * @param theta α β γ φ
 */
export function stepWithinBounds(lower: usize, columns: i32, z: usize, theta: usize): void {
  memory.fill(STEP, 0, 32);
  for (let i = 3; i >= 0; i--) {
    const row = at(lower, i * columns);
    const inverse = load<f64>(at(row, i));
    // L L' and L z.
    let right = load<f64>(at(z, i)) / inverse;
    for (let k = 0; k < i; k++) right += load<f64>(at(row, k)) * load<f64>(at(z, k));
    store<f64>(at(RIGHT, i), right);
    for (let j = 0; j <= i; j++) {
      const other = at(lower, j * columns);
      let sum: f64 = (i == j ? 1.0 / inverse : load<f64>(at(row, j))) / load<f64>(at(other, j));
      for (let k = 0; k < j; k++) sum += load<f64>(at(row, k)) * load<f64>(at(other, k));
      store<f64>(at(MATRIX, 4 * i + j), sum);
      store<f64>(at(MATRIX, 4 * j + i), sum);
    }
    // The free minimum is the first direction; where it lies within bounds no other helps.
    let free = load<f64>(at(z, i));
    for (let k = i + 1; k < 4; k++) free -= load<f64>(at(at(lower, k * columns), i)) * load<f64>(at(FREE_STEP, k));
    store<f64>(at(FREE_STEP, i), free * inverse);
  }
  along(FREE_STEP, theta);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let fall: f64 = 0.0;
    for (let d = 0; d < DIRECTION_COUNT; d++) fall += along(DIRECTIONS + <usize>(d << 5), theta);
    if (!(fall > 1e-12)) break;
  }
  memory.copy(z, STEP, 32);
}

/** Best step along a direction within bounds; returns the fall of half the square. */
function along(direction: usize, theta: usize): f64 {
  let slope: f64 = 0.0, curve: f64 = 0.0;
  for (let i = 0; i < 4; i++) {
    const di = load<f64>(at(direction, i));
    slope += di * load<f64>(at(RIGHT, i));
    for (let j = 0; j < 4; j++) {
      const entry = di * load<f64>(at(MATRIX, 4 * i + j));
      slope -= entry * load<f64>(at(STEP, j));
      curve += entry * load<f64>(at(direction, j));
    }
  }
  if (!(curve > 0.0)) return 0.0;
  const alpha = load<f64>(theta) + load<f64>(STEP), beta = load<f64>(theta, 8) + load<f64>(STEP, 8);
  const gamma = load<f64>(theta, 16) + load<f64>(STEP, 16), phi = load<f64>(theta, 24) + load<f64>(STEP, 24);
  const da = load<f64>(direction), db = load<f64>(direction, 8);
  const dc = load<f64>(direction, 16), dd = load<f64>(direction, 24);
  let t = slope / curve;
  t = limit(t, da, alpha - LEAST);
  t = limit(t, -da, MOST - alpha);
  t = limit(t, dd, phi - PHI_LEAST);
  t = limit(t, -dd, PHI_MOST - phi);
  // A parameter that a form lacks is 0 and bounds nothing.
  if (beta > 0.0) {
    t = limit(t, db, beta - LEAST);
    t = limit(t, da - db, alpha - beta);
  }
  if (gamma > 0.0) {
    t = limit(t, dc, gamma - LEAST);
    t = limit(t, -da - dc, 1.0 - alpha - gamma);
  }
  for (let i = 0; i < 4; i++) store<f64>(at(STEP, i), load<f64>(at(STEP, i)) + t * load<f64>(at(direction, i)));
  return t * (slope - 0.5 * t * curve);
}

/** The step t cut to where a margin that changes by `rate` a step is used up. */
function limit(t: f64, rate: f64, margin: f64): f64 {
  const room = max<f64>(0.0, margin);
  return t * rate < -room ? -room / rate : t;
}
