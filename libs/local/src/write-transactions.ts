import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { ABORT, type RootDatabase } from 'lmdb';
import { PortError } from '@foreshadow/ports';

/** What `lmdb` has and does not declare: the number of the newest transaction in the file. */
interface WithInfo {
  readonly env: { info(): { readonly lastTxnId: number } };
}

/** Opening read-only is enough: it is what sets the shared number, and it takes no lock. */
const OPEN_AND_CLOSE =
  'require(process.argv[1]).open({ path: process.argv[2], noSubdir: false, readOnly: true }).close()';
const REPAIR_TIMEOUT_MS = 10_000;
const MAX_ATTEMPTS = 5;

/**
 * Write transactions that never undo what another process has committed.
 *
 * LMDB keeps the number of the newest transaction in shared memory; a writer builds on the transaction of that number.
 * Whoever opens the environment sets the number to what it read from the file shortly before, without a lock
 * (`mdb_env_open2` in LMDB as of `lmdb` 3.5.6). A commit that falls in between is forgotten: the next writer builds on
 * the one before it, and so undoes it. With workers that come and go this happens within minutes.
 *
 * So every transaction, once it has the write lock, compares the number it got with the file. If they differ, nothing
 * is written; a child process opens the environment and thereby sets the number right, which no commit can disturb
 * while the lock is held; and the transaction starts again.
 */
export class WriteTransactions {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #path: string;
  #repairs = 0;

  constructor(root: RootDatabase<Buffer, Buffer>, path: string) {
    this.#root = root;
    this.#path = path;
  }

  /** How often a commit of another process was saved. */
  get repairs(): number {
    return this.#repairs;
  }

  /**
   * Run `work` in a write transaction; what it throws undoes the transaction.
   * @throws {PortError} `UNAVAILABLE` if the environment cannot be repaired.
   */
  run(work: () => void): void {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      let forgotten = 0;
      this.#root.transactionSync(() => {
        forgotten = this.#forgottenTransactions();
        if (forgotten === 0) return work();
        this.#repair();
        return ABORT;
      });
      if (forgotten === 0) return;
    }
    throw new PortError('UNAVAILABLE', `cannot find the newest transaction of '${this.#path}'`, {
      retryable: true,
    });
  }

  #forgottenTransactions(): number {
    const { lastTxnId } = (this.#root as unknown as WithInfo).env.info();
    return lastTxnId + 1 - this.#root.getWriteTxnId();
  }

  #repair(): void {
    const lmdb = createRequire(import.meta.url).resolve('lmdb');
    const { error, status } = spawnSync(process.execPath, ['-e', OPEN_AND_CLOSE, lmdb, this.#path], {
      stdio: 'ignore',
      timeout: REPAIR_TIMEOUT_MS,
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    if (error !== undefined || status !== 0) {
      const message = `cannot open '${this.#path}' to repair it (exit code ${String(status)})`;
      throw new PortError('UNAVAILABLE', message, { cause: error, retryable: true });
    }
    this.#repairs++;
  }
}
