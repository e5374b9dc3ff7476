/** What is told of models at most in a minute: a regime that changes in a thousand partitions is one piece of news. */
const MOST_A_MINUTE = 60;

/** Keeps news of models from flooding the journal. */
export class ModelNotes {
  readonly #note: (atMs: number, kind: string, subject: string, message: string) => void;
  #minute = NaN;
  #told = 0;
  #held = 0;

  constructor(note: (atMs: number, kind: string, subject: string, message: string) => void) {
    this.#note = note;
  }

  note(nowMs: number, atMs: number, kind: string, subject: string, message: string): void {
    this.#turn(nowMs);
    if (this.#told >= MOST_A_MINUTE) {
      this.#held += 1;
      return;
    }
    this.#told += 1;
    this.#note(atMs, kind, subject, message);
  }

  /** To be called now and then: says how many were held back in a minute that is over. */
  tick(nowMs: number): void {
    this.#turn(nowMs);
  }

  #turn(nowMs: number): void {
    const minute = Math.floor(nowMs / 60_000);
    if (minute === this.#minute) return;
    if (this.#held > 0) {
      const message = `${this.#held} more changes of models in the minute before, shown with each partition`;
      this.#note(nowMs, 'models', 'all', message);
    }
    this.#minute = minute;
    this.#told = 0;
    this.#held = 0;
  }
}
