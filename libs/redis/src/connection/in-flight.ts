/**
 * Commands without a reply yet. A server that stopped answering shows here: neither the client's command timeout, which
 * ends with the write, nor a socket timeout, which each further write puts off, would tell.
 */
export class InFlight {
  readonly #nowMs: () => number;
  /** In the order of sending. */
  readonly #sent = new Set<{ readonly atMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  async track<T>(reply: Promise<T>): Promise<T> {
    const entry = { atMs: this.#nowMs() };
    this.#sent.add(entry);
    try {
      return await reply;
    } finally {
      this.#sent.delete(entry);
    }
  }

  /** Age of the oldest; 0 if there is none. */
  oldestMs(): number {
    for (const { atMs } of this.#sent) return this.#nowMs() - atMs;
    return 0;
  }
}
