import type { ModelRecord, PartitionKey } from '@foreshadow/domain';

/** Models that did not change are told again after so long, for the sake of their scores. */
const REFRESH_MS = 300_000;

/** Which models of each partition were told in one session, so that they travel when they change and not each time. */
export class SentModels {
  readonly #sent = new Map<PartitionKey, { readonly key: string; readonly atMs: number }>();

  /** Whether the models have to be told now; if so they count as told. */
  take(partition: PartitionKey, models: readonly ModelRecord[], atMs: number): boolean {
    const key = models.map(keyOf).join('\n');
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
