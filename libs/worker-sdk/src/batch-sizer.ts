const MAX_BATCH_CPU_MS = 20;
const MIN_BATCH_CPU_MS = 2;
const MAX_BATCH_RECORDS = 512;
const FIRST_BATCH_RECORDS = 4;
/** Weight of the newest batch in the mean cost of a record. */
const SMOOTHING = 0.3;

/**
 * Chooses how many records go to the handler at once, so that one batch costs at most about a tenth of a second's
 * allowance and 20 ms: a worker must come back soon to its leases and pay its CPU debt in small pieces.
 */
export class BatchSizer {
  #cpuMsPerRecord = Number.NaN;
  #records = FIRST_BATCH_RECORDS;
  #targetCpuMs = MAX_BATCH_CPU_MS;

  get records(): number {
    return this.#records;
  }

  setAllowance(cores: number): void {
    if (!(cores > 0)) return;
    this.#targetCpuMs = Math.min(MAX_BATCH_CPU_MS, Math.max(MIN_BATCH_CPU_MS, cores * 100));
    this.#adapt();
  }

  /** Learn from a batch of `records` that cost `cpuMs`. */
  observe(records: number, cpuMs: number): void {
    if (!(records > 0) || !(cpuMs >= 0)) return;
    const cost = cpuMs / records;
    const mean = this.#cpuMsPerRecord;
    this.#cpuMsPerRecord = Number.isNaN(mean) ? cost : mean + SMOOTHING * (cost - mean);
    this.#adapt();
  }

  /** At most double at a time: a few cheap records say little about the next. */
  #adapt(): void {
    if (Number.isNaN(this.#cpuMsPerRecord)) return;
    const wanted = this.#cpuMsPerRecord > 0 ? this.#targetCpuMs / this.#cpuMsPerRecord : MAX_BATCH_RECORDS;
    const bounded = Math.min(wanted, 2 * this.#records, MAX_BATCH_RECORDS);
    this.#records = Math.max(1, Math.floor(bounded));
  }
}
