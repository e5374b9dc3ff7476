import {
  type Clock,
  type LiveSnapshot,
  type PartitionDetail,
  type PartitionKey,
  partitionKey,
  type PartitionView,
  type Plan,
  type PoolView,
  type Scorecard,
  type ScorecardView,
  type WeightsView,
} from '@foreshadow/domain';
import { instantOf } from '@foreshadow/protocol';
import type { Alerts } from '../alerts/alerts.ts';
import type { ControlLoop } from '../control/loop.ts';
import type { PoolSituation } from '../control/situation.ts';
import { ActuatorError } from '../errors.ts';
import type { ActuatorApi, LiveMessage, StreamView } from '../http/api.ts';
import type { EdgeTable } from '../hub/edges.ts';
import type { SamplingBook } from '../hub/sampling-book.ts';
import type { Journal } from '../journal.ts';
import type { LoadBook } from '../load/load-book.ts';
import type { ModelBook } from '../models/model-book.ts';
import { partitionView } from './partition-view.ts';
import { poolView } from './pool-view.ts';
import { orNull } from './resources.ts';

export interface BoardOptions {
  readonly mode: 'advise' | 'act';
  readonly planIntervalMs: number;
  readonly horizonsMs: readonly number[];
  readonly streams: readonly { readonly name: string; readonly partitions: number }[];
  readonly partitions: readonly PartitionKey[];
  readonly loop: ControlLoop;
  readonly book: LoadBook;
  readonly models: ModelBook;
  readonly edges: EdgeTable;
  readonly sampling: SamplingBook;
  readonly journal: Journal;
  readonly alerts: Alerts;
  readonly clock: Clock;
}

/** Shortest time between two snapshots of the live feed. */
const SNAPSHOT_INTERVAL_MS = 900;

/** Everything that can be seen from outside, built from memory. */
export class Board implements ActuatorApi {
  readonly #o: BoardOptions;
  readonly #listeners = new Set<(message: LiveMessage) => void>();
  #published = -Infinity;

