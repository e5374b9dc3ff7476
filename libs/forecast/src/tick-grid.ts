/** How far the expected time of a tick follows the time it came, so that a slow drift of timers costs no tick. */
const DRIFT_GAIN = 0.1;
/** Ascending ticks in a row, all behind the grid, after which the clock is taken to have been set back. */
const TICKS_BEHIND = 5;

/**
 * Counts ticks from timestamps that jitter, drift and sometimes jump. Ticks have consecutive indices; an index is
 * given once.
 */
export class TickGrid {
  readonly tickMs: number;
  #index = NaN;
  #expectedMs = NaN;
  #behind = 0;
  #lastBehindMs = NaN;

  constructor(tickMs: number) {
    this.tickMs = tickMs;
  }

  /** Index of the newest tick; NaN before the first. */
  get index(): number {
    return this.#index;
  }

  /**
   * Take a tick in. Returns by how many ticks the grid advanced: 1 as a rule, more where ticks were skipped, 0 for a
   * duplicate, an older tick or a time that is no number.
   */
  advance(atMs: number): number {
    if (!Number.isFinite(atMs)) return 0;
    if (Number.isNaN(this.#index)) return this.#anchor(Math.round(atMs / this.tickMs), atMs);
    const steps = Math.round((atMs - this.#expectedMs) / this.tickMs);
    if (steps <= 0) return this.#isSetBack(atMs) ? this.#anchor(this.#index + 1, atMs) : 0;
    this.#behind = 0;
    const onGridMs = this.#expectedMs + steps * this.tickMs;
    this.#expectedMs = onGridMs + DRIFT_GAIN * (atMs - onGridMs);
    this.#index += steps;
    return steps;
  }

  /** Index of the tick nearest to a time; NaN before the first tick. */
  indexOf(atMs: number): number {
    return this.#index + Math.round((atMs - this.#expectedMs) / this.tickMs);
  }

  toNumbers(): readonly number[] {
    return [this.#index, this.#expectedMs];
  }

  /** Go on from `toNumbers()`. */
  restore(index: number, expectedMs: number): void {
    this.#index = index;
    this.#expectedMs = expectedMs;
    this.#behind = 0;
  }

  #anchor(index: number, atMs: number): number {
    this.#index = index;
    this.#expectedMs = atMs;
    this.#behind = 0;
    return 1;
  }

  #isSetBack(atMs: number): boolean {
    const ascending = this.#behind === 0 || atMs > this.#lastBehindMs;
    // A duplicate of the newest tick is no sign of a clock that was set back.
    const older = atMs < this.#expectedMs - this.tickMs / 2;
    this.#behind = older && ascending ? this.#behind + 1 : 0;
    this.#lastBehindMs = atMs;
    return this.#behind >= TICKS_BEHIND;
  }
}
