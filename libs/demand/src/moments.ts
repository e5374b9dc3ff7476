import { FEATURES, type Features } from './features.ts';

/** Exponentially forgotten second moments of observations `(x, y)`: all that least squares needs. */
export interface Moments {
  /** Σ w·x·xᵀ, row-major 4 × 4. */
  readonly xx: readonly number[];
  /** Σ w·x·y. */
  readonly xy: readonly number[];
  /** Σ w·y². */
  readonly yy: number;
  /** Σ w·y. */
  readonly y: number;
  /** Σ w: the effective number of observations. */
  readonly weight: number;
}

export const NO_MOMENTS: Moments = {
  xx: new Array<number>(FEATURES * FEATURES).fill(0),
  xy: new Array<number>(FEATURES).fill(0),
  yy: 0,
  y: 0,
  weight: 0,
};

export function addObservation(m: Moments, x: Features, y: number, weight: number): Moments {
  return {
    xx: m.xx.map((v, i) => v + weight * x[Math.floor(i / FEATURES)]! * x[i % FEATURES]!),
    xy: m.xy.map((v, i) => v + weight * x[i]! * y),
    yy: m.yy + weight * y * y,
    y: m.y + weight * y,
    weight: m.weight + weight,
  };
}

/** Let every past observation count `factor` of what it did. */
export function forget(m: Moments, factor: number): Moments {
  if (factor === 1) return m;
  return {
    xx: m.xx.map((v) => v * factor),
    xy: m.xy.map((v) => v * factor),
    yy: m.yy * factor,
    y: m.y * factor,
    weight: m.weight * factor,
  };
}
