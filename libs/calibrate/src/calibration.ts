import { type Bound, boundOf, LARGEST_MARGIN, MISS, NEW_SIDE, type Side, track } from './side.ts';

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

/** How intervals of one kind did, over about the last 500 scores. NaN before the first. */
export interface IntervalTally {
  readonly coverage: number;
  /** Mean interval score (Winkler): width, and 2 / α times what lies outside. */
  readonly score: number;
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
  /** Of the intervals as given, as calibration makes them, and as issued. */
  readonly given: IntervalTally;
  readonly made: IntervalTally;
  readonly issued: IntervalTally;
}

/** Scores before anything is changed about the intervals given. */
const WARM_SCORES = 30;
/** Coverage that far off is put right even where that makes the mean score no better. */
const OFF = 0.005;
const QUICK = 0.06;
const SLOW = 0.01;
const TALLY = 0.002;
/** No error counts as larger, so that nothing overflows. */
const LARGEST_ERROR = 1e150;

const NO_TALLY: IntervalTally = { coverage: NaN, score: NaN };

export function initialCalibration(): Calibration {
  return {
    scored: 0,
    errors: [0, 0],
    sides: [NEW_SIDE, NEW_SIDE],
    given: NO_TALLY,
    made: NO_TALLY,
    issued: NO_TALLY,
  };
}

/** Whether a value read from elsewhere has the shape of a calibration. */
export function isCalibration(value: unknown): value is Calibration {
  if (typeof value !== 'object' || value === null) return false;
  const { scored, errors, sides, given, made, issued } = value as Partial<Calibration>;
  return (
    typeof scored === 'number' &&
    scored >= 0 &&
    hasNumbers(errors, 2) &&
    Array.isArray(sides) &&
    sides.length === 2 &&
    sides.every(isSide) &&
    [given, made, issued].every(isTally)
  );
}

/** JSON knows no NaN: a tally of nothing may come back as null. */
function isTally(value: IntervalTally | undefined): boolean {
  return typeof value === 'object' && 'coverage' in value && 'score' in value;
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
 * The interval to issue instead of the one given. That is the one given, until what calibration makes of it is the better
 * one by its score, or holds 90 % better by more than chance: intervals that are right already are left alone. Each bound is a mean of candidates (the bound given, the same times a tracked factor, tracked multiples of the own mean
 * |error|) weighed by MLpol on pinball loss, and a last factor answers to the misses of the bounds as issued, so that in
 * the long run each side misses its 5 % whatever was given (quantile tracking and error integration as in conformal PI
 * control: Angelopoulos, Candès & Tibshirani 2023, sec. 3).
 * @param given of a mean that is finite; a bound that is not counts as lying on the mean
 * @param floor no bound lies below it
 */
export function calibrated(c: Calibration, given: Interval, floor: number = -Infinity): IssuedInterval {
  const { mean } = given;
  const isEarned = hasEarned(c);
  const [quick, slow] = c.errors;
  const scalesOf = (margin: number): readonly number[] => [margin, margin, quick, slow];
  const below = boundOf(c.sides[0], scalesOf(marginOf(mean - given.lower)), isEarned);
  const above = boundOf(c.sides[1], scalesOf(marginOf(given.upper - mean)), isEarned);
  return {
    mean,
    lower: Math.min(mean, Math.max(floor, mean - below.margin)),
    upper: mean + above.margin,
    below,
    above,
  };
}

function hasEarned({ scored, given, made }: Calibration): boolean {
  if (scored < WARM_SCORES) return false;
  const off = (tally: IntervalTally): number => Math.abs(tally.coverage - (1 - 2 * MISS));
  return made.score < given.score || off(made) < off(given) - OFF;
}

const marginOf = (value: number): number =>
  value > 0 && value < Infinity ? Math.min(LARGEST_MARGIN, value) : 0;

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
    ...talliesOf(c, issued, actual, Math.max(TALLY, first)),
  };
}

function talliesOf(
  c: Calibration,
  issued: IssuedInterval,
  actual: number,
  gain: number,
): Pick<Calibration, 'given' | 'made' | 'issued'> {
  const { mean, below, above } = issued;
  const given = { mean, lower: mean - below.scales[0]!, upper: mean + above.scales[0]! };
  const made = { mean, lower: mean - below.made, upper: mean + above.made };
  const next = (tally: IntervalTally, interval: Interval): IntervalTally => ({
    coverage: averaged(tally.coverage, isInside(interval, actual), gain),
    score: averaged(tally.score, intervalScore(interval, actual), gain),
  });
  return { given: next(c.given, given), made: next(c.made, made), issued: next(c.issued, issued) };
}

const averaged = (before: number, value: number, gain: number): number =>
  Number.isFinite(before) ? eased(before, value, gain) : value;

const isInside = ({ lower, upper }: Interval, actual: number): number =>
  lower <= actual && actual <= upper ? 1 : 0;

/** Interval score of a central 90 % interval (Gneiting & Raftery 2007, eq. 43): lower is better. */
export function intervalScore({ lower, upper }: Interval, actual: number): number {
  const outside = Math.max(0, lower - actual) + Math.max(0, actual - upper);
  return upper - lower + outside / MISS;
}

const eased = (from: number, to: number, gain: number): number => from + gain * (to - from);
