const MAX_BATCH_LINES = 2000;
const MAX_BATCH_CHARACTERS = 1024 * 1024;

/** Lines that were made and not yet acknowledged, oldest first. */
export class Outbox {
  #lines: string[] = [];
  /** Lines before this one are acknowledged; they are dropped now and then. */
  #head = 0;
  #added = 0;
  #isClosed = false;
  #wake: () => void = () => {};

  get pending(): number {
    return this.#lines.length - this.#head;
  }

  /** Lines that were ever added. */
  get added(): number {
    return this.#added;
  }

  add(lines: readonly string[]): void {
    for (const line of lines) this.#lines.push(line);
    this.#added += lines.length;
    if (lines.length > 0) this.#wake();
  }

  /** No more lines will come. */
  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** Waits until there is a line (true) or there will never be one (false). */
  async hasLines(): Promise<boolean> {
    while (this.pending === 0 && !this.#isClosed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.pending > 0;
  }

  /** The oldest lines, at most a batch of them and at least one. */
  peek(): readonly string[] {
    let end = this.#head;
    let characters = 0;
    while (end < this.#lines.length && end - this.#head < MAX_BATCH_LINES) {
      characters += this.#lines[end]!.length;
      if (characters > MAX_BATCH_CHARACTERS && end > this.#head) break;
      end++;
    }
    return this.#lines.slice(this.#head, end);
  }

  /** The oldest `count` lines are acknowledged. */
  shift(count: number): void {
    this.#head += count;
    if (this.#head * 2 < this.#lines.length) return;
    this.#lines = this.#lines.slice(this.#head);
    this.#head = 0;
  }
}
