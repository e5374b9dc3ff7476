const WARM_SCORES = 30;
const MISS = 0.05;

/** Conformal PI control of one horizon; see the kernel's `calibrate.ts`. */
export class Calibration {
  #size = 0;
  #loss = 0;
  #count = 0;
  #warm: number[] = [];
  #sides = [
    { quantile: 0, integral: 0 },
    { quantile: 0, integral: 0 },
  ];

  /** Mean |error| in the long run. */
  get loss(): number {
    return this.#loss;
  }

  learn(error: number, isBelow: boolean, isAbove: boolean, steps: number): void {
    const n = this.#count++;
    this.#loss += (Math.abs(error) - this.#loss) * Math.max(0.01, 1 / (n + 1));
    this.#size += (Math.abs(error) - this.#size) * Math.max(0.03, 4 / (n + 4));
    if (n < WARM_SCORES) {
      this.#warm = [...this.#warm, error].sort((a, b) => a - b);
      if (this.#count === WARM_SCORES) this.#start();
      return;
    }
    const gain = 0.15 / (1 + steps / 24);
    for (const [i, isMiss] of [isBelow, isAbove].entries()) {
      const side = this.#sides[i]!;
      const surprise = (isMiss ? 1 : 0) - MISS;
      side.quantile = Math.max(0, side.quantile + gain * surprise);
      side.integral = side.integral * 0.995 + surprise;
    }
  }

  /** How far the bound of a side (0 below, 1 above) lies from the mean. */
  margin(side: 0 | 1, fallback: number): number {
    if (this.#count === 0) return fallback;
    if (this.#count < WARM_SCORES) return Math.max(0, side === 0 ? -this.#quantile(0) : this.#quantile(1));
    const { quantile, integral } = this.#sides[side]!;
    return Math.max(0, quantile + 0.05 * integral) * this.#size;
  }

  #start(): void {
    const unit = Math.max(this.#size, 1e-100);
    for (const side of [0, 1] as const) {
      const distance = side === 0 ? -this.#quantile(0) : this.#quantile(1);
      this.#sides[side]!.quantile = Math.min(6, Math.max(0, distance) / unit);
    }
  }

  #quantile(side: 0 | 1): number {
    const n = this.#warm.length;
    const rank = Math.floor(MISS * (n + 1));
    const value = this.#warm[side === 0 ? Math.max(0, rank - 1) : Math.min(n - 1, n - rank)]!;
    return rank > 0 ? value : value * (1 + 2 / n);
  }
}
