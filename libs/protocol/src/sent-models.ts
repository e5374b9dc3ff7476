import type { FeatureRecord, ModelRecord, PartitionKey } from '@foreshadow/domain';

/** Models and features that did not change are told again after so long, for the sake of their scores. */
const REFRESH_MS = 300_000;

/** What models and features of each partition were told in one session: they travel when they change, not each time. */
export class SentModels {
  readonly #sent = new Map<PartitionKey, { readonly key: string; readonly atMs: number }>();

  /** Whether they have to be told now; if so they count as told. */
  take(
    partition: PartitionKey,
    models: readonly ModelRecord[],
    features: readonly FeatureRecord[],
    atMs: number,
  ): boolean {
    const key = [...models.map(keyOf), ...features.map(featureKeyOf)].join('\n');
    const before = this.#sent.get(partition);
    if (before?.key === key && Math.abs(atMs - before.atMs) < REFRESH_MS) return false;
    this.#sent.set(partition, { key, atMs });
    return true;
  }
}

/** A fit is known by what it was fitted to; parameters are not compared. */
function keyOf({ algorithm, form, stepMs, trainedOn, version }: ModelRecord): string {
  const { fromMs, toMs, count } = trainedOn;
  return [algorithm, form, stepMs, fromMs, toMs, count, version].join(' ');
}

/** What a feature is worth moves at each step; whether it is used is what matters. */
function featureKeyOf({ stepMs, name, isIn }: FeatureRecord): string {
  return [stepMs, name, isIn].join(' ');
}
