import type { LoadTrace } from '../trace.ts';

/** Rounding of sums must not count as records. */
const DUST = 1e-9;

/**
 * Fluid queues, one a partition: records come in as the trace has it, are worked off in order, and are late when they
 * are not done in time. A partition's queue is the difference of two cumulative counts, so that nothing is moved and a
 * record's age is exact to the second.
 */
export class Queues {
  readonly #trace: LoadTrace;
  readonly #sloSeconds: number;
  /** Records worked off, one row a second, the newest `memory` of them. */
  readonly #rows: readonly Float64Array[];
  /** Second in which the oldest record that waits arrived. */
  readonly #heads: Int32Array;
  #seconds = 0;
  lateRecords = 0;
  judgedRecords = 0;
  /** Longest that a record had waited by the end of a second. */
  worstLagSeconds = 0;

  /** @param memory seconds, the present one included, for which `servedAgo` answers */
  constructor(trace: LoadTrace, sloSeconds: number, memory: number) {
    this.#trace = trace;
    this.#sloSeconds = sloSeconds;
    this.#rows = Array.from({ length: Math.max(2, memory) }, () => new Float64Array(trace.shares.length));
    this.#heads = new Int32Array(trace.shares.length);
  }

  /**
   * One second: its arrivals come in, then each owner works off what its budget allows, its partitions in proportion.
   * @param owners index of each partition's owner; −1: nobody works on it
   * @param budgets records that each owner works off at most
   * @param loads scratch, as long as `budgets`
   * @param isJudged whether records that come due count
   * @returns records worked off
   */
  step(owners: Int32Array, budgets: Float64Array, loads: Float64Array, isJudged: boolean): number {
    const sec = this.#seconds++;
    const now = sec + 1;
    const { cumulative } = this.#trace;
    const before = this.#rowAt(sec);
    const served = this.#rowAt(now);
    loads.fill(0);
    for (let p = 0; p < owners.length; p++) {
      const owner = owners[p]!;
      if (owner >= 0) loads[owner]! += cumulative[p]![now]! - before[p]!;
    }
    // From here on the loads are the shares that get done.
    for (let w = 0; w < loads.length; w++) loads[w] = loads[w]! <= budgets[w]! ? 1 : budgets[w]! / loads[w]!;
    const due = now - this.#sloSeconds;
    let done = 0;
    for (let p = 0; p < owners.length; p++) {
      const arrived = cumulative[p]!;
      const owner = owners[p]!;
      const was = before[p]!;
      const waiting = arrived[now]! - was;
      const worked = owner >= 0 ? waiting * loads[owner]! : 0;
      const is = was + worked;
      served[p] = is;
      done += worked;
      if (due > 0 && isJudged) this.#judge(arrived, is, due);
      if (waiting - worked > DUST) this.#age(p, arrived, is, now, isJudged);
      else this.#heads[p] = now;
    }
    return done;
  }

  /** Records that arrived `sloSeconds` ago are late by what of them is not done. */
  #judge(arrived: Float64Array, served: number, due: number): void {
    const cohort = arrived[due]! - arrived[due - 1]!;
    this.judgedRecords += cohort;
    const undone = arrived[due]! - served;
    if (undone > DUST * arrived[due]!) this.lateRecords += undone < cohort ? undone : cohort;
  }

  #age(p: number, arrived: Float64Array, served: number, now: number, isJudged: boolean): void {
    let head = this.#heads[p]!;
    while (head < now - 1 && arrived[head + 1]! <= served * (1 + 1e-12)) head++;
    this.#heads[p] = head;
    if (isJudged && now - head > this.worstLagSeconds) this.worstLagSeconds = now - head;
  }

  /** What was worked off by the end of a second, counted from 1. */
  #rowAt(second: number): Float64Array {
    return this.#rows[second % this.#rows.length]!;
  }

  get seconds(): number {
    return this.#seconds;
  }

  /** Records that wait on a partition. */
  waiting(p: number): number {
    return Math.max(0, this.#trace.cumulative[p]![this.#seconds]! - this.servedAgo(p, 0));
  }

  /** Records of a partition worked off by `ago` seconds before now; `ago` below the memory. */
  servedAgo(p: number, ago: number): number {
    return ago > this.#seconds ? 0 : this.#rowAt(this.#seconds - ago)[p]!;
  }

  /** Age of the oldest record that waits on a partition, seconds; 0 without any. */
  lagSeconds(p: number): number {
    return this.waiting(p) > DUST ? this.#seconds - this.#heads[p]! : 0;
  }
}
