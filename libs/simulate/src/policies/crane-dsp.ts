import { autocorrelation, dft } from './fft.ts';

/** A frequency filter with a margin on top. */
export interface FftEstimator {
  readonly minSpectrumItems: number;
  readonly lowAmplitude: number;
  readonly margin: number;
}

/** Those that Crane tries by default, in its order. Amplitudes are in hundredths of a worker's rate. */
export const ESTIMATORS: readonly FftEstimator[] = [
  { minSpectrumItems: 3, lowAmplitude: 1 },
  { minSpectrumItems: 50, lowAmplitude: 0.05 },
].flatMap((filter) => [0.01, 0.1, 0.15, 0.2].map((margin) => ({ ...filter, margin })));

const MOST_SPECTRUM_ITEMS = 100;
/** Cycles an hour above which what is weak is noise. */
const HIGH_FREQUENCY_PER_HOUR = 1;
const LEAST_VALUE = 0.01;

/**
 * The last cycle of a signal of whole cycles, as the next one is expected: Fourier components of high frequency and low
 * amplitude removed, values not positive set to 0.01, and a margin added.
 * Source: gocrane/crane pkg/prediction/dsp/estimators.go, `fftEstimator.GetEstimation`.
 */
export function fftEstimate(
  signal: Float64Array,
  cycle: number,
  samplesPerHour: number,
  e: FftEstimator,
): Float64Array {
  const n = signal.length;
  const spectrum = dft({ re: signal, im: new Float64Array(n) }, -1);
  const amplitudes = spectrum.re.map((re, k) => Math.hypot(re, spectrum.im[k]!) / n);
  const least = leastAmplitude(amplitudes, e);
  const kept = { re: spectrum.re.slice(), im: spectrum.im.slice() };
  for (let k = 0; k < n; k++) {
    const perHour = (k * samplesPerHour) / n;
    if (amplitudes[k]! >= least || perHour <= HIGH_FREQUENCY_PER_HOUR) continue;
    kept.re[k] = 0;
    kept.im[k] = 0;
  }
  const back = dft(kept, 1).re;
  return back.slice(n - cycle).map((v) => {
    const value = v / n;
    return (value <= 0 ? LEAST_VALUE : value) * (1 + e.margin);
  });
}

function leastAmplitude(amplitudes: Float64Array, e: FftEstimator): number {
  const half = amplitudes
    .slice(1, amplitudes.length >> 1)
    .sort()
    .reverse();
  if (half.length === 0) return 0;
  let least = half[Math.min(half.length, MOST_SPECTRUM_ITEMS) - 1]!;
  least = Math.max(least, e.lowAmplitude);
  const needed = half[e.minSpectrumItems - 1];
  return needed !== undefined && needed < least ? needed : least;
}

/**
 * Whether a signal repeats after `cycle` samples: it has two cycles, and its autocorrelation there is positive and a peak within
 * a sixth of the cycle on either side.
 */
export function isPeriodic(signal: Float64Array, cycle: number): boolean {
  if (signal.length < 2 * cycle) return false;
  const at = autocorrelation(signal, cycle);
  const beside = Math.max(1, Math.round(cycle / 6));
  return (
    at > 0 && at > autocorrelation(signal, cycle - beside) && at > autocorrelation(signal, cycle + beside)
  );
}

/**
 * What is expected of the next cycle (a day, else a week): by the estimator that did best on the last one. `undefined`
 * where nothing repeats or there are less than two cycles.
 * Source: gocrane/crane pkg/prediction/dsp/prediction.go, `updateAggregateSignals`, `bestEstimator`.
 * @param perDay samples a day
 */
export function craneForecast(samples: Float64Array, perDay: number): Float64Array | undefined {
  const cycle = [perDay, 7 * perDay].find((c) => isPeriodic(samples, c));
  if (cycle === undefined) return undefined;
  const cycles = Math.floor(samples.length / cycle);
  const signal = samples.slice(samples.length - cycles * cycle);
  const samplesPerHour = perDay / 24;
  const history = signal.slice(0, (cycles - 1) * cycle);
  const actual = signal.slice((cycles - 1) * cycle);
  let best = ESTIMATORS[0]!;
  let least = Infinity;
  for (const e of ESTIMATORS) {
    const error = predictionError(actual, fftEstimate(history, cycle, samplesPerHour, e));
    if (error >= least) continue;
    least = error;
    best = e;
  }
  return fftEstimate(signal, cycle, samplesPerHour, best);
}

/** Mean absolute relative error. */
function predictionError(actual: Float64Array, estimated: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    sum += Math.abs(actual[i]! - estimated[i]!) / Math.max(LEAST_VALUE, actual[i]!);
  }
  return sum / actual.length;
}
