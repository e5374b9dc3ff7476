import type { ShadowTap } from './tap.ts';

/** What a tap costs, by measurement on the machine and in the moment. */
export interface TapCost {
  /** Nanoseconds of a record that is passed over. */
  readonly recordNs: number;
  /** Nanoseconds of a sampled record, on top of that. */
  readonly sampleNs: number;
}

/** Records of one trial; a multiple of what makes a tick of sampling. */
const TRIAL = 512;

/**
 * Measures what a record costs a tap by trials on taps of the same making that no one reads: one that samples next to
 * nothing, one that samples all. Some 100 µs a trial, between ticks, never in the record path.
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

  /** The least of this trial and, smoothed, those before: what interrupts a trial is no cost of the tap. */
  measure(key: string | undefined, sizeBytes: number): TapCost {
    const recordNs = this.#trial(this.#passing, key, sizeBytes);
    const sampleNs = Math.max(0, this.#trial(this.#sampling, key, sizeBytes) - recordNs);
    const before = this.#cost ?? { recordNs, sampleNs };
    this.#cost = {
      recordNs: towards(before.recordNs, recordNs),
      sampleNs: towards(before.sampleNs, sampleNs),
    };
    return this.#cost;
  }

  #trial(tap: ShadowTap, key: string | undefined, sizeBytes: number): number {
    const startedAt = this.#monotonicMs();
    for (let i = 0; i < TRIAL; i++) tap.offer(0, key, sizeBytes);
    const elapsedMs = this.#monotonicMs() - startedAt;
    tap.tick(0, 1000);
    return Math.max(0, elapsedMs * 1e6) / TRIAL;
  }
}

/** Falls at once, rises slowly. */
function towards(before: number, now: number): number {
  return now < before ? now : before + 0.1 * (now - before);
}
