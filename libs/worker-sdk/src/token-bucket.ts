/**
 * Holds a use to a rate in the mean: filled with time × rate up to `burst`, and paid from after the use. A use may
 * overdraw; the next one waits until the debt is paid, so that the mean stays at the rate however large single uses are.
 */
export class TokenBucket {
  #perMs: number;
  #burst: number;
  #credit: number;
  #filledAtMs: number;

  /**
   * @param perMs what is earned in a millisecond
   * @param burst what may be saved up while nothing is used; at first the bucket is full
   * @param nowMs monotonic
   */
  constructor(perMs: number, burst: number, nowMs: number) {
    this.#perMs = atLeastZero(perMs);
    this.#burst = atLeastZero(burst);
    this.#credit = this.#burst;
    this.#filledAtMs = nowMs;
  }

  /** Change the rate; what was earned so far stays earned, up to the new burst. NaN is no value and changes nothing. */
  setRate(perMs: number, burst: number, nowMs: number): void {
    if (Number.isNaN(perMs) || Number.isNaN(burst)) return;
    this.#fill(nowMs);
    this.#perMs = atLeastZero(perMs);
    this.#burst = atLeastZero(burst);
    this.#credit = Math.min(this.#burst, this.#credit);
  }

  /** What may be used now without debt; below 0, the debt. */
  credit(nowMs: number): number {
    this.#fill(nowMs);
    return this.#credit;
  }

  /** Pay for what was used. */
  charge(used: number, nowMs: number): void {
    this.#fill(nowMs);
    if (used > 0 && Number.isFinite(used)) this.#credit -= used;
  }

  /** Time until the debt is paid; 0 without debt, Infinity with a debt and no rate. */
  waitMs(nowMs: number): number {
    this.#fill(nowMs);
    return this.#credit >= 0 ? 0 : -this.#credit / this.#perMs;
  }

  #fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - this.#filledAtMs);
    this.#filledAtMs = Math.max(this.#filledAtMs, nowMs);
    if (elapsedMs === 0 || this.#perMs === 0) return;
    this.#credit = Math.min(this.#burst, this.#credit + elapsedMs * this.#perMs);
  }
}

function atLeastZero(amount: number): number {
  return amount > 0 ? amount : 0;
}
