import { coefficientCount, CONSTANT, differenced, order } from './arima-model';
import { EXACT, MODEL, OBJECTIVE, PRESENT, SCALE, USED } from './arima-work';

// What a fit is judged by, in units of the values.

/** Parameters: coefficients, constant, variance. */
export function parameterCount(work: usize): i32 {
  return coefficientCount(work + MODEL) + order(work + MODEL, CONSTANT) + 1;
}

/** Values less those that differencing takes. */
export function freeValues(work: usize): i32 { return load<i32>(work, PRESENT) - differenced(work + MODEL); }

/** Log-likelihood at the criterion, in units of the values; of a conditional fit as if its variance were the exact one. */
export function logLikelihood(work: usize): f64 {
  const n = <f64>(load<i32>(work, EXACT) == 1 ? load<i32>(work, USED) : freeValues(work));
  const variance = load<f64>(work, OBJECTIVE) / <f64>load<i32>(work, USED);
  return -0.5 * n * (Math.log(2.0 * Math.PI * variance) + 1.0) - n * Math.log(load<f64>(work, SCALE));
}

/** Corrected Akaike criterion. */
export function aicc(work: usize): f64 {
  const n = <f64>freeValues(work);
  const k = <f64>parameterCount(work);
  if (n - k - 1.0 <= 0.0 || !(load<f64>(work, OBJECTIVE) < Infinity)) return Infinity;
  return 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0) - 2.0 * logLikelihood(work);
}
