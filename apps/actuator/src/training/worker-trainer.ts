import type { Clock } from '@foreshadow/domain';
import type {
  NetworkStore,
  RejectionReason,
  StoredNetwork,
  TrainingReport,
  TrainingWorker,
} from '@foreshadow/trainer';
import type { TrainedNetwork, Trainer, TrainingOutcome, TrainingRequest } from './trainer.ts';

/** Why the weights of before stay, in words. */
const REASONS: Readonly<Record<RejectionReason, string>> = {
  TOO_LITTLE_DATA: 'there is too little data',
  DIVERGED: 'the training diverged',
  NOT_BETTER_THAN_NAIVE: 'it is no better than last value',
  NOT_BETTER_THAN_BEFORE: 'it is no better than the network of before',
};

/** Trains in a thread, and keeps what was accepted in the state store. */
export class WorkerTrainer implements Trainer {
  readonly #worker: Pick<TrainingWorker, 'train' | 'close'>;
  readonly #store: Pick<NetworkStore, 'load' | 'loadAll' | 'save'>;
  readonly #clock: Clock;

  constructor(
    worker: Pick<TrainingWorker, 'train' | 'close'>,
    store: Pick<NetworkStore, 'load' | 'loadAll' | 'save'>,
    clock: Clock,
  ) {
    this.#worker = worker;
    this.#store = store;
    this.#clock = clock;
  }

  async train(request: TrainingRequest, signal: AbortSignal): Promise<TrainingOutcome> {
    const { stream, stepMs, reach, series } = request;
    const before = await this.#store.load(stream, stepMs);
    const options = {
      // One step more than the farthest: between two steps the farthest horizon lies in the next one.
      steps: Array.from({ length: reach + 1 }, (_, i) => i + 1),
      stepMs,
      warmStart: before.network,
      nowMs: this.#clock.nowMs(),
    };
    const result = await this.#worker.train({ stream, series, options }, { signal });
    if (!result.accepted) {
      return { accepted: false, reason: `${REASONS[result.reason]} (${evidenceOf(result.report)})` };
    }
    const saved = await this.#store.save(stream, result.network, before.version);
    const network = trained(saved);
    if (network === undefined) return { accepted: false, reason: 'its weights cannot be encoded' };
    return { accepted: true, network, evidence: evidenceOf(result.report) };
  }

  async stored(stream: string): Promise<readonly TrainedNetwork[]> {
    const all = await this.#store.loadAll();
    return all.filter((s) => s.stream === stream).flatMap((s) => trained(s) ?? []);
  }

  close(): Promise<void> {
    return this.#worker.close();
  }
}

function trained({ stream, stepMs, version, bytes }: StoredNetwork): TrainedNetwork | undefined {
  return bytes === undefined ? undefined : { stream, stepMs, version, bytes };
}

function evidenceOf({ lossAfter, lossBefore, lossNaive, epochs }: TrainingReport): string {
  const before = Number.isNaN(lossBefore) ? '' : `, ${lossBefore.toFixed(3)} before`;
  return `loss ${lossAfter.toFixed(3)} on held-out data, ${lossNaive.toFixed(3)} of last value${before}, ${epochs} epochs`;
}
