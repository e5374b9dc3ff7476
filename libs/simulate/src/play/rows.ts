import { type Rng, Xoshiro128 } from '@foreshadow/domain';
import { SimulateError, wholeInRange } from '../errors.ts';
import { gauss } from '../world/gauss.ts';

/**
 * Calibrated on one hour of single arrivals at a service (Azure LLM inference trace, code, 8819 requests, 16 Nov 2023; Patel et
 * al., ISCA 2024), counted a second: the relative variance of the rate beyond that of chance is 9.1, and its autocorrelation
 * falls by 0.75 a second (0.33 at 4 s, 0.12 at 7 s). A first-order process with these two explains the relative variance of its
 * means over 60 s (1.06; measured 1.08) and over 300 s (0.21; measured 0.18): what ties bursts to the noise of rows.
 */
export const BURST_CORRELATION = 0.75;
export const MOST_BURST_VARIANCE = 9.1;

export interface RowsOptions {
  /** One value a row, a rate; NaN is missing. */
  readonly values: ArrayLike<number>;
  /** Seconds that a row is played. */
  readonly rowSeconds: number;
  readonly seed: number;
  /** Relative variance of the rate from second to second; by default what the noise of the rows says. */
  readonly burstVariance?: number;
}

const MOST_SECONDS = 50_000_000;

/**
 * Rows as a path of records in each second. A row says nothing of its seconds, and to interpolate would tell every forecaster the
 * next row before it begins; so each row keeps its own level and total, and its seconds scatter about it by bursts that go on
 * across rows. The same for every policy, and unknown to them. Rows of one second are played as they are.
 * @throws {SimulateError} `INVALID_SETTING`, `INVALID_TRACE`
 */
export function playRows(options: RowsOptions): Float64Array {
  const { values, seed } = options;
  const rowSeconds = wholeInRange('rowSeconds', options.rowSeconds, 1, 604_800);
  const seconds = values.length * rowSeconds;
  if (seconds > MOST_SECONDS) {
    throw new SimulateError(
      'INVALID_TRACE',
      `${values.length} rows of ${rowSeconds} s are ${seconds} s; at most ${MOST_SECONDS} can be played`,
    );
  }
  const variance = options.burstVariance ?? burstVariance(values, rowSeconds);
  const path = new Float64Array(seconds);
  const bursts = new Bursts(variance, new Xoshiro128(seed));
  for (let row = 0; row < values.length; row++) {
    fillRow(path.subarray(row * rowSeconds, (row + 1) * rowSeconds), values[row]!, bursts);
  }
  return path;
}

function fillRow(row: Float64Array, value: number, bursts: Bursts): void {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += row[i] = bursts.next();
  for (let i = 0; i < row.length; i++) row[i] = (value * row.length * row[i]!) / sum;
}

/** A log-normal first-order process of mean 1. */
class Bursts {
  readonly #deviation: number;
  readonly #rng: Rng;
  #state: number;

  constructor(variance: number, rng: Rng) {
    this.#deviation = Math.sqrt(Math.log(1 + variance));
    this.#rng = rng;
    this.#state = gauss(rng);
  }

  next(): number {
    const fresh = Math.sqrt(1 - BURST_CORRELATION ** 2) * gauss(this.#rng);
    this.#state = BURST_CORRELATION * this.#state + fresh;
    return Math.exp(this.#deviation * this.#state - this.#deviation ** 2 / 2);
  }
}

/**
 * Variance of the seconds that goes with the noise of rows of this length: the mean of `n` seconds of a first-order process
 * has (1+φ)/(1−φ)/n of their variance. Zero for rows of one second: they are what was recorded.
 */
export function burstVariance(values: ArrayLike<number>, rowSeconds: number): number {
  if (rowSeconds === 1) return 0;
  const ofMean = Math.min(1, (1 + BURST_CORRELATION) / (1 - BURST_CORRELATION) / rowSeconds);
  return Math.min(MOST_BURST_VARIANCE, rowNoise(values) / ofMean);
}

/** Median of |x| over the standard deviation of a normal x. */
const MEDIAN_OF_NORMAL = 0.6744897501960817;
/** Variance of x₁ − (x₀ + x₂)/2 over that of independent x. */
const OF_SECOND_DIFFERENCE = 1.5;

/**
 * Relative variance of the noise of rows, their course left out: by the median of second differences, so that jumps and peaks count
 * no more than other rows. 0 with less than three neighbouring values.
 */
export function rowNoise(values: ArrayLike<number>): number {
  const distances: number[] = [];
  for (let i = 1; i + 1 < values.length; i++) {
    const [a, b, c] = [values[i - 1]!, values[i]!, values[i + 1]!];
    const mean = (a + b + c) / 3;
    if (mean > 0) distances.push(Math.abs(b - (a + c) / 2) / mean);
  }
  if (distances.length === 0) return 0;
  const median = Float64Array.from(distances).sort()[distances.length >> 1]!;
  return (median / MEDIAN_OF_NORMAL) ** 2 / OF_SECOND_DIFFERENCE;
}
