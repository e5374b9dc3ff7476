/** Candidates of a side: the bound as given; it times a tracked factor; tracked multiples of the mean |error|, quick and slow. */
export const CANDIDATES = 4;
/** The bound as given is never changed. */
const GIVEN = 0;

/** What one side of an interval has learned. Plain data. */
export interface Side {
  /** Mean pinball loss: the unit of the regrets. */
  readonly pinball: number;
  /** The last factor, less one. */
  readonly factor: number;
  /** What each candidate's scale is multiplied by. */
  readonly multiples: readonly number[];
  readonly regrets: readonly number[];
  readonly squares: readonly number[];
}

/** One bound as it was issued: how far it lies from the mean, and what it was made of. */
export interface Bound {
  /** The margin given, twice; then the mean |error|, quick and slow. */
  readonly scales: readonly number[];
  /** Weighted mean of the candidates, before the last factor. */
  readonly distance: number;
  /** What calibration makes the margin, whether or not it has earned to be issued. */
  readonly made: number;
  /** Distance of the bound from the mean as issued; at least 0. */
  readonly margin: number;
}

/** Wanted miss rate of each side. */
export const MISS = 0.05;
/** Mean |error| of normal errors lies so often between their mean and their 95 % quantile. */
const NORMAL_MULTIPLE = 2.06;
/** Lead of the bound as given, in mean losses: what replaces it must be better by more than luck. */
const LEAD = 8;
/** Relative step of the tracked multiples; gain, clamp and leak of the last factor; memory of the regrets. */
const STEP = 0.02;
const FACTOR_GAIN = 0.01;
const FACTOR_LEAK = 0.999;
const FADE = 0.999;
/** Largest gain of one score, in mean losses. */
const MOST_GAIN = 20;
const LARGEST_MULTIPLE = 1e3;
/** No margin is larger, so that sums of margins stay finite. */
export const LARGEST_MARGIN = 1e200;

export const NEW_SIDE: Side = {
  pinball: 0,
  factor: 0,
  multiples: [1, 1, NORMAL_MULTIPLE, NORMAL_MULTIPLE],
  regrets: [LEAD, 0, 0, 0],
  squares: [0, 0, 0, 0],
};

/**
 * The bound of a side.
 * @param isEarned whether what calibration makes of it is issued; else it is issued as given
 */
export function boundOf(side: Side, scales: readonly number[], isEarned: boolean): Bound {
  const distance = combined(side, scales);
  const made = Math.min(LARGEST_MARGIN, Math.max(0, distance * (1 + side.factor)));
  return { scales, distance, made, margin: isEarned ? made : scales[GIVEN]! };
}

/** MLpol's weighted mean of the candidates (Gaillard, Stoltz & van Erven 2014); as given while none has a weight. */
function combined(side: Side, scales: readonly number[]): number {
  let total = 0;
  let sum = 0;
  for (let k = 0; k < CANDIDATES; k++) {
    const weight = Math.max(side.regrets[k]!, 0) / (1 + side.squares[k]!);
    total += weight;
    sum += weight * side.multiples[k]! * scales[k]!;
  }
  return total > 0 ? sum / total : scales[GIVEN]!;
}

/**
 * Learn from what came.
 * @param reached how far the actual lies beyond the mean on this side; negative on the other
 * @param count scores before this one
 * @param delay at least 1: what the steps are divided by, for misses of overlapping forecasts come in runs
 */
export function track(side: Side, bound: Bound, reached: number, count: number, delay: number): Side {
  const slope = reached > bound.distance ? MISS - 1 : MISS;
  const loss = slope * (bound.distance - reached);
  const pinball = side.pinball + Math.max(0.005, 1 / (count + 1)) * (loss - side.pinball);
  const unit = Math.max(pinball, 1e-100);
  const step = Math.max(STEP / delay, 1 / (count + 10));
  const multiples: number[] = [];
  const regrets: number[] = [];
  const squares: number[] = [];
  for (let k = 0; k < CANDIDATES; k++) {
    const candidate = side.multiples[k]! * bound.scales[k]!;
    const better = clamp((slope * (bound.distance - candidate)) / unit, -MOST_GAIN, MOST_GAIN);
    regrets.push(side.regrets[k]! * FADE + better);
    squares.push(side.squares[k]! * FADE + better * better);
    const moved = side.multiples[k]! * Math.exp(step * surprise(reached > candidate));
    multiples.push(k === GIVEN ? 1 : clamp(moved, 1 / LARGEST_MULTIPLE, LARGEST_MULTIPLE));
  }
  const correction = (FACTOR_GAIN / delay) * surprise(reached > bound.made);
  return {
    pinball,
    factor: clamp(side.factor * FACTOR_LEAK + correction, -0.5, 2),
    multiples,
    regrets,
    squares,
  };
}

const surprise = (isMiss: boolean): number => (isMiss ? 1 : 0) - MISS;

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
