import { Worker } from 'node:worker_threads';
import type { Clock } from '@foreshadow/domain';
import { TrainerError } from './errors.ts';
import type { ThreadInput, ThreadMessage } from './messages.ts';
import { resolveOptions, type TrainingOptions, type TrainingSeries } from './options.ts';
import type { EpochReport, TrainingResult } from './result.ts';
import { sampleSeries } from './sample.ts';

export interface TrainingRequest {
  readonly stream: string;
  /** One of each partition. They are copied before `train` returns; a million steps in all are taken at most. */
  readonly series: readonly TrainingSeries[];
  readonly options: TrainingOptions;
}

export interface TrainingCall {
  /** Ends the training at once, whether it waits or runs. */
  readonly signal?: AbortSignal;
  readonly onEpoch?: (report: EpochReport) => void;
}

export interface TrainingWorkerOptions {
  readonly clock: Clock;
  /** Trainings that may wait; 16 by default. */
  readonly queueLimit?: number;
  /** After which a training is given up; 10 minutes by default. */
  readonly timeoutMs?: number;
  /** JavaScript memory of a thread; 512 MiB by default. */
  readonly memoryMib?: number;
  /** The thread's script; that of this package by default. */
  readonly script?: URL;
}

/** A training that waits or runs. */
interface Job {
  readonly key: string;
  readonly input: ThreadInput;
  readonly onEpoch: ((report: EpochReport) => void) | undefined;
  readonly resolve: (result: TrainingResult) => void;
  readonly reject: (error: TrainerError) => void;
  worker?: Worker;
}

/** Node 20 runs no TypeScript: from the sources, the thread runs what was built of them. */
const SCRIPT = new URL(
  import.meta.url.endsWith('.ts') ? '../dist/training-thread.js' : './training-thread.js',
  import.meta.url,
);

/**
 * Trains networks one after the other, each in a thread of its own, so that the calling thread never waits. Whatever
 * befalls a thread (an exception, an exit, lack of memory) rejects its training and none other; the next one has a new
 * thread.
 *
 * @example
 * const worker = new TrainingWorker({ clock: systemClock });
 * const result = await worker.train({ stream: 'orders', series, options: { steps: [1, 6, 12], stepMs: 5000 } });
 * if (result.accepted) await store.save('orders', result.network, version);
 */
export class TrainingWorker {
  readonly #clock: Clock;
  readonly #queueLimit: number;
  readonly #timeoutMs: number;
  readonly #memoryMib: number;
  readonly #script: URL;
  readonly #waiting: Job[] = [];
  #running: Job | undefined;
  #isClosed = false;

  constructor({ clock, queueLimit, timeoutMs, memoryMib, script }: TrainingWorkerOptions) {
    this.#clock = clock;
    this.#queueLimit = requirePositive('queueLimit', queueLimit ?? 16);
    this.#timeoutMs = requirePositive('timeoutMs', timeoutMs ?? 600_000);
    this.#memoryMib = requirePositive('memoryMib', memoryMib ?? 512);
    this.#script = script ?? SCRIPT;
  }

  /** Trainings that run or wait. */
  get pending(): number {
    return this.#waiting.length + (this.#running === undefined ? 0 : 1);
  }

  /**
   * Train the network of a stream and resolution; old weights stand unless the result is accepted.
   * @throws TrainerError INVALID_OPTION; BUSY if that network is being trained already; QUEUE_FULL; ABORTED; TIMED_OUT;
   * THREAD_FAILED; CLOSED
   */
  async train(
    { stream, series, options }: TrainingRequest,
    call: TrainingCall = {},
  ): Promise<TrainingResult> {
    resolveOptions(options);
    const key = `${stream}@${options.stepMs}`;
    this.#requireRoom(key);
    if (call.signal?.aborted === true) throw aborted(call.signal);
    const copies = sampleSeries(series).map((one) => ({ ...one, values: Float64Array.from(one.values) }));
    return await new Promise<TrainingResult>((resolve, reject) => {
      const onAbort = (): void => this.#end(job, aborted(call.signal));
      const done = (): void => call.signal?.removeEventListener('abort', onAbort);
      const job: Job = {
        key,
        input: { series: copies, options },
        onEpoch: call.onEpoch,
        resolve: (result) => {
          done();
          resolve(result);
        },
        reject: (error) => {
          done();
          reject(error);
        },
      };
      call.signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(job);
      this.#startNext();
    });
  }

