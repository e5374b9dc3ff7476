const OFFSET = {
  trained: 4,
  logLikelihood: 8,
  aicc: 16,
  sigma2: 24,
  season: 32,
  parameters: 36,
  error: 48,
  trend: 52,
  seasonal: 56,
  phase: 60,
  alpha: 64,
  beta: 72,
  gamma: 80,
  phi: 88,
  level: 96,
  slope: 104,
  shape: 128,
} as const;

const ERRORS = ['A', 'M'] as const;
const TRENDS = ['N', 'A', 'Ad'] as const;
const SEASONS = ['N', 'A', 'M'] as const;

/** What an ETS state says of its model; numbers in the units of the series unless said otherwise. */
export interface EtsModel {
  /** Additive or multiplicative. */
  readonly error: (typeof ERRORS)[number];
  /** None, additive, additive damped. */
  readonly trend: (typeof TRENDS)[number];
  /** None, additive, multiplicative. */
  readonly season: (typeof SEASONS)[number];
  /** Gain of the level. */
  readonly alpha: number;
  /** Gain of the trend; 0 without one. */
  readonly beta: number;
  /** Gain of the season; 0 without one. */
  readonly gamma: number;
  /** Damping of the trend; 1 where it is not damped. */
  readonly phi: number;
  readonly level: number;
  /** Trend, a step; 0 without one. */
  readonly slope: number;
  /** Seasonal states of the steps to come, the next step first: terms or factors; empty without a season. */
  readonly shape: readonly number[];
  /** Variance of the one-step errors, of the relative ones where the error is multiplicative. */
  readonly sigma2: number;
  /** −½ (n log Σe² + 2 Σ log|f|), the latter for multiplicative errors: without constants, as R's ets gives it. */
  readonly logLikelihood: number;
  /** From that, with `parameters` counted. */
  readonly aicc: number;
  /** Smoothing parameters, initial states and the variance. */
  readonly parameters: number;
  /** Values in the window that it was fitted to. */
  readonly trained: number;
}

/** Read the model from a fitted ETS state. */
export function decodeEts(state: DataView): EtsModel {
  const number = (offset: number): number => state.getFloat64(offset, true);
  const integer = (offset: number): number => state.getInt32(offset, true);
  const season = SEASONS[integer(OFFSET.seasonal)] ?? 'N';
  const length = season === 'N' ? 0 : integer(OFFSET.season);
  const phase = integer(OFFSET.phase);
  return {
    error: ERRORS[integer(OFFSET.error)] ?? 'A',
    trend: TRENDS[integer(OFFSET.trend)] ?? 'N',
    season,
    alpha: number(OFFSET.alpha),
    beta: number(OFFSET.beta),
    gamma: number(OFFSET.gamma),
    phi: number(OFFSET.phi),
    level: number(OFFSET.level),
    slope: number(OFFSET.slope),
    shape: Array.from({ length }, (_, i) => number(OFFSET.shape + 8 * ((phase + i) % length))),
    sigma2: number(OFFSET.sigma2),
    logLikelihood: number(OFFSET.logLikelihood),
    aicc: number(OFFSET.aicc),
    parameters: integer(OFFSET.parameters),
    trained: integer(OFFSET.trained),
  };
}
