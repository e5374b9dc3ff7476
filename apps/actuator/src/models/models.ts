import type { Clock, PartitionKey } from '@foreshadow/domain';
import type { Config } from '@foreshadow/domain/config';
import { ForecastEngine } from '@foreshadow/forecast';
import { instantOf } from '@foreshadow/protocol';
import { Announcements } from '../announce/announcements.ts';
import type { World } from '../world.ts';
import { Briefing } from '../hub/briefing.ts';
import type { EdgeTable } from '../hub/edges.ts';
import type { LinkHub } from '../hub/link-hub.ts';
import type { Journal } from '../journal.ts';
import type { LoadBook } from '../load/load-book.ts';
import type { KeptModel, OwnForecasts } from '../load/own-forecasts.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import { FleetPriors } from './fleet-priors.ts';
import { ModelBook } from './model-book.ts';
import { ModelNotes } from './model-notes.ts';
import { ModelStore } from './model-store.ts';
import type { ModelNews } from './partition-models.ts';
import { TrainingCoordinator } from '../training/coordinator.ts';
import type { LoadHistory } from '../training/load-history.ts';

/** What the parts about models need of the others. */
export interface Neighbours {
  readonly partitions: readonly PartitionKey[];
  readonly engine: ForecastEngine;
  readonly own: OwnForecasts;
  readonly history: LoadHistory;
  readonly book: LoadBook;
  readonly edges: EdgeTable;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly hub: () => LinkHub;
}

/** Events that are over are looked for so often. */
const EXPIRE_EVERY_MS = 60_000;
/** Edges come back within this time after a restart of the actuator. */
const RETURN_MS = 60_000;

/** Everything that the actuator does about models, wired to each other. */
export class Models {
  readonly book: ModelBook;
  readonly store: ModelStore;
  readonly announcements: Announcements;
  readonly training: TrainingCoordinator;
  readonly briefing: Briefing;
  readonly #n: Neighbours;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #priors: FleetPriors;
  readonly #notes: ModelNotes;
  readonly #isTraining: boolean;
  /** Newest change of regime of each partition. */
  readonly drifts = new Map<PartitionKey, { readonly atMs: number; readonly message: string }>();
  /** Messages of states that could not be used, which are told once. */
  readonly #told = new Set<string>();
  readonly #beganMs: number;
  #expiredMs: number;

  constructor(config: Config, world: World, neighbours: Neighbours) {
    const { clock, logger } = world;
    const { forecast } = config;
    const streams = config.streams.map((s) => s.name);
    this.#n = neighbours;
    this.#clock = clock;
    this.#logger = logger;
    this.#beganMs = clock.monotonicMs();
    this.#expiredMs = this.#beganMs;
    this.#isTraining = forecast.lstm.enabled && forecast.forecaster === 'bank';
    this.#priors = new FleetPriors(() => new ForecastEngine({ ...forecast, fits: false }));
    this.#notes = new ModelNotes((...entry) => neighbours.journal.note(...entry));
    this.store = new ModelStore({ store: world.state, clock, logger });
    this.book = new ModelBook({
      partitions: neighbours.partitions,
      horizonsMs: forecast.horizonsMs,
      shares: (partition, at) => neighbours.book.shares(partition, at),
      own: (partition) => neighbours.own.report(partition),
      onNews: (partition, news) => this.#onNews(partition, news),
    });
    this.announcements = new Announcements({
      streams,
      store: world.state,
      clock,
      logger,
      onChange: (stream, events) => {
        neighbours.own.announce(stream, events);
        neighbours.hub().tellEvents(stream);
      },
    });
    this.training = new TrainingCoordinator({
      openTrainer: world.openTrainer,
      history: neighbours.history,
      streams,
      levels: neighbours.engine.levels,
      everyMs: forecast.lstm.everyMinutes * 60_000,
      use: ({ stream, bytes }) => neighbours.own.setNetwork(stream, bytes),
      tell: (stream) => neighbours.hub().tellNetworks(stream),
      clock,
      journal: neighbours.journal,
      metrics: neighbours.metrics,
      logger,
    });
    this.briefing = this.#createBriefing();
  }

  /** Take up what was saved before a restart. Never rejects. */
  async restore(): Promise<void> {
    await this.announcements.restore();
    for (const [partition, model] of await this.store.restore(this.#n.partitions)) {
      this.#n.book.restoreModel(partition, model);
      this.#priors.onModel(partition, model.state, model.atMs + model.clockOffsetMs);
    }
  }

  /** Save models and train networks until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.store.run(signal), this.#isTraining ? this.training.run(signal) : undefined]);
  }

  /** Once a cycle. */
  tick(): void {
    const at = instantOf(this.#clock);
    this.book.tick(at);
    this.#notes.tick(at.wallMs);
    if (at.monotonicMs - this.#expiredMs < EXPIRE_EVERY_MS) return;
    this.#expiredMs = at.monotonicMs;
    void this.announcements.expire();
  }

  onModel(partition: PartitionKey, model: KeptModel, isWhole: boolean): void {
    this.#priors.onModel(partition, model.state, model.atMs + model.clockOffsetMs);
    if (isWhole) this.store.put(partition, model);
  }

  /** A state cannot be taken over, as from another version: it is of no use to anybody; the series is learned anew. */
  onMismatch(partition: PartitionKey, error: unknown): void {
    this.#n.metrics.modelStatesRefused.inc();
    this.#n.book.forgetModel(partition);
    void this.store.drop(partition);
    const message = error instanceof Error ? error.message : String(error);
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#logger.warn(
      { partition, err: error },
      'a saved model cannot be taken over; the series is learned anew',
    );
  }

  #onNews(partition: PartitionKey, { mark, refits, isNoted }: ModelNews): void {
    const { metrics } = this.#n;
    const stream = partition.slice(0, partition.lastIndexOf('/'));
    if (mark.kind === 'drift') {
      metrics.drifts.inc({ partition });
      // Edges' clocks may be ahead.
      this.drifts.set(partition, { atMs: Math.min(mark.atMs, this.#clock.nowMs()), message: mark.message });
    }
    for (const { after } of refits) metrics.refits.inc({ stream, algorithm: after.algorithm });
    if (isNoted) this.#notes.note(this.#clock.nowMs(), mark.atMs, mark.kind, partition, mark.message);
  }

  #createBriefing(): Briefing {
    const { own, book, edges, metrics } = this.#n;
    return new Briefing({
      events: (stream) => this.announcements.forForecasters(stream),
      networks: (stream) => this.training.networks(stream),
      prior: (stream, at) => {
        const prior = this.#priors.prior(stream, at.monotonicMs);
        if (prior !== undefined) own.importPrior(stream, prior);
        return prior;
      },
      models: (node, at) => {
        // A node not seen yet after a restart is about to come back rather than gone.
        const isLongUp = at.monotonicMs - this.#beganMs > RETURN_MS;
        const isGone = (id: string): boolean => !edges.isConnected(id) && (isLongUp || edges.knows(id));
        return book.modelsFor(node, isGone, at);
      },
      goOn: (partition, model, at) => book.goOn(partition, model, at),
      onPriorSent: (stream) => metrics.priorsSent.inc({ stream }),
      now: () => instantOf(this.#clock),
    });
  }
}
