import type { Clock } from '@foreshadow/domain';

/** A sleep that something may end early. */
export class Nap {
  readonly #clock: Clock;
  #end: AbortController | undefined;
  #isWoken = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sleeps not at all if `wake` was called since the last sleep. */
  async sleep(ms: number): Promise<void> {
    const end = new AbortController();
    this.#end = end;
    if (!this.#isWoken) await this.#clock.sleep(ms, end.signal).catch(() => {});
    this.#end = undefined;
    this.#isWoken = false;
  }

  /** End the sleep under way, or the next one. */
  wake(): void {
    this.#isWoken = true;
    this.#end?.abort();
  }
}
