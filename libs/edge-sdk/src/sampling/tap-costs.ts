import { OverheadMeter, type SampleSink, ShadowTap, type TapCost } from '@foreshadow/shadow';
import type { EdgeStreamOptions } from '../options.ts';

/** A key as long as those of the benchmarks; it stands for all. */
const TYPICAL_KEY = 'customer-1234567';
/** Ticks between two trials: what a record costs changes with the machine, not from tick to tick. */
const TRIAL_TICKS = 10;
/** Ticks with a trial each at first, while the engine still compiles. */
const WARM_UP_TICKS = 5;
const DISCARD: SampleSink = { sample: () => true, tick: () => undefined };

interface Entry {
  readonly meter: OverheadMeter;
  readonly since: number;
  measuredAt: number;
}

/** What the taps of an edge cost, by trials between ticks; taps of one making share them. */
export class TapCosts {
  readonly #monotonicMs: () => number;
  readonly #meters = new Map<string, Entry>();
  #tick = 0;

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs;
  }

  /** A tick went by. */
  tick(): void {
    this.#tick += 1;
  }

  /**
   * What a record costs the tap of a stream; now and then measured anew. What sinks of shadow streams do is not in it.
   * @param keyed whether its records have keys
   */
  of(stream: EdgeStreamOptions, making: string, keyed: boolean, sizeBytes: number): TapCost | undefined {
    const entry = this.#entry(stream, `${making} ${keyed}`);
    const elapsed = this.#tick - entry.measuredAt;
    const isDue = elapsed >= TRIAL_TICKS || (elapsed > 0 && this.#tick - entry.since < WARM_UP_TICKS);
    if (!isDue) return entry.meter.cost;
    entry.measuredAt = this.#tick;
    return entry.meter.measure(keyed ? TYPICAL_KEY : undefined, sizeBytes);
  }

  #entry(stream: EdgeStreamOptions, name: string): Entry {
    const known = this.#meters.get(name);
    if (known !== undefined) return known;
    const meter = new OverheadMeter((rate) => trialTap(stream, rate), this.#monotonicMs);
    const entry = { meter, since: this.#tick, measuredAt: -1 };
    this.#meters.set(name, entry);
    return entry;
  }
}

/** Names all that decides what a record costs the tap of a stream. */
export function makingOf({ sampler, shadows = [] }: EdgeStreamOptions): string {
  const kinds = [sampler, ...shadows.map((shadow) => shadow.sampler)];
  return kinds.map((own) => `${own?.kind} ${own?.by} ${own?.capacity}`).join();
}

function trialTap({ sampler, shadows = [] }: EdgeStreamOptions, rate: number): ShadowTap {
  const own = sampler ?? { kind: 'bernoulli', rate, seed: 1 };
  return new ShadowTap({
    stream: 'trial',
    partitions: 1,
    sampler: { ...own, rate },
    shadows: shadows.map((shadow) => ({ ...shadow, sink: DISCARD })),
  });
}
