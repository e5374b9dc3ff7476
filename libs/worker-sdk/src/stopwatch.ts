/** Adds up the time of an activity that goes on and off; can be read in the midst of it. Monotonic milliseconds. */
export class Stopwatch {
  #sinceMs: number | undefined;
  #totalMs = 0;

  start(nowMs: number): void {
    this.#sinceMs ??= nowMs;
  }

  stop(nowMs: number): void {
    if (this.#sinceMs === undefined) return;
    this.#totalMs += Math.max(0, nowMs - this.#sinceMs);
    this.#sinceMs = undefined;
  }

  /** Time since the last call of this. */
  take(nowMs: number): number {
    const isRunning = this.#sinceMs !== undefined;
    this.stop(nowMs);
    if (isRunning) this.start(nowMs);
    const totalMs = this.#totalMs;
    this.#totalMs = 0;
    return totalMs;
  }
}
