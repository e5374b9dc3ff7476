import type { LoadSample } from '@foreshadow/domain';
import {
  decideRates,
  NO_RATES,
  type RateBudget,
  type RateDecision,
  type RateState,
} from './adaptive-rate.ts';
import type { OverheadMeter } from './overhead-meter.ts';
import type { ShadowTap } from './tap.ts';

/** What the meter's trials offer: a record like those that pass. */
export interface TypicalRecord {
  readonly key: string | undefined;
  readonly sizeBytes: number;
}

/** Holds a tap within its budget: measures after each tick what it costs, and sets the rates of the next. */
export class AdaptiveSampling {
  readonly #tap: ShadowTap;
  readonly #meter: OverheadMeter;
  readonly #budget: RateBudget;
  readonly #typical: TypicalRecord;
  #state: RateState = NO_RATES;

  constructor(tap: ShadowTap, meter: OverheadMeter, budget: RateBudget, typical: TypicalRecord) {
    this.#tap = tap;
    this.#meter = meter;
    this.#budget = budget;
    this.#typical = typical;
  }

  /**
   * Call it behind the tap's `tick`, with what that gave; the rates hold from the tick after the one that has begun.
   * @param pathMs time of the record path in the tick, tap included; the tick's length where it is not measured
   */
  adapt(samples: readonly LoadSample[], pathMs: number): RateDecision {
    const { key, sizeBytes } = this.#typical;
    const cost = this.#meter.measure(key, sizeBytes);
    const records = samples.map(
      ({ recordsPerSec, windowMs }) => ((recordsPerSec?.value ?? 0) * windowMs) / 1000,
    );
    const { state, decision } = decideRates(this.#state, { ...cost, records, pathMs }, this.#budget);
    this.#state = state;
    decision.rates.forEach((rate, partition) => this.#tap.setRate(rate, partition));
    return decision;
  }
}
