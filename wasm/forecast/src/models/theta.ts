const SEASON = 32;
const FIELD = {
  form: 48,
  seasonal: 52,
  phase: 56,
  alpha: 64,
  omega: 72,
  initial: 80,
  level: 88,
  slope: 136,
  indices: 160,
} as const;

const SEASONAL = ['none', 'additive', 'multiplicative'] as const;

/** What a theta state says of its model; numbers in the units of the series unless said otherwise. */
export interface ThetaModel {
  readonly form: 'standard' | 'dynamic';
  /** Form of the seasonal decomposition, `none` where the test saw no season. */
  readonly seasonal: (typeof SEASONAL)[number];
  /** Gain of the level, 0 … 1. */
  readonly alpha: number;
  /** Weight of the theta line's curvature, ≥ 1; 2 in the standard method. */
  readonly theta: number;
  /** Level before the first value, of the adjusted series. */
  readonly initialLevel: number;
  /** Level of the adjusted series now. */
  readonly level: number;
  /** Slope of the line through all values, a step. */
  readonly slope: number;
  /** Seasonal indices of the steps to come, the next step first: factors or terms; empty without a season. */
  readonly indices: readonly number[];
}

/** Read the model from a fitted theta state. */
export function decodeTheta(state: DataView): ThetaModel {
  const number = (offset: number): number => state.getFloat64(offset, true);
  const seasonal = SEASONAL[state.getInt32(FIELD.seasonal, true)] ?? 'none';
  const season = seasonal === 'none' ? 0 : state.getInt32(SEASON, true);
  const phase = state.getInt32(FIELD.phase, true);
  return {
    form: state.getInt32(FIELD.form, true) === 0 ? 'standard' : 'dynamic',
    seasonal,
    alpha: number(FIELD.alpha),
    theta: 1 / (1 - number(FIELD.omega)),
    initialLevel: number(FIELD.initial),
    level: number(FIELD.level),
    slope: number(FIELD.slope),
    indices: Array.from({ length: season }, (_, i) => number(FIELD.indices + 8 * ((phase + i) % season))),
  };
}
