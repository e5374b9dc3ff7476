// Every fitted model keeps a state of this form: relocatable bytes without pointers, valid for as long as the kernel's
// hash. What follows the header is the model's own.

/** i32: kind of the model, 0 where nothing was fitted. */
export const KIND: usize = 0;
/** i32: values that were there in the window it was fitted to. */
export const TRAINED: usize = 4;
/** f64: log-likelihood; NaN for models without one. */
export const LOG_LIKELIHOOD: usize = 8;
/** f64: corrected Akaike criterion; NaN for models without one. */
export const AICC: usize = 16;
/** f64: variance of the one-step errors in the window. */
export const SIGMA2: usize = 24;
/** i32: length of the season in steps, 1 where there is none. */
export const SEASON: usize = 32;
/** i32: parameters estimated, initial states included. */
export const PARAMETERS: usize = 36;
export const HEADER_BYTES: usize = 48;

/** A specification leaves this open: the search decides. */
export const AUTO: i32 = -1;

/** Write the header of a fitted state. */
export function writeHeader(
  state: usize, kind: i32, trained: i32, logLikelihood: f64, aicc: f64, sigma2: f64, season: i32, parameters: i32,
): void {
  store<i32>(state, kind, KIND);
  store<i32>(state, trained, TRAINED);
  store<f64>(state, logLikelihood, LOG_LIKELIHOOD);
  store<f64>(state, aicc, AICC);
  store<f64>(state, sigma2, SIGMA2);
  store<i32>(state, season, SEASON);
  store<i32>(state, parameters, PARAMETERS);
  store<f64>(state, 0.0, 40);
}
