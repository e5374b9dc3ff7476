const FIELD = {
  level: 48,
  slope: 56,
  damping: 64,
  residual: 72,
  power: 80,
  product: 88,
  slopeNoise: 112,
  flexibility: 132,
  changepoints: 136,
  seasons: 144,
  seasonBytes: 208,
  coefficients: 48,
} as const;
const MOST_MEMORY = 0.98;

/** A season as a Fourier sum. */
export interface FourierSeason {
  /** Steps. */
  readonly length: number;
  /** Amplitude of each harmonic, the season's own frequency first. */
  readonly amplitudes: readonly number[];
}

/** What a decomposable state says of its model; numbers in the units of the series unless said otherwise. */
export interface DecomposableModel {
  readonly trend: 'constant' | 'linear' | 'piecewise';
  /** How far the trend may bend: 0 and 1 not at all, 5 the most. */
  readonly flexibility: number;
  /** Places in the window at which the slope may change. */
  readonly changepoints: number;
  /** Trend at the newest step. */
  readonly level: number;
  /** Its change per step now, and the factor by which that shrinks per step; 0: the trend goes on flat. */
  readonly slope: number;
  readonly damping: number;
  /** Variance by which the slope changes per step. */
  readonly slopeNoise: number;
  readonly seasons: readonly FourierSeason[];
  /** What trend and seasons leave of the newest step, and the part of it that the next step keeps. */
  readonly residual: number;
  readonly memory: number;
}

/** Read the model from a fitted decomposable state. */
export function decodeDecomposable(state: DataView): DecomposableModel {
  const number = (offset: number): number => state.getFloat64(offset, true);
  const flexibility = state.getInt32(FIELD.flexibility, true);
  const power = number(FIELD.power);
  const memory = power > 0 ? Math.max(0, Math.min(MOST_MEMORY, number(FIELD.product) / power)) : 0;
  return {
    trend: flexibility === 0 ? 'constant' : flexibility === 1 ? 'linear' : 'piecewise',
    flexibility,
    changepoints: state.getInt32(FIELD.changepoints, true),
    level: number(FIELD.level),
    slope: number(FIELD.slope),
    damping: number(FIELD.damping),
    slopeNoise: number(FIELD.slopeNoise),
    seasons: [0, 1]
      .map((j) => season(state, FIELD.seasons + j * FIELD.seasonBytes))
      .filter((s) => s.length > 0),
    residual: number(FIELD.residual),
    memory,
  };
}

function season(state: DataView, at: number): FourierSeason {
  const amplitudes = Array.from({ length: state.getInt32(at + 8, true) }, (_, k) => {
    const from = at + FIELD.coefficients + 16 * k;
    return Math.hypot(state.getFloat64(from, true), state.getFloat64(from + 8, true));
  });
  return { length: state.getInt32(at, true), amplitudes };
}
