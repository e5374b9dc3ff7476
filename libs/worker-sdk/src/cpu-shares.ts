/**
 * Shares the CPU time of the process among the handler calls that are under way at the same time. Exact while there is
 * one; the equal share of each while there are several, since a process does not tell which of them used it.
 */
export class CpuShares {
  readonly #cpuMs: () => number;
  #active = 0;
  #seenMs: number;
  /** CPU time that a call would have got that was under way all the time. */
  #shareMs = 0;

  /** @param cpuMs CPU time that the process has used so far */
  constructor(cpuMs: () => number) {
    this.#cpuMs = cpuMs;
    this.#seenMs = cpuMs();
  }

  get active(): number {
    return this.#active;
  }

  /** A call begins; returns the mark that ends it. */
  begin(): number {
    this.#settle();
    this.#active++;
    return this.#shareMs;
  }

  /** The call of this mark ended; returns its CPU milliseconds. */
  end(mark: number): number {
    this.#settle();
    this.#active--;
    return this.#shareMs - mark;
  }

  #settle(): void {
    const nowMs = this.#cpuMs();
    if (this.#active > 0) this.#shareMs += Math.max(0, nowMs - this.#seenMs) / this.#active;
    this.#seenMs = nowMs;
  }
}