  constructor(options: BoardOptions) {
    this.#o = options;
    options.journal.onEntry((entry) => {
      if (this.#listeners.size === 0) return;
      const data = entry.kind === 'decision' ? entry.decision : entry.event;
      this.#tell({ event: entry.kind, data: JSON.stringify(data) });
    });
  }

  /** Send the present snapshot to the live feed, at most once a second. */
  publish(): void {
    const nowMs = this.#o.clock.monotonicMs();
    if (this.#listeners.size === 0 || nowMs - this.#published < SNAPSHOT_INTERVAL_MS) return;
    this.#published = nowMs;
    this.#tell({ event: 'snapshot', data: JSON.stringify(this.snapshot()) });
  }

  snapshot(): LiveSnapshot {
    const { mode, planIntervalMs, edges, sampling, clock } = this.#o;
    return {
      atMs: clock.nowMs(),
      mode,
      planIntervalMs,
      pools: this.pools(),
      partitions: [...this.partitionViews()],
      edges: edges.views(),
      sampling: sampling.views(),
      alerts: this.alerts(),
    };
  }

  streams(): readonly StreamView[] {
    const situations = this.#situations();
    const sampling = this.#o.sampling.views();
    return this.#o.streams.map(({ name }) => ({
      name,
      sampling: sampling.filter(({ stream }) => stream === name),
      partitions: [...this.partitionViews(`${name}/`)],
      pools: situations.filter((s) => s.pool.stream === name).map((s) => s.pool.name),
    }));
  }

  partition(stream: string, index: number): PartitionDetail {
    const key = this.#known(stream, index);
    return {
      view: this.#partitionView(key, this.#serving().get(key)),
      series: this.#o.book.series(key).map((entry) => ({
        atMs: entry.atMs,
        recordsPerSec: orNull(entry.recordsPerSec),
        capacityRecordsPerSec: orNull(entry.capacityRecordsPerSec),
      })),
      scorecard: this.#scorecard(key) ?? null,
    };
  }

  scorecard(stream: string, index: number): ScorecardView {
    const partition = this.#known(stream, index);
    const { book, models, clock } = this.#o;
    const horizons = book.scorecard(partition)?.horizons ?? [];
    const experts = models.experts(partition, instantOf(clock));
    return { partition, horizons, experts, forecasters: models.forecasters(partition) };
  }

  weights(stream: string, index: number, horizonMs: number | undefined): WeightsView {
    return this.#o.models.history(this.#known(stream, index), horizonMs);
  }

  pools(): readonly PoolView[] {
    return this.#situations().map(poolView);
  }

  plan(): Plan {
    const pools = this.#situations().flatMap((s) => (s.plan === undefined ? [] : [s.plan]));
    return { decidedAtMs: Math.max(0, ...pools.map((p) => p.decidedAtMs)), pools };
  }

  decisions(limit: number): ReturnType<ActuatorApi['decisions']> {
    return this.#o.journal.decisions(limit);
  }

  alerts(): ReturnType<ActuatorApi['alerts']> {
    return this.#o.alerts.firing();
  }

  events(limit: number): ReturnType<ActuatorApi['events']> {
    return this.#o.journal.events(limit);
  }

  stuck(): readonly string[] {
    return this.#o.loop.isStuck ? ['the control loop has not run for 15 s'] : [];
  }

  notReady(): readonly string[] {
    const loop = this.#o.loop;
    const reasons = [...this.stuck()];
    if (loop.cycles === 0) reasons.push('the first control cycle has not run');
    for (const { pool, plan } of loop.situations) {
      if (plan === undefined) reasons.push(`pool '${pool.name}' has no plan: its workers cannot be observed`);
    }
    return reasons;
  }

  /** Predicted against actual, per partition. */
  *scorecards(): Iterable<Scorecard> {
    for (const partition of this.#o.partitions) {
      const scorecard = this.#o.book.scorecard(partition);
      if (scorecard !== undefined) yield scorecard;
    }
  }

  onLive(listener: (message: LiveMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws {ActuatorError} `UNKNOWN_STREAM`, `UNKNOWN_PARTITION` */
  #known(stream: string, index: number): PartitionKey {
    const { streams } = this.#o;
    const known = streams.find((s) => s.name === stream);
    if (known === undefined) {
      const names = streams.map((s) => s.name).join(', ') || '(none)';
      throw new ActuatorError('UNKNOWN_STREAM', `no stream '${stream}'; there are ${names}`);
    }
    if (index < known.partitions) return partitionKey(stream, index);
    const range = `partitions 0 to ${known.partitions - 1}`;
    throw new ActuatorError('UNKNOWN_PARTITION', `stream '${stream}' has ${range}, not ${index}`);
  }

  /** Scores of the whole partition, with the weights of which its forecast is made. */
  #scorecard(partition: PartitionKey): Scorecard | undefined {
    const { book, models, clock } = this.#o;
    const scorecard = book.scorecard(partition);
    return scorecard && { ...scorecard, experts: models.experts(partition, instantOf(clock)) };
  }

  #situations(): readonly PoolSituation[] {
    return this.#o.loop.situations;
  }

  *partitionViews(prefix = ''): Iterable<PartitionView> {
    const serving = this.#serving();
    for (const partition of this.#o.partitions) {
      if (partition.startsWith(prefix)) yield this.#partitionView(partition, serving.get(partition));
    }
  }

  #partitionView(partition: PartitionKey, situation: PoolSituation | undefined): PartitionView {
    const { loop, horizonsMs, clock, book } = this.#o;
    const instant = instantOf(clock);
    const load = loop.loads.get(partition) ?? book.load(partition, instant);
    return partitionView(load, situation, horizonsMs, instant.wallMs);
  }

  /** The pool that serves each partition: the first one, where several groups read a stream. */
  #serving(): Map<PartitionKey, PoolSituation> {
    const serving = new Map<PartitionKey, PoolSituation>();
    for (const situation of this.#situations()) {
      for (const partition of situation.pool.partitions) {
        if (!serving.has(partition)) serving.set(partition, situation);
      }
    }
    return serving;
  }

  #tell(message: LiveMessage): void {
    for (const listener of this.#listeners) listener(message);
  }
}
