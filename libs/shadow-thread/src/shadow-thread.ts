import { Worker } from 'node:worker_threads';
import type { Clock } from '@foreshadow/domain';
import { createRing, type RingStats, type SampleSink, RingWriter } from '@foreshadow/shadow';

/** What the module's default export gives: a sink, and what it has to do between slices. */
export interface ThreadConsumer extends SampleSink {
  flush?(): Promise<void> | void;
}

export interface ShadowThreadOptions {
  /** Module whose default export makes the consumer: `(data) => ThreadConsumer`, or a promise of one. */
  readonly module: URL;
  /** Given to it; a structured clone. */
  readonly data?: unknown;
  readonly clock: Clock;
  /** Room for what waits, rounded up to a power of two. Default 1 MiB. */
  readonly ringBytes?: number;
  /** A reader that has not looked for so long is frozen. Default 2 s. */
  readonly frozenAfterMs?: number;
  /** JavaScript memory of the thread, beyond which it dies. Default 128 MiB. */
  readonly memoryMib?: number;
  /** Takes what the consumer posts to its `parentPort`. */
  readonly onMessage?: (message: unknown) => void;
  /** The thread's script; that of this package by default. */
  readonly script?: URL;
}

export interface ShadowThreadStatus extends RingStats {
  /** `frozen`: it lives, and does not read. `dead`: its thread ended; why, says `reason`. */
  readonly state: 'running' | 'frozen' | 'dead';
  readonly reason: string | undefined;
}

/** Node 20 runs no TypeScript: from the sources, the thread runs what was built of them. */
const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/thread.js' : './thread.js',
  import.meta.url,
);

/**
 * A shadow stream's reader on a worker thread. The tap writes into `sink`, whatever becomes of the thread; nothing of it
 * comes back to the record path.
 */
export class ShadowThread {
  /** Give it to a tap. */
  readonly sink: RingWriter;
  readonly #clock: Clock;
  readonly #frozenAfterMs: number;
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #reason: string | undefined;
  #isDead = false;
  #beats = 0;
  #beatAtMs: number;

  /** @throws {ShadowError} `INVALID_ARGUMENT` for a ring that is too small or too large. */
  constructor(options: ShadowThreadOptions) {
    const { module, data, clock, ringBytes = 1 << 20, frozenAfterMs = 2000, memoryMib = 128 } = options;
    const memory = createRing(ringBytes);
    this.sink = new RingWriter(memory);
    this.#clock = clock;
    this.#frozenAfterMs = frozenAfterMs;
    this.#beatAtMs = clock.monotonicMs();
    this.#worker = new Worker(options.script ?? SCRIPT, {
      workerData: { memory, module: module.href, data },
      resourceLimits: { maxOldGenerationSizeMb: memoryMib },
    });
    if (options.onMessage !== undefined) this.#worker.on('message', options.onMessage);
    this.#exited = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    this.#worker.on(
      'error',
      (error) => (this.#reason = error instanceof Error ? error.message : String(error)),
    );
    this.#worker.once('exit', (code) => {
      this.#isDead = true;
      this.#reason ??= `its thread ended with code ${code}`;
    });
    // It must not keep a process alive that has nothing else to do.
    this.#worker.unref();
  }

  /** Call it now and then, once a tick say: whether a reader is frozen shows between two calls. */
  status(): ShadowThreadStatus {
    const stats = this.sink.stats();
    const nowMs = this.#clock.monotonicMs();
    if (stats.beats !== this.#beats) {
      this.#beats = stats.beats;
      this.#beatAtMs = nowMs;
    }
    const isFrozen = nowMs - this.#beatAtMs > this.#frozenAfterMs;
    return { ...stats, state: this.#isDead ? 'dead' : isFrozen ? 'frozen' : 'running', reason: this.#reason };
  }

  /** End the thread, whatever it is at. The sink stays, fills up, and drops. */
  async close(): Promise<void> {
    await this.#worker.terminate();
    await this.#exited;
  }
}
