import type { ResourceVector } from '@foreshadow/domain';

/** What one batch cost by itself. */
export interface BatchCost {
  readonly cpuMs: number;
  /** Sent and received by the handler, not what was read for it. */
  readonly networkBytes: number;
  readonly diskBytes: number;
}

type Cost = keyof BatchCost;

/** Part of the allowance that one batch may cost. */
const BATCH_MS = 100;
const MAX_BATCH_CPU_MS = 20;
const MIN_BATCH_CPU_MS = 2;
const MAX_BATCH_RECORDS = 512;
const FIRST_BATCH_RECORDS = 4;
/** Weight of the newest batch in the mean cost of a record. */
const SMOOTHING = 0.3;
const COSTS: readonly Cost[] = ['cpuMs', 'networkBytes', 'diskBytes'];

/**
 * Chooses how many records go to the handler at once, so that one batch costs at most about a tenth of a second's
 * allowance, and at most 20 ms of CPU: a worker must come back soon to its leases and pay its debts in small pieces.
 */
export class BatchSizer {
  readonly #perRecord: Record<Cost, number> = { cpuMs: NaN, networkBytes: NaN, diskBytes: NaN };
  readonly #target: Record<Cost, number> = {
    cpuMs: MAX_BATCH_CPU_MS,
    networkBytes: Number.POSITIVE_INFINITY,
    diskBytes: Number.POSITIVE_INFINITY,
  };
  #records = FIRST_BATCH_RECORDS;

  get records(): number {
    return this.#records;
  }

  setAllowance(allowance: ResourceVector): void {
    const { cpuCores, networkBytesPerSec, diskBytesPerSec } = allowance;
    if (cpuCores > 0) {
      this.#target.cpuMs = Math.min(MAX_BATCH_CPU_MS, Math.max(MIN_BATCH_CPU_MS, cpuCores * BATCH_MS));
    }
    if (networkBytesPerSec >= 0) this.#target.networkBytes = (networkBytesPerSec / 1000) * BATCH_MS;
    if (diskBytesPerSec >= 0) this.#target.diskBytes = (diskBytesPerSec / 1000) * BATCH_MS;
    this.#adapt();
  }

  /** Learn from what a batch of `records` cost. */
  observe(records: number, cost: BatchCost): void {
    if (!(records > 0)) return;
    for (const kind of COSTS) this.#learn(kind, cost[kind] / records);
    this.#adapt();
  }

  #learn(kind: Cost, perRecord: number): void {
    if (!(perRecord >= 0)) return;
    const mean = this.#perRecord[kind];
    this.#perRecord[kind] = Number.isNaN(mean) ? perRecord : mean + SMOOTHING * (perRecord - mean);
  }

  /** At most double at a time: a few cheap records say little about the next. */
  #adapt(): void {
    if (Number.isNaN(this.#perRecord.cpuMs)) return;
    const most = COSTS.map((kind) => {
      const perRecord = this.#perRecord[kind];
      return perRecord > 0 ? this.#target[kind] / perRecord : MAX_BATCH_RECORDS;
    });
    const bounded = Math.min(...most, 2 * this.#records, MAX_BATCH_RECORDS);
    this.#records = Math.max(1, Math.floor(bounded));
  }
}
