const WARM_SCORES = 30;
const MISS = 0.05;
const SCALES = 6;
const MOST_GAIN = 20;

interface Side {
  pinball: number;
  factor: number;
  readonly quantiles: number[];
  readonly regrets: number[];
  readonly squares: number[];
}

/** What was issued for one horizon, as far as its calibration goes. */
export interface IssuedBounds {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** Scales of the error as they stood, and the distance that each side's candidates made of them; NaN: none yet. */
  readonly scales: readonly number[];
  readonly distances: readonly [number, number];
}

/** Mean size of the nearest horizon's error over short times; shared by all horizons. */
export class QuickScales {
  #count = 0;
  values: [number, number] = [0, 0];

  note(error: number): void {
    this.#count++;
    this.values = [0.2, 0.05].map((gain, i) =>
      eased(this.values[i]!, Math.abs(error), Math.max(gain, 1 / this.#count)),
    ) as [number, number];
  }
}

/** Calibration of one horizon; see the kernel's `calibrate.ts`. */
export class Calibration {
  #loss = 0;
  #count = 0;
  #own = [0, 0, 0];
  #level = { mean: 0, variance: 0, error: 0, covariance: 0 };
  #warm: number[] = [];
  #ratios = new Float32Array(60);
  readonly #sides: readonly [Side, Side] = [newSide(), newSide()];
  readonly #quick: QuickScales;

  constructor(quick: QuickScales) {
    this.#quick = quick;
  }

  /** Mean |error| in the long run. */
  get loss(): number {
    return this.#loss;
  }

  /** Errors in units of their margin, the newest 60. */
  get ratios(): readonly number[] {
    return [...this.#ratios];
  }

  scales(mean: number): readonly number[] {
    return [...this.#own, this.#levelScale(mean), ...this.#quick.values].map(Math.fround);
  }

  /** Distance of each side's candidates; NaN before tracking begins. */
  distances(scales: readonly number[]): [number, number] {
    if (this.#count < WARM_SCORES) return [NaN, NaN];
    return this.#sides.map((side) => Math.fround(combined(side, scales))) as [number, number];
  }

  /** How far the bound of a side (0 below, 1 above) lies from the mean. */
  margin(side: 0 | 1, distances: readonly [number, number], fallback: number): number {
    if (this.#count === 0) return fallback;
    if (this.#count < WARM_SCORES) return Math.max(0, side === 0 ? -this.#quantile(0) : this.#quantile(1));
    const other = Math.max(0, this.#sides[side === 0 ? 1 : 0].factor);
    return Math.max(0, distances[side] * (1 + this.#sides[side].factor + 0.5 * other));
  }

  learn(y: number, issued: IssuedBounds, steps: number): void {
    const error = y - issued.mean;
    const size = Math.abs(error);
    const n = this.#count++;
    const first = 1 / (n + 1);
    this.#loss = eased(this.#loss, size, Math.max(0.01, first));
    const gains = [Math.max(0.1, 4 / (n + 4)), Math.max(0.02, first), Math.max(0.004, first)];
    this.#own = this.#own.map((scale, k) => eased(scale, size, gains[k]!));
    this.#regress(issued.mean, size, Math.max(0.002, first));
    if (n < WARM_SCORES) {
      this.#warm = [...this.#warm, error].sort((a, b) => a - b);
      if (this.#count === WARM_SCORES) this.#start(issued.scales);
      return;
    }
    const delay = 1 + steps / 12;
    const step = Math.max(0.08 / delay, 1 / (n - WARM_SCORES + 11));
    if (issued.distances[0] >= 0) {
      this.#track(0, -error, y < issued.lower, issued, step, 0.03 / delay);
      this.#track(1, error, y > issued.upper, issued, step, 0.03 / delay);
    }
    const margin = error < 0 ? issued.mean - issued.lower : issued.upper - issued.mean;
    this.#ratios[(n - WARM_SCORES) % 60] = margin > 0 ? Math.max(-9, Math.min(9, error / margin)) : 0;
  }

  #levelScale(mean: number): number {
    const { mean: centre, variance, error, covariance } = this.#level;
    const slope = variance > 0 ? covariance / variance : 0;
    return Math.max(0.2 * error, Math.min(5 * error, error + slope * (mean - centre)));
  }

  #regress(level: number, size: number, gain: number): void {
    const of = this.#level;
    const off = level - of.mean;
    const over = size - of.error;
    of.variance = (1 - gain) * (of.variance + gain * off * off);
    of.covariance = (1 - gain) * (of.covariance + gain * off * over);
    of.mean = of.mean + gain * off;
    of.error = of.error + gain * over;
  }

  #start(scales: readonly number[]): void {
    for (const i of [0, 1] as const) {
      const distance = Math.max(0, i === 0 ? -this.#quantile(0) : this.#quantile(1));
      for (let k = 0; k < SCALES; k++) {
        const widest = k < 4 ? 6 : 60;
        this.#sides[i].quantiles[k] = Math.min(widest, distance / Math.max(scales[k]!, 1e-100));
      }
    }
  }

  #track(i: 0 | 1, reached: number, isMiss: boolean, issued: IssuedBounds, step: number, gain: number): void {
    const side = this.#sides[i];
    const distance = issued.distances[i];
    const slope = reached > distance ? MISS - 1 : MISS;
    side.pinball = eased(side.pinball, slope * (distance - reached), 0.005);
    const unit = Math.max(side.pinball, 1e-100);
    for (let k = 0; k < SCALES; k++) {
      const bound = side.quantiles[k]! * issued.scales[k]!;
      const better = Math.max(-MOST_GAIN, Math.min(MOST_GAIN, (slope * (distance - bound)) / unit));
      side.regrets[k] = side.regrets[k]! * 0.999 + better;
      side.squares[k] = side.squares[k]! * 0.999 + better * better;
      side.quantiles[k] = Math.max(0, side.quantiles[k]! + step * ((reached > bound ? 1 : 0) - MISS));
    }
    side.factor = Math.max(-0.5, Math.min(2, side.factor * 0.995 + gain * ((isMiss ? 1 : 0) - MISS)));
  }

  #quantile(side: 0 | 1): number {
    const n = this.#warm.length;
    const rank = Math.floor(MISS * (n + 1));
    const value = this.#warm[side === 0 ? Math.max(0, rank - 1) : Math.min(n - 1, n - rank)]!;
    return rank > 0 ? value : value * (1 + 2 / n);
  }
}

function newSide(): Side {
  const zeros = (): number[] => new Array<number>(SCALES).fill(0);
  return { pinball: 0, factor: 0, quantiles: zeros(), regrets: zeros(), squares: zeros() };
}

/** MLpol's weighted mean of a side's candidates; their plain mean while none has a weight. */
function combined({ quantiles, regrets, squares }: Side, scales: readonly number[]): number {
  let total = 0;
  let sum = 0;
  let plain = 0;
  for (let k = 0; k < SCALES; k++) {
    const bound = quantiles[k]! * scales[k]!;
    const weight = Math.max(regrets[k]!, 0) / (1 + squares[k]!);
    total += weight;
    sum += weight * bound;
    plain += bound;
  }
  return total > 0 ? sum / total : plain / SCALES;
}

function eased(from: number, to: number, gain: number): number {
  return from + gain * (to - from);
}
