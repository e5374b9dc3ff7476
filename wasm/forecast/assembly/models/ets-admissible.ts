import { ALPHA, BETA, GAMMA, PHI, seasonOf, trendOf } from './ets-work';

// Bounds of the smoothing parameters, as `bounds = "both"` of R's ets has them: the usual ones of Hyndman et al. (2008,
// section 2.4.1), and those under which the weight of old errors dies out (ibid., ch. 10; Hyndman, Akram & Archibald 2008).

export const LEAST: f64 = 1e-4;
export const MOST: f64 = 0.9999;
export const PHI_LEAST: f64 = 0.8;
export const PHI_MOST: f64 = 0.98;

/** Longest season for the test whose cost grows with its square. */
const LONGEST_TESTED: i32 = 256;

/** Put smoothing parameters within 0 < β ≤ α, 0 < γ ≤ 1 − α and φ's bounds; those that a form lacks as it needs them. */
export function putWithinBounds(form: i32, theta: usize): void {
  const alpha = max<f64>(LEAST, min<f64>(MOST, load<f64>(theta, ALPHA)));
  const trend = trendOf(form);
  store<f64>(theta, alpha, ALPHA);
  store<f64>(theta, trend != 0 ? max<f64>(LEAST, min<f64>(alpha, load<f64>(theta, BETA))) : 0.0, BETA);
  const gamma = max<f64>(LEAST, min<f64>(1.0 - alpha, load<f64>(theta, GAMMA)));
  store<f64>(theta, seasonOf(form) != 0 ? gamma : 0.0, GAMMA);
  const phi = max<f64>(PHI_LEAST, min<f64>(PHI_MOST, load<f64>(theta, PHI)));
  store<f64>(theta, trend == 2 ? phi : 1.0, PHI);
}

/**
 * Whether errors of long ago are forgotten, for parameters within the usual bounds. Without a season, or without a
 * trend, those suffice. With both, the characteristic equation of F − g w' is z^m A(z) = C(z) with
 * A = z² + (α + β − φ − 1) z + φ(1 − α), whose roots lie inside the unit circle, and
 * C = (1 − γ) z² − (1 + φ − α − β − γ − φγ) z + φ(1 − α − γ); z = 1 stands for the level that the season shares.
 * If |C| < |A| on the rest of the circle, all other roots lie inside (Rouché), whatever m is. |A|² − |C|² is there
 * (1 − cos ω) times a linear function of cos ω. Where that does not decide, the Schur–Cohn test does; for long seasons,
 * where the two hardly differ, undecided counts as no.
 * @param scratch m + 2 f64
 */
export function isAdmissible(form: i32, theta: usize, m: i32, scratch: usize): bool {
  if (seasonOf(form) == 0 || trendOf(form) == 0) return true;
  const alpha = load<f64>(theta, ALPHA), beta = load<f64>(theta, BETA);
  const gamma = load<f64>(theta, GAMMA), phi = load<f64>(theta, PHI);
  const a1 = alpha + beta - phi - 1.0, a0 = phi * (1.0 - alpha);
  const c2 = 1.0 - gamma, c1 = alpha + beta + gamma + phi * gamma - 1.0 - phi, c0 = phi * (1.0 - alpha - gamma);
  const product = 2.0 * (a0 - c0 * c2);
  const constant = 1.0 + a1 * a1 + a0 * a0 - c2 * c2 - c1 * c1 - c0 * c0 - product;
  if (constant > 2.0 * abs<f64>(product)) return true;
  return m <= LONGEST_TESTED && schurCohn(alpha, beta, gamma, phi, m, scratch);
}

/** Whether all roots of the characteristic polynomial without its root 1, of degree m + 1, lie inside the unit circle. */
function schurCohn(alpha: f64, beta: f64, gamma: f64, phi: f64, m: i32, p: usize): bool {
  const middle = alpha + beta - alpha * phi;
  let degree = m + 1;
  // Coefficients of descending powers; the first is 1.
  store<f64>(p, 1.0);
  for (let i = 1; i < degree; i++) store<f64>(p + (<usize>i << 3), middle);
  store<f64>(p, middle - phi * (1.0 - alpha), 8);
  store<f64>(p + (<usize>m << 3), middle + gamma - 1.0);
  store<f64>(p + (<usize>degree << 3), phi * (1.0 - alpha - gamma));
  for (; degree > 0; degree--) {
    const last = load<f64>(p + (<usize>degree << 3));
    if (!(abs<f64>(last) < 1.0)) return false;
    const factor = 1.0 / (1.0 - last * last);
    let i: usize = p, j: usize = p + (<usize>degree << 3);
    for (; i < j; i += 8, j -= 8) {
      const a = load<f64>(i), b = load<f64>(j);
      store<f64>(i, (a - last * b) * factor);
      store<f64>(j, (b - last * a) * factor);
    }
    if (i == j) store<f64>(i, load<f64>(i) * (1.0 - last) * factor);
  }
  return true;
}
