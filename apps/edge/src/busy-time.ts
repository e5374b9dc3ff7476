/** How long something was at work: time in which at least one piece of work was under way. */
export class BusyTime {
  readonly #monotonicMs: () => number;
  #underWay = 0;
  #sinceMs = 0;
  #busyMs = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay === 0) this.#sinceMs = this.#monotonicMs();
    this.#underWay += 1;
    try {
      return await work();
    } finally {
      this.#underWay -= 1;
      if (this.#underWay === 0) this.#busyMs += this.#monotonicMs() - this.#sinceMs;
    }
  }

  /** Milliseconds at work since it was asked last; what is under way counts up to now. */
  take(): number {
    const nowMs = this.#monotonicMs();
    const busyMs = this.#busyMs + (this.#underWay > 0 ? nowMs - this.#sinceMs : 0);
    this.#busyMs = 0;
    this.#sinceMs = nowMs;
    return busyMs;
  }
}
