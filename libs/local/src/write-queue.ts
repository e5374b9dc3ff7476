import { PortError } from '@foreshadow/ports';

interface Job {
  /** Runs inside the transaction and keeps its outcome. */
  readonly run: () => void;
  /** After the commit: hand the outcome over. */
  readonly settle: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits in groups: whatever is asked for within one turn of the event loop goes into one write transaction.
 *
 * The transaction runs synchronously, so the machine-wide write lock is held for microseconds and never while this
 * process does something else. A job decides before it writes: its `PortError` rejects that job alone. Any other
 * error (disk full, say) undoes the whole group.
 */
export class WriteQueue {
  readonly #transact: (work: () => void) => void;
  #jobs: Job[] = [];

  constructor(transact: (work: () => void) => void) {
    this.#transact = transact;
  }

  /** Resolves with what `work` returned, once that is committed. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let outcome: () => void = () => undefined;
      const run = (): void => {
        try {
          const value = work();
          outcome = () => resolve(value);
        } catch (error) {
          if (!(error instanceof PortError)) throw error;
          outcome = () => reject(error);
        }
      };
      this.#jobs.push({ run, settle: () => outcome(), reject });
      if (this.#jobs.length === 1) setImmediate(() => this.flush());
    });
  }

  /** Commit at once what waits. */
  flush(): void {
    const jobs = this.#jobs;
    if (jobs.length === 0) return;
    this.#jobs = [];
    try {
      this.#transact(() => {
        for (const job of jobs) job.run();
      });
    } catch (cause) {
      const message = `cannot write: ${cause instanceof Error ? cause.message : String(cause)}`;
      const error = new PortError('UNAVAILABLE', message, { cause, retryable: true });
      for (const job of jobs) job.reject(error);
      return;
    }
    for (const job of jobs) job.settle();
  }
}
