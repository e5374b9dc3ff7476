import type { ForecasterView, HorizonScore, ModelMark } from '@foreshadow/domain';
import type { Instant } from '@foreshadow/protocol';
import { Ring } from '../ring.ts';
import { combineWeights } from './combine-weights.ts';
import { type ForecasterReport, LeadWatch, type Refit, refitsBetween } from './model-news.ts';
import { driftWords, leadWords, refitWords } from './model-words.ts';
import { type ExpertWeights, WeightHistory } from './weight-history.ts';

/** Forecasters of one partition that are remembered. */
const MAX_FORECASTERS = 64;
const MARKS_KEPT = 64;
/** Scores at a horizon before a change of its leader is news: before, weights go where the first errors blow them. */
const EVIDENCE = 30;
/** A refit so soon after a drift belongs to it. */
const AFTER_DRIFT_MS = 300_000;
/** Drifts longer ago than this, told by a forecaster that was not known, are old news. */
const NEWS_MS = 60_000;

/** A report of an edge's forecaster on our clock. */
export interface EdgeReport extends ForecasterReport {
  /** The edge's clock less ours. */
  readonly clockOffsetMs: number;
}

/** Something to write into the journal, and what it was. */
export interface ModelNews {
  readonly mark: ModelMark;
  readonly refits: readonly Refit[];
  /** Whether it goes into the journal; refits by the clock do not. */
  readonly isNoted: boolean;
}

/** What outlives the session of a forecaster. */
interface Memory {
  /** Newest drift told, on the clock of the edge. */
  driftMs: number;
  readonly lead: LeadWatch;
}

/** What is known of the models of one partition: the newest report of each forecaster, and what happened before. */
export class PartitionModels {
  readonly #reports = new Map<string, EdgeReport>();
  readonly #memories = new Map<string, Memory>();
  readonly #marks = new Ring<ModelMark>(MARKS_KEPT);
  readonly #history: WeightHistory;
  readonly #horizon: number;
  #driftMs = -Infinity;
  #recordedMs = -Infinity;

  /** @param horizon place of the horizon whose leading expert is followed */
  constructor(options: { readonly capacity: number; readonly horizons: number; readonly horizon: number }) {
    this.#history = new WeightHistory(options.capacity, options.horizons);
    this.#horizon = options.horizon;
  }

  /** Take in a report; gives what is new in it, oldest first. */
  onReport(nodeId: string, report: EdgeReport): ModelNews[] {
    const before = this.#reports.get(nodeId);
    this.#reports.set(nodeId, report);
    const memory = this.#memoryOf(nodeId, report);
    const movedMs = (before?.clockOffsetMs ?? 0) - report.clockOffsetMs;
    const refits = before === undefined ? [] : refitsBetween(before.models, report.models, movedMs);
    const drifts = this.#drifts(memory, report, refits);
    const news = [
      ...drifts,
      ...this.#refits(report, refits, drifts.length > 0),
      ...this.#lead(memory, report),
    ];
    for (const { mark } of news) this.#marks.push(mark);
    return news;
  }

  /** The models that a forecaster told last. */
  modelsOf(nodeId: string): ForecasterReport['models'] | undefined {
    return this.#reports.get(nodeId)?.models;
  }

  /** Features that a node told last. */
  featuresOf(nodeId: string): ForecasterReport['features'] | undefined {
    return this.#reports.get(nodeId)?.features;
  }

  endSession(nodeId: string): void {
    this.#reports.delete(nodeId);
  }

  /**
   * Weights that the forecast of the whole partition has now.
   * @param shares of the load by edge
   */
  weights(shares: ReadonlyMap<string, number>): ExpertWeights {
    const parts = [...shares].flatMap(([nodeId, share]) => {
      const report = this.#reports.get(nodeId);
      // Before the first score the weights are those that a bank begins with, and say nothing.
      const isScored = report?.horizons.some(({ scored }) => scored > 0) ?? false;
      return report === undefined || !isScored ? [] : [{ experts: report.experts, share }];
    });
    return combineWeights(parts);
  }

  /** When weights were recorded last, or that there were none. */
  get recordedMs(): number {
    return this.#recordedMs;
  }

  record(at: Instant, weights: ExpertWeights): void {
    // The first ones are waited for: a partition is looked at because it is new.
    if (weights.length === 0 && this.#history.size === 0) return;
    this.#recordedMs = at.monotonicMs;
    if (weights.length > 0) this.#history.push(at.wallMs, weights);
  }

  history(horizon: number): ReturnType<WeightHistory['at']> {
    return this.#history.at(horizon);
  }

  /** Oldest first. */
  marks(): ModelMark[] {
    return this.#marks.oldestFirst();
  }

  views(): ForecasterView[] {
    return [...this.#reports].map(([nodeId, report]) => viewOf(nodeId, report));
  }

  #drifts(memory: Memory, report: EdgeReport, refits: readonly Refit[]): ModelNews[] {
    const fresh = report.drift.filter((d) => Math.round(d.atMs + report.clockOffsetMs) > memory.driftMs);
    const newest = fresh.at(-1);
    if (newest === undefined) return [];
    memory.driftMs = Math.round(newest.atMs + report.clockOffsetMs);
    this.#driftMs = newest.atMs;
    return fresh.map((drift) => {
      const caused = refits.filter(({ after }) => after.trainedOn.toMs >= drift.atMs);
      const message = driftWords(drift, caused);
      return { mark: { atMs: drift.atMs, kind: 'drift', message }, refits: [], isNoted: true };
    });
  }

  /** @param isTold whether a drift told in this very report names them already */
  #refits(report: EdgeReport, refits: readonly Refit[], isTold: boolean): ModelNews[] {
    if (refits.length === 0) return [];
    const isNoted = !isTold && report.atMs - this.#driftMs <= AFTER_DRIFT_MS;
    return [{ mark: { atMs: report.atMs, kind: 'refit', message: refitWords(refits) }, refits, isNoted }];
  }

  #lead({ lead }: Memory, { atMs, experts, horizons }: EdgeReport): ModelNews[] {
    const score: HorizonScore | undefined = horizons[this.#horizon];
    if (score === undefined || score.scored < EVIDENCE) return [];
    const change = lead.observe(experts, this.#horizon);
    if (change === undefined) return [];
    const message = leadWords(change.from, change.to, score.horizonMs, score);
    return [{ mark: { atMs, kind: 'lead', message }, refits: [], isNoted: true }];
  }

  #memoryOf(nodeId: string, { atMs, clockOffsetMs }: EdgeReport): Memory {
    const known = this.#memories.get(nodeId);
    if (known !== undefined) return known;
    const [oldest] = this.#memories.keys();
    if (this.#memories.size >= MAX_FORECASTERS && oldest !== undefined) this.#memories.delete(oldest);
    const memory = { driftMs: atMs + clockOffsetMs - NEWS_MS, lead: new LeadWatch() };
    this.#memories.set(nodeId, memory);
    return memory;
  }
}

/** As it is shown. @param nodeId `null`: the actuator's own */
export function viewOf(nodeId: string | null, report: ForecasterReport): ForecasterView {
  const { atMs, horizons, experts, seasons, models, features, drift } = report;
  return { nodeId, atMs, horizons, experts, seasons, models, features, drift };
}
