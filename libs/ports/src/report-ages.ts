import type { WorkerReport } from './worker-registry.ts';

interface Known {
  readonly atMs: number;
  readonly lookedAtMs: number;
  readonly silentMs: number;
}

/**
 * How long workers have been silent, by the reader's own monotonic clock: a report counts as new when its `atMs` has
 * changed, whatever it is, since wall-clocks of other processes may be wrong and may step. Between two looks at most
 * `maxGapMs` count: while the reader itself was frozen or could not read, nobody was silent.
 */
export class ReportAges {
  readonly #maxGapMs: number;
  #known = new Map<string, Known>();

  constructor(maxGapMs: number) {
    this.#maxGapMs = maxGapMs;
  }

  /** Take in all reports that there are now; those of former looks that are gone are forgotten. */
  look(reports: readonly Pick<WorkerReport, 'id' | 'atMs'>[], nowMs: number): void {
    this.#known = new Map(reports.map(({ id, atMs }) => [id, this.#next(this.#known.get(id), atMs, nowMs)]));
  }

  /** Time since the worker last said something; 0 at the first look, `undefined` if it never did. */
  silentMs(id: string): number | undefined {
    return this.#known.get(id)?.silentMs;
  }

  #next(before: Known | undefined, atMs: number, nowMs: number): Known {
    if (before === undefined || before.atMs !== atMs) return { atMs, lookedAtMs: nowMs, silentMs: 0 };
    const passedMs = Math.min(this.#maxGapMs, Math.max(0, nowMs - before.lookedAtMs));
    return { atMs, lookedAtMs: nowMs, silentMs: before.silentMs + passedMs };
  }
}
