import type { ShadowTap } from './tap.ts';

/** What a tap costs, by measurement on the machine and in the moment. */
export interface TapCost {
  /** Nanoseconds of a record that is passed over. */
  readonly recordNs: number;
  /** Nanoseconds of a record that is kept, on top of that. */
  readonly sampleNs: number;
}

/** Records of one trial; a multiple of what makes a tick of sampling. */
const TRIAL = 512;

/**
 * Measures what a record costs a tap by trials on taps of the same making that no one reads: one that samples next to
 * nothing, one that samples all it may. Some 100 µs a trial, between ticks, never in the record path; caches are warmer
 * in it than there.
 */
export class OverheadMeter {
  readonly #passing: ShadowTap;
  readonly #sampling: ShadowTap;
  readonly #monotonicMs: () => number;
  #cost: TapCost | undefined;

  /** @param make a tap like the one that is measured, with one partition, at this rate */
  constructor(make: (rate: number) => ShadowTap, monotonicMs: () => number) {
    this.#passing = make(1e-6);
    this.#sampling = make(1);
    this.#monotonicMs = monotonicMs;
  }

  /** As of the last trial; `undefined` before the first that the clock could tell. */
  get cost(): TapCost | undefined {
    return this.#cost;
  }

  /**
   * The least of this trial and, smoothed, those before: what interrupts a trial is no cost of the tap. One that is over
   * before the clock moves (browsers' go in steps of up to 1 ms) tells nothing.
   */
  measure(key: string | undefined, sizeBytes: number): TapCost | undefined {
    const passing = this.#trial(this.#passing, key, sizeBytes);
    const sampling = this.#trial(this.#sampling, key, sizeBytes);
    if (!(passing.ns > 0 && sampling.ns > 0)) return this.#cost;
    const recordNs = passing.ns / TRIAL;
    const sampleNs = Math.max(0, sampling.ns - passing.ns) / Math.max(1, sampling.kept);
    const before = this.#cost ?? { recordNs, sampleNs };
    this.#cost = {
      recordNs: towards(before.recordNs, recordNs),
      sampleNs: towards(before.sampleNs, sampleNs),
    };
    return this.#cost;
  }

  #trial(tap: ShadowTap, key: string | undefined, sizeBytes: number): { ns: number; kept: number } {
    const startedAt = this.#monotonicMs();
    for (let i = 0; i < TRIAL; i++) tap.offer(0, key, sizeBytes);
    const ns = (this.#monotonicMs() - startedAt) * 1e6;
    return { ns, kept: tap.tick(0, 1000)[0]!.sampled };
  }
}

/** Falls at once, rises slowly. */
function towards(before: number, now: number): number {
  return now < before ? now : before + 0.1 * (now - before);
}