  /** End all trainings; later ones are refused. Resolves when no thread is left. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const thread = this.#running?.worker;
    for (const job of [...this.#waiting, this.#running]) {
      if (job !== undefined) this.#end(job, new TrainerError('CLOSED', 'the training worker was closed'));
    }
    await thread?.terminate();
  }

  #requireRoom(key: string): void {
    if (this.#isClosed) throw new TrainerError('CLOSED', 'the training worker is closed');
    if ([this.#running, ...this.#waiting].some((job) => job?.key === key)) {
      throw new TrainerError('BUSY', `${key} is being trained already`, { retryable: true });
    }
    if (this.#waiting.length >= this.#queueLimit) {
      const message = `${this.#waiting.length} trainings wait already, queueLimit is ${this.#queueLimit}`;
      throw new TrainerError('QUEUE_FULL', message, { retryable: true });
    }
  }

  #startNext(): void {
    const job = this.#running === undefined ? this.#waiting.shift() : undefined;
    if (job === undefined) return;
    this.#running = job;
    try {
      job.worker = this.#startThread(job);
    } catch (cause) {
      this.#end(job, failed('could not start', cause));
    }
  }

  #startThread(job: Job): Worker {
    const worker = new Worker(this.#script, {
      workerData: job.input,
      resourceLimits: { maxOldGenerationSizeMb: this.#memoryMib },
      // What this process was started with (a loader, an inspector) is not the thread's.
      execArgv: [],
    });
    worker.on('message', (message: ThreadMessage) => this.#hear(job, message));
    worker.on('error', (cause) => this.#end(job, failed('failed', cause)));
    worker.on('messageerror', (cause) => this.#end(job, failed('said what cannot be read', cause)));
    worker.on('exit', (code) => this.#end(job, failed(`ended with code ${code} before it was done`)));
    void this.#limitTime(job, worker);
    return worker;
  }

  async #limitTime(job: Job, worker: Worker): Promise<void> {
    const ended = new AbortController();
    worker.on('exit', () => ended.abort());
    try {
      await this.#clock.sleep(this.#timeoutMs, ended.signal);
    } catch {
      return;
    }
    this.#end(
      job,
      new TrainerError('TIMED_OUT', `no weights after ${this.#timeoutMs} ms`, { retryable: true }),
    );
  }

  #hear(job: Job, message: ThreadMessage): void {
    if (message.kind === 'done') {
      this.#end(job, message.result);
      return;
    }
    try {
      job.onEpoch?.(message.report);
    } catch (cause) {
      this.#end(job, new TrainerError('ABORTED', 'onEpoch threw', { cause }));
    }
  }

  /** Settle a training, once, and go on to the next; whatever its thread does now is heard by nobody. */
  #end(job: Job, outcome: TrainingResult | TrainerError): void {
    const place = this.#waiting.indexOf(job);
    if (place >= 0) this.#waiting.splice(place, 1);
    else if (this.#running === job) this.#running = undefined;
    else return;
    void job.worker?.terminate();
    if (outcome instanceof TrainerError) job.reject(outcome);
    else job.resolve(outcome);
    if (!this.#isClosed) this.#startNext();
  }
}

function failed(what: string, cause?: unknown): TrainerError {
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  return new TrainerError('THREAD_FAILED', `the training's thread ${what}${why}`, { cause, retryable: true });
}

function aborted(signal: AbortSignal | undefined): TrainerError {
  return new TrainerError('ABORTED', 'training was aborted', { cause: signal?.reason });
}

function requirePositive(key: string, value: number): number {
  if (value > 0 && value < Infinity) return value;
  throw new TrainerError('INVALID_OPTION', `${key} must be > 0, got ${value}`);
}
