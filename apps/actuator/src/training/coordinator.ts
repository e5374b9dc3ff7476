import type { Clock } from '@foreshadow/domain';
import type { Level } from '@foreshadow/forecast';
import type { Journal } from '../journal.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { durationWords } from '../models/model-words.ts';
import type { LoadHistory } from './load-history.ts';
import type { TrainedNetwork, Trainer, TrainingOutcome } from './trainer.ts';

export interface TrainingOptions {
  /** Loads the trainer when it is needed first; `undefined`: there is none on this machine. */
  readonly openTrainer: () => Promise<Trainer | undefined>;
  readonly history: LoadHistory;
  readonly streams: readonly string[];
  readonly levels: readonly Pick<Level, 'stepMs' | 'reach'>[];
  readonly everyMs: number;
  /** Takes a network into use. @throws if the forecasters cannot run it */
  readonly use: (network: TrainedNetwork) => void;
  /** Called when the networks of a stream are others than before. */
  readonly tell: (stream: string) => void;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Data that a stream must have before the first training. */
const FIRST_DATA_MS = 600_000;
/** Steps that a resolution must have; fewer do not fill a few windows. */
const MIN_STEPS = 100;
const PERIOD_MS = 10_000;
/** A training that takes longer is given up. */
const TIMEOUT_MS = 600_000;

/**
 * Has networks trained, one stream and resolution after another, and takes into use what was accepted. It only ever
 * waits: the work is done elsewhere. What fails leaves the networks as they are.
 */
export class TrainingCoordinator {
  readonly #o: TrainingOptions;
  readonly #networks = new Map<string, Map<number, TrainedNetwork>>();
  readonly #trainedMs = new Map<string, number>();
  #trainer: Trainer | undefined;

  constructor(options: TrainingOptions) {
    this.#o = options;
  }

  /** Networks in use, one a resolution. */
  networks(stream: string): readonly TrainedNetwork[] {
    return [...(this.#networks.get(stream)?.values() ?? [])];
  }

  /** Every network in use. */
  all(): readonly TrainedNetwork[] {
    return [...this.#networks.values()].flatMap((byStep) => [...byStep.values()]);
  }

  /** Take up the networks of before a restart, then train when it is due, until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#o;
    this.#trainer = await this.#open();
    if (this.#trainer === undefined) return;
    await this.#restore(this.#trainer);
    while (!signal.aborted) {
      await this.trainDue(this.#trainer, signal);
      await clock.sleep(PERIOD_MS, signal).catch(() => undefined);
    }
    await this.#trainer.close().catch((err: unknown) => logger.warn({ err }, 'the trainer did not close'));
  }

  /** Train what is due. Never rejects. */
  async trainDue(trainer: Trainer, signal: AbortSignal): Promise<void> {
    const { streams, history, clock, everyMs } = this.#o;
    for (const stream of streams) {
      const sinceMs = clock.monotonicMs() - (this.#trainedMs.get(stream) ?? -Infinity);
      if (sinceMs < everyMs || history.spanMs(stream) < FIRST_DATA_MS) continue;
      this.#trainedMs.set(stream, clock.monotonicMs());
      for (const level of this.#o.levels) {
        if (!signal.aborted) await this.#train(trainer, stream, level, signal);
      }
    }
  }

  async #train(
    trainer: Trainer,
    stream: string,
    { stepMs, reach }: Pick<Level, 'stepMs' | 'reach'>,
    signal: AbortSignal,
  ): Promise<void> {
    const series = this.#o.history.series(stream, stepMs).filter((s) => s.values.length >= MIN_STEPS);
    if (series.length === 0) return;
    const beganMs = this.#o.clock.monotonicMs();
    const late = new AbortController();
    const timer = this.#o.clock.sleep(TIMEOUT_MS, late.signal).then(
      () => late.abort(new Error(`it took longer than ${durationWords(TIMEOUT_MS)}`)),
      () => undefined,
    );
    try {
      const request = { stream, stepMs, reach, series };
      const outcome = await trainer.train(request, AbortSignal.any([signal, late.signal]));
      this.#judge(stream, stepMs, outcome);
    } catch (error) {
      if (!signal.aborted) this.#failed(stream, stepMs, error);
    } finally {
      late.abort();
      await timer;
      this.#o.metrics.trainingSeconds.inc({ stream }, (this.#o.clock.monotonicMs() - beganMs) / 1000);
    }
  }

  #judge(stream: string, stepMs: number, outcome: TrainingOutcome): void {
    const { metrics } = this.#o;
    if (outcome.accepted) {
      this.#take(outcome.network);
      metrics.trainings.inc({ stream, outcome: 'accepted' });
      const version = `network ${outcome.network.version}`;
      this.#note('network-trained', stream, `${version} at ${durationWords(stepMs)}: ${outcome.evidence}`);
      return;
    }
    metrics.trainings.inc({ stream, outcome: 'rejected' });
    const message = `at ${durationWords(stepMs)}: ${outcome.reason}; the weights of before stay`;
    this.#note('training-rejected', stream, message);
  }

  #failed(stream: string, stepMs: number, error: unknown): void {
    const { metrics, logger } = this.#o;
    metrics.trainings.inc({ stream, outcome: 'failed' });
    const message = `at ${durationWords(stepMs)}: ${messageOf(error)}; the weights of before stay`;
    this.#note('training-failed', stream, message);
    logger.warn({ stream, stepMs, err: error }, 'a training failed; the weights of before stay');
  }

  /** @throws what `use` throws */
  #take(network: TrainedNetwork): void {
    this.#o.use(network);
    const byStep = this.#networks.get(network.stream) ?? new Map<number, TrainedNetwork>();
    byStep.set(network.stepMs, network);
    this.#networks.set(network.stream, byStep);
    this.#o.tell(network.stream);
  }

  async #open(): Promise<Trainer | undefined> {
    const { openTrainer, logger } = this.#o;
    try {
      const trainer = await openTrainer();
      if (trainer === undefined) logger.info({}, 'there is no trainer: no network is trained');
      return trainer;
    } catch (err) {
      this.#note('training-failed', 'all', `the trainer cannot be loaded: ${messageOf(err)}`);
      logger.warn({ err }, 'the trainer cannot be loaded; no network is trained');
      return undefined;
    }
  }

  async #restore(trainer: Trainer): Promise<void> {
    for (const stream of this.#o.streams) {
      const stored = await trainer.stored(stream).catch((err: unknown) => {
        this.#o.logger.warn(
          { stream, err },
          'the networks of before cannot be read; the next training begins anew',
        );
        return [];
      });
      for (const network of stored) {
        try {
          this.#take(network);
        } catch (err) {
          this.#o.logger.warn(
            { stream, err },
            'a network of before cannot be run; the next training makes another',
          );
        }
      }
    }
  }

  #note(kind: string, stream: string, message: string): void {
    this.#o.journal.note(this.#o.clock.nowMs(), kind, stream, message);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
