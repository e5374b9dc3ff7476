import type { ForecasterView, PartitionKey, WeightsView } from '@foreshadow/domain';
import type { Instant, PartitionScores } from '@foreshadow/protocol';
import { ActuatorError } from '../errors.ts';
import type { LeadingExpert } from '../metrics.ts';
import { type ForecasterReport, leadAt } from './model-news.ts';
import { durationWords } from './model-words.ts';
import { type ModelNews, PartitionModels, viewOf } from './partition-models.ts';
import type { ExpertWeights } from './weight-history.ts';

/** Time that the history of weights spans. */
const SPAN_MS = 3_600_000;
/** Entries of a history, one each 10 s; fewer and farther apart where there are very many partitions. */
const MOST_ENTRIES = 360;
const FEWEST_ENTRIES = 60;
/** What the histories may take in all, at two bytes a weight of about thirty experts. */
const BUDGET_BYTES = 96 * 1024 * 1024;
const BYTES_A_HORIZON = 2 * 30;

export interface ModelBookOptions {
  readonly partitions: readonly PartitionKey[];
  readonly horizonsMs: readonly number[];
  /** Of the load of a partition by edge; empty while no edge speaks for it. */
  readonly shares: (partition: PartitionKey, at: Instant) => ReadonlyMap<string, number>;
  /** What the actuator's own forecaster of a partition says, while it runs. */
  readonly own: (partition: PartitionKey) => ForecasterReport | undefined;
  readonly onNews: (partition: PartitionKey, news: ModelNews) => void;
}

/** What forecasters say of their models: the newest word of each, the weights over the last hour, what changed. */
export class ModelBook {
  readonly #o: ModelBookOptions;
  readonly #partitions: ReadonlyMap<PartitionKey, PartitionModels>;
  readonly #intervalMs: number;

  constructor(options: ModelBookOptions) {
    this.#o = options;
    const { partitions, horizonsMs } = options;
    const capacity = entriesFor(partitions.length, horizonsMs.length);
    this.#intervalMs = SPAN_MS / capacity;
    const horizon = Math.min(1, horizonsMs.length - 1);
    this.#partitions = new Map(
      partitions.map((p) => [p, new PartitionModels({ capacity, horizons: horizonsMs.length, horizon })]),
    );
  }

  /** Reports of partitions that are not configured are passed over. */
  onScores(nodeId: string, scores: readonly PartitionScores[], clockOffsetMs: number): void {
    for (const { partition, ...report } of scores) {
      const known = this.#partitions.get(partition);
      // Models are told when they change; without any told before there are none.
      const models = report.models ?? known?.modelsOf(nodeId) ?? [];
      const features = report.features ?? known?.featuresOf(nodeId) ?? [];
      for (const news of known?.onReport(nodeId, { ...report, models, features, clockOffsetMs }) ?? []) {
        this.#o.onNews(partition, news);
      }
    }
  }

  /** What an edge said of its forecasters ends with its session. */
  endSession(nodeId: string): void {
    for (const models of this.#partitions.values()) models.endSession(nodeId);
  }

  /** Once a tick: record the weights where they are due. */
  tick(at: Instant): void {
    for (const [partition, models] of this.#partitions) {
      // Half a second early still counts: ticks are never exactly a second apart.
      if (at.monotonicMs - models.recordedMs < this.#intervalMs - 500) continue;
      models.record(at, this.experts(partition, at));
    }
  }

  /** Weights of the forecast of the whole partition now; none while nobody tells. */
  experts(partition: PartitionKey, at: Instant): ExpertWeights {
    const shares = this.#o.shares(partition, at);
    if (shares.size > 0) return this.#partitions.get(partition)?.weights(shares) ?? [];
    return this.#o.own(partition)?.experts ?? [];
  }

  /** The leading expert of each partition at each horizon, where anybody tells. */
  *leads(at: Instant): Iterable<LeadingExpert> {
    for (const partition of this.#partitions.keys()) {
      const experts = this.experts(partition, at);
      for (const [h, horizonMs] of this.#o.horizonsMs.entries()) {
        const lead = leadAt(experts, h);
        if (lead !== undefined) yield { partition, horizonMs, expert: lead.expert };
      }
    }
  }

  /** One a forecaster; the actuator's own last, while it runs. */
  forecasters(partition: PartitionKey): ForecasterView[] {
    const own = this.#o.own(partition);
    const views = this.#partitions.get(partition)?.views() ?? [];
    return own === undefined ? views : [...views, viewOf(null, own)];
  }

  /**
   * The weights over the last hour.
   * @param horizonMs by default the second one
   * @throws {ActuatorError} `UNKNOWN_PARTITION`, `UNKNOWN_HORIZON`
   */
  history(partition: PartitionKey, horizonMs: number | undefined): WeightsView {
    const { horizonsMs } = this.#o;
    const models = this.#partitions.get(partition);
    if (models === undefined) throw new ActuatorError('UNKNOWN_PARTITION', `no partition '${partition}'`);
    const horizon =
      horizonMs === undefined ? Math.min(1, horizonsMs.length - 1) : horizonsMs.indexOf(horizonMs);
    const found = horizonsMs[horizon];
    if (found === undefined) {
      const known = horizonsMs.map((ms) => `${ms} (${durationWords(ms)})`).join(', ');
      throw new ActuatorError('UNKNOWN_HORIZON', `horizonMs: one of ${known}; got ${horizonMs}`);
    }
    const marks = models.marks();
    return { partition, horizonMs: found, horizonsMs, ...models.history(horizon), marks };
  }
}

/** Entries of each history, so that all of them keep within the budget. */
export function entriesFor(partitions: number, horizons: number): number {
  const affordable = BUDGET_BYTES / Math.max(1, partitions) / (BYTES_A_HORIZON * horizons);
  return Math.max(FEWEST_ENTRIES, Math.min(MOST_ENTRIES, Math.floor(affordable)));
}
