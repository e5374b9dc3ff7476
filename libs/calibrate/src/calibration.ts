import { type Bound, boundOf, MISS, NEW_SIDE, type Side, track } from './side.ts';

/** A value with the bounds of its central 90 %. */
export interface Interval {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
}

/** An interval as it was issued, with what is needed to learn from it. `lower ≤ mean ≤ upper`. */
export interface IssuedInterval extends Interval {
  readonly below: Bound;
  readonly above: Bound;
}

/** How intervals did, over about the last 500 scores: as given, and as issued. NaN before the first. */
export interface IntervalTally {
  readonly coverage: number;
  readonly coverageGiven: number;
  /** Mean interval score (Winkler): width, and 2 / α times what lies outside. */
  readonly score: number;
  readonly scoreGiven: number;
}

/**
 * What is known of how well given intervals hold, for one series at one horizon: plain data that survives JSON, NaN
 * apart. Take it as opaque and pass it back.
 */
export interface Calibration {
  /** Intervals scored so far. */
  readonly scored: number;
  /** Mean |error|, quick and slow. */
  readonly errors: readonly [number, number];
  readonly sides: readonly [below: Side, above: Side];
  readonly tally: IntervalTally;
}

/** Scores before anything is changed about the intervals given. */
const WARM_SCORES = 30;
const QUICK = 0.06;
const SLOW = 0.01;
const TALLY = 0.002;
/** No error counts as larger, so that nothing overflows. */
const LARGEST_ERROR = 1e150;

export function initialCalibration(): Calibration {
  return {
    scored: 0,
    errors: [0, 0],
    sides: [NEW_SIDE, NEW_SIDE],
    tally: { coverage: NaN, coverageGiven: NaN, score: NaN, scoreGiven: NaN },
  };
}

/** Whether a value read from elsewhere has the shape of a calibration. */
export function isCalibration(value: unknown): value is Calibration {
  if (typeof value !== 'object' || value === null) return false;
  const { scored, errors, sides, tally } = value as Partial<Calibration>;
  return (
    typeof scored === 'number' &&
    scored >= 0 &&
    hasNumbers(errors, 2) &&
    Array.isArray(sides) &&
    sides.length === 2 &&
    sides.every(isSide) &&
    typeof tally === 'object'
  );
}

function isSide(value: Side | null): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { pinball, factor, multiples, regrets, squares } = value;
  const lists = [multiples, regrets, squares];
  return Number.isFinite(pinball + factor) && lists.every((l) => hasNumbers(l, NEW_SIDE.multiples.length));
}

const hasNumbers = (value: unknown, count: number): boolean =>
  Array.isArray(value) && value.length === count && value.every(Number.isFinite);

/**
 * The interval to issue instead of the one given. At first it is the one given; what replaces it must have earned it:
 * each bound is a mean of candidates (the bound given, the same times a tracked factor, tracked multiples of the own mean
 * |error|) weighed by MLpol on pinball loss, and a last factor answers to the misses of the bounds as issued, so that in
 * the long run each side misses its 5 % whatever was given (quantile tracking and error integration as in conformal PI
 * control: Angelopoulos, Candès & Tibshirani 2023, sec. 3).
 * @param given of a mean that is finite; a bound that is not counts as lying on the mean
 * @param floor no bound lies below it
 */
export function calibrated(c: Calibration, given: Interval, floor: number = -Infinity): IssuedInterval {
  const { mean } = given;
  const warm = c.scored >= WARM_SCORES;
  const [quick, slow] = c.errors;
  const scalesOf = (margin: number): readonly number[] => [margin, margin, quick, slow];
  const below = boundOf(c.sides[0], scalesOf(marginOf(mean - given.lower)), warm);
  const above = boundOf(c.sides[1], scalesOf(marginOf(given.upper - mean)), warm);
  return {
    mean,
    lower: Math.min(mean, Math.max(floor, mean - below.margin)),
    upper: mean + above.margin,
    below,
    above,
  };
}

const marginOf = (value: number): number => (value > 0 && value < Infinity ? value : 0);

/**
 * Take in what became of an issued interval, when it is due.
 * @param actual not finite: missing; nothing is learned
 * @param steps how many forecasts were issued between this one and its actual, itself included: steps of learning shrink
 *   with it, for their errors overlap
 */
export function learned(c: Calibration, issued: IssuedInterval, actual: number, steps: number): Calibration {
  const error = actual - issued.mean;
  if (!Number.isFinite(error)) return c;
  const size = Math.min(LARGEST_ERROR, Math.abs(error));
  const n = c.scored;
  const first = 1 / (n + 1);
  const delay = 1 + Math.max(1, steps) / 12;
  const [below, above] = c.sides;
  return {
    scored: n + 1,
    errors: [
      eased(c.errors[0], size, Math.max(QUICK, first)),
      eased(c.errors[1], size, Math.max(SLOW, first)),
    ],
    sides: [
      track(below, issued.below, Math.sign(-error) * size, n, delay),
      track(above, issued.above, Math.sign(error) * size, n, delay),
    ],
    tally: tallied(c.tally, issued, actual, Math.max(TALLY, first)),
  };
}

function tallied(t: IntervalTally, issued: IssuedInterval, actual: number, gain: number): IntervalTally {
  const { mean, below, above } = issued;
  const given = { mean, lower: mean - below.scales[0]!, upper: mean + above.scales[0]! };
  const next = (before: number, value: number): number =>
    Number.isFinite(before) ? eased(before, value, gain) : value;
  return {
    coverage: next(t.coverage, isInside(issued, actual)),
    coverageGiven: next(t.coverageGiven, isInside(given, actual)),
    score: next(t.score, intervalScore(issued, actual)),
    scoreGiven: next(t.scoreGiven, intervalScore(given, actual)),
  };
}

const isInside = ({ lower, upper }: Interval, actual: number): number =>
  lower <= actual && actual <= upper ? 1 : 0;

/** Interval score of a central 90 % interval (Gneiting & Raftery 2007, eq. 43): lower is better. */
export function intervalScore({ lower, upper }: Interval, actual: number): number {
  const outside = Math.max(0, lower - actual) + Math.max(0, actual - upper);
  return upper - lower + outside / MISS;
}

const eased = (from: number, to: number, gain: number): number => from + gain * (to - from);
