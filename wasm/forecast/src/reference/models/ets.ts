/**
 * Exponential smoothing in state space form as Hyndman, Koehler, Ord & Snyder (2008) write it, without regard to cost.
 * Missing values are NaN: they leave no error.
 */

export interface EtsForm {
  readonly error: 'A' | 'M';
  readonly trend: 'N' | 'A' | 'Ad';
  readonly season: 'N' | 'A' | 'M';
}

export interface EtsParameters {
  readonly alpha: number;
  /** 0 without a trend. */
  readonly beta: number;
  /** 0 without a season. */
  readonly gamma: number;
  /** 1 where the trend is not damped. */
  readonly phi: number;
}

export interface EtsStates {
  readonly level: number;
  /** 0 without a trend. */
  readonly slope: number;
  /** Of the steps to come, the next step first; empty without a season. */
  readonly shape: readonly number[];
}

export interface EtsRun {
  /** One-step errors, relative ones where the error is multiplicative; NaN where missing. */
  readonly errors: readonly number[];
  readonly forecasts: readonly number[];
  /** After the last value. */
  readonly states: EtsStates;
}

/** One-step forecast (table 2.2, first column). */
export function oneStep(form: EtsForm, { phi }: EtsParameters, { level, slope, shape }: EtsStates): number {
  const q = level + phi * slope;
  if (form.season === 'N') return q;
  return form.season === 'A' ? q + shape[0]! : q * shape[0]!;
}

/** States after an error e: tables 2.2 for additive and 2.3 for multiplicative errors. */
function next(form: EtsForm, parameters: EtsParameters, states: EtsStates, e: number): EtsStates {
  const { alpha, beta, gamma, phi } = parameters;
  const q = states.level + phi * states.slope;
  const [s = 0, ...rest] = states.shape;
  if (form.season === 'M') {
    return {
      level: q * (1 + alpha * e),
      slope: phi * states.slope + beta * q * e,
      shape: [...rest, s * (1 + gamma * e)],
    };
  }
  const size = form.error === 'A' ? 1 : q + s;
  return {
    level: q + alpha * size * e,
    slope: phi * states.slope + beta * size * e,
    shape: form.season === 'N' ? [] : [...rest, s + gamma * size * e],
  };
}

/** Run the model over values from the states before the first of them. */
export function runEts(
  form: EtsForm,
  parameters: EtsParameters,
  start: EtsStates,
  values: readonly number[],
): EtsRun {
  const errors: number[] = [];
  const forecasts: number[] = [];
  let states = start;
  for (const y of values) {
    const forecast = oneStep(form, parameters, states);
    const e = form.error === 'A' ? y - forecast : (y - forecast) / forecast;
    errors.push(e);
    forecasts.push(forecast);
    states = next(form, parameters, states, Number.isNaN(e) ? 0 : e);
  }
  return { errors, forecasts, states };
}

/** −½ (n log Σe² + 2 Σ log|f|): the likelihood with the variance put in, without its constants (section 5.1). */
export function etsLogLikelihood(form: EtsForm, { errors, forecasts }: EtsRun): number {
  const there = errors.map((e, t) => [e, forecasts[t]!] as const).filter(([e]) => !Number.isNaN(e));
  const sum = there.reduce((total, [e]) => total + e * e, 0);
  const logs = form.error === 'A' ? 0 : there.reduce((total, [, f]) => total + Math.log(Math.abs(f)), 0);
  return -0.5 * (there.length * Math.log(sum) + 2 * logs);
}

/** Smoothing parameters, initial states (one seasonal state follows from the others) and the variance. */
export function etsParameterCount(form: EtsForm, m: number): number {
  const trend = { N: 0, A: 2, Ad: 3 }[form.trend];
  return 3 + trend + (form.season === 'N' ? 0 : m);
}

/** Akaike's criterion for small samples of n values and k parameters (section 7.1). */
export function etsAicc(logLikelihood: number, n: number, k: number): number {
  return -2 * logLikelihood + 2 * k + (2 * k * (k + 1)) / (n - k - 1);
}
