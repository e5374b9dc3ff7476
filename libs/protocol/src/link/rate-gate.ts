/** Ticks are never exactly an interval apart; a tick this share early still counts. */
const EARLY_SHARE = 0.1;

/** Lets something through once an interval. */
export class RateGate {
  #lastMs = Number.NEGATIVE_INFINITY;
  intervalMs: number;

  constructor(intervalMs: number) {
    this.intervalMs = intervalMs;
  }

  isOpen(monotonicMs: number, floorMs: number = 0): boolean {
    return monotonicMs - this.#lastMs >= Math.max(this.intervalMs, floorMs) * (1 - EARLY_SHARE);
  }

  passed(monotonicMs: number): void {
    this.#lastMs = monotonicMs;
  }

  reset(): void {
    this.#lastMs = Number.NEGATIVE_INFINITY;
  }
}
