import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@foreshadow/domain';
import { isRunning } from './processes.ts';

const POLL_MS = 1;
/** Opening and closing take milliseconds; a lock that is this old was left behind. */
const STALE_AFTER_MS = 5000;
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/**
 * Lets one process at a time open or close the environment in a directory.
 *
 * The last process that closes an LMDB environment destroys the locks within it. One that opens at that moment goes on
 * with destroyed locks and fails (`Invalid argument`), in a way that it cannot repair. This lock keeps the two apart; it
 * is a file that names its holder, taken over when the holder died.
 */
export class OpenLock {
  readonly #file: string;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true });
    this.#file = join(directory, 'open.lock');
  }

  /** Blocks for the milliseconds that another process takes to open or close. */
  acquire(): void {
    while (!this.#tryAcquire()) {
      if (this.#isStale()) this.release();
      else Atomics.wait(sleeper, 0, 0, POLL_MS);
    }
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }

  #tryAcquire(): boolean {
    try {
      writeFileSync(this.#file, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  #isStale(): boolean {
    try {
      const holder = Number(readFileSync(this.#file, 'utf8'));
      if (systemClock.nowMs() - statSync(this.#file).mtimeMs > STALE_AFTER_MS) return true;
      // Held by this process: it is about to end and took the lock for good already.
      if (holder === process.pid) return true;
      // An empty file is one that its holder is about to write.
      return holder > 0 && !isRunning(holder);
    } catch {
      return false;
    }
  }
}
