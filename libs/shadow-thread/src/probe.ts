import type { Clock, Estimate } from '@foreshadow/domain';
import type { RingWriter } from '@foreshadow/shadow';
import { FINISHED, PROBE_WORDS, type ProbeSetting, READY, SKIPPED, STARTED } from './probe-consumer.ts';
import { ShadowThread } from './shadow-thread.ts';
import { type ProbedWork, WorkTracker } from './work-tracker.ts';

export interface ProbeOptions {
  /** JavaScript module with a `ProbeFunction` as its default export, or a WASM module; see `loadProbe`. */
  readonly module: URL;
  readonly partitions: number;
  readonly clock: Clock;
  /** Share of a core that it may take; what comes beyond is skipped and counted. Default 0.05. */
  readonly cpuShare?: number;
  /** Longest that one record may take before the probe is ended. Default 1000 ms. */
  readonly recordMs?: number;
  /**
   * Longest that the thread may take to start and to load the module; on a busy machine that is seconds, and it happens once.
   * Default 30 000 ms.
   */
  readonly startMs?: number;
  /** JavaScript memory, beyond which it is ended. Default 128 MiB. */
  readonly memoryMib?: number;
  /** Scripts of the thread and its consumer; those of this package by default. */
  readonly scripts?: { readonly thread: URL; readonly consumer: URL };
}

export interface ProbeStatus {
  /** `starting` until its module is loaded; `ended`: why, says `reason`; estimation goes on without it. */
  readonly state: 'starting' | 'running' | 'ended';
  readonly reason: string | undefined;
  /** Records probed, and those left out since its share of a core was spent, or had no value. */
  readonly records: number;
  readonly skipped: number;
  /** Lost since it did not keep up. */
  readonly dropped: number;
}

const CONSUMER = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/probe-consumer.js' : './probe-consumer.js',
  import.meta.url,
);

/**
 * Runs a function on sampled records in a thread of its own and follows what a record costs, before any worker meets it.
 * A probe that throws, hangs, or takes too much memory is ended and told; nothing of it reaches the record path.
 */
export class Probe {
  /** Give it to a tap, as the sink of a shadow stream. */
  readonly sink: RingWriter;
  readonly #thread: ShadowThread;
  readonly #tracker: WorkTracker;
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * PROBE_WORDS));
  readonly #clock: Clock;
  readonly #recordMs: number;
  readonly #startMs: number;
  readonly #bornMs: number;
  /** What it was at when it was looked at last, and since when. */
  #at = -1;
  #sinceMs: number;
  #reason: string | undefined;
  #isEnded = false;

  constructor(options: ProbeOptions) {
    const { module, partitions, clock, cpuShare = 0.05, memoryMib = 128, scripts } = options;
    this.#clock = clock;
    this.#recordMs = options.recordMs ?? 1000;
    this.#startMs = options.startMs ?? 30_000;
    this.#bornMs = clock.monotonicMs();
    this.#sinceMs = this.#bornMs;
    this.#tracker = new WorkTracker(partitions);
    const setting: ProbeSetting = { module: module.href, partitions, cpuShare, words: this.#words };
    this.#thread = new ShadowThread({
      module: scripts?.consumer ?? CONSUMER,
      data: setting,
      clock,
      memoryMib,
      onMessage: (message) => this.#tracker.add(message as ProbedWork),
      ...(scripts === undefined ? {} : { script: scripts.thread }),
    });
    this.sink = this.#thread.sink;
  }

  /** Once a tick: ends a probe that overran. */
  tick(): void {
    this.#tracker.tick();
    const nowMs = this.#clock.monotonicMs();
    if (!this.#isReady) {
      if (nowMs - this.#bornMs > this.#startMs) this.#end(`it took more than ${this.#startMs} ms to start`);
    } else this.#watch(nowMs);
    this.#isEnded = this.status().state === 'ended';
  }

  /** Work per record of a partition, µs of CPU or the units that the function gives; `undefined` without enough of late. */
  workPerRecord(partition: number): Estimate | undefined {
    return this.#isEnded ? undefined : this.#tracker.workPerRecord(partition);
  }

  status(): ProbeStatus {
    const { state, reason, dropped } = this.#thread.status();
    const isEnded = state === 'dead' || this.#reason !== undefined;
    return {
      state: isEnded ? 'ended' : this.#isReady ? 'running' : 'starting',
      reason: isEnded ? (this.#reason ?? reason) : undefined,
      records: Atomics.load(this.#words, FINISHED),
      skipped: Atomics.load(this.#words, SKIPPED),
      dropped,
    };
  }

  async close(): Promise<void> {
    this.#reason ??= 'it was closed';
    await this.#thread.close();
  }

  get #isReady(): boolean {
    return Atomics.load(this.#words, READY) === 1;
  }

  /** Ends a probe whose record has been the same one for too long. */
  #watch(nowMs: number): void {
    const started = Atomics.load(this.#words, STARTED);
    const isAtWork = started !== Atomics.load(this.#words, FINISHED);
    if (!isAtWork || started !== this.#at) {
      this.#at = started;
      this.#sinceMs = nowMs;
    } else if (nowMs - this.#sinceMs > this.#recordMs) {
      this.#end(`a record took more than ${this.#recordMs} ms`);
    }
  }

  #end(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    void this.#thread.close();
  }
}
