import type { DriftEvent, FeatureRecord, HorizonScore, LevelSeasons, ModelRecord } from '@foreshadow/domain';
import type { ExpertWeights } from './weight-history.ts';

/** What a forecaster says of itself, models included. */
export interface ForecasterReport {
  readonly atMs: number;
  readonly horizons: readonly HorizonScore[];
  readonly experts: ExpertWeights;
  readonly seasons: readonly LevelSeasons[];
  readonly models: readonly ModelRecord[];
  readonly features: readonly FeatureRecord[];
  readonly drift: readonly DriftEvent[];
}

/** A model that was fitted anew, and the one that it replaced. */
export interface Refit {
  readonly before: ModelRecord;
  readonly after: ModelRecord;
}

/**
 * Models that were fitted anew between two reports of one forecaster.
 * @param movedMs by how much the later report's times lie later as a whole: the estimate of the edge's clock moves
 */
export function refitsBetween(
  before: readonly ModelRecord[],
  after: readonly ModelRecord[],
  movedMs: number,
): Refit[] {
  return after.flatMap((model) => {
    const old = before.find((m) => m.algorithm === model.algorithm && m.stepMs === model.stepMs);
    if (old === undefined) return [];
    const later = model.trainedOn.toMs - old.trainedOn.toMs - movedMs;
    return later > model.stepMs / 2 ? [{ before: old, after: model }] : [];
  });
}

/** An expert with the largest weight at one horizon. */
export interface Lead {
  readonly expert: string;
  readonly weight: number;
}

/** The leading expert; `undefined` where none has any weight. */
export function leadAt(experts: ExpertWeights, horizon: number): Lead | undefined {
  let lead: Lead | undefined;
  for (const { name, weights } of experts) {
    const weight = weights[horizon] ?? 0;
    if (weight > (lead?.weight ?? 0)) lead = { expert: name, weight };
  }
  return lead;
}

/** A leader is replaced only by one that is ahead by so much … */
const MARGIN = 0.05;
/** … in so many reports in a row: weights that cross back and forth are no news. */
const REPORTS = 2;

/** Follows who leads at one horizon. */
export class LeadWatch {
  #leader: string | undefined;
  #challenger: string | undefined;
  #ahead = 0;

  /** Take in the weights of a report; gives the change if there is another leader now. */
  observe(experts: ExpertWeights, horizon: number): { readonly from: Lead; readonly to: Lead } | undefined {
    const top = leadAt(experts, horizon);
    if (top === undefined) return undefined;
    this.#leader ??= top.expert;
    const held = experts.find((e) => e.name === this.#leader)?.weights[horizon] ?? 0;
    if (top.expert === this.#leader || top.weight - held < MARGIN) {
      this.#challenger = undefined;
      return undefined;
    }
    this.#ahead = this.#challenger === top.expert ? this.#ahead + 1 : 1;
    this.#challenger = top.expert;
    if (this.#ahead < REPORTS) return undefined;
    const from = { expert: this.#leader, weight: held };
    this.#leader = top.expert;
    this.#challenger = undefined;
    return { from, to: top };
  }
}
