import type { LoadSample } from '@foreshadow/domain';
import {
  checkBudget,
  decideRates,
  type RateBudget,
  type RateDecision,
  type RateState,
} from './adaptive-rate.ts';
import type { TapCost } from './overhead-meter.ts';
import type { ShadowTap } from './tap.ts';

/** Holds a tap within its budget: sets the rates of the next tick by what it costs now. */
export class AdaptiveSampling {
  readonly #tap: ShadowTap;
  #budget: RateBudget;
  #state: RateState | undefined;

  /** @throws {ShadowError} `INVALID_ARGUMENT` for a budget that is none. */
  constructor(tap: ShadowTap, budget: RateBudget) {
    checkBudget(budget);
    this.#tap = tap;
    this.#budget = budget;
  }

  /** No rate above this from the next decision on; one that is no rate changes nothing. */
  set maxRate(maxRate: number) {
    if (maxRate > 0 && maxRate <= 1) this.#budget = { ...this.#budget, maxRate };
  }

  /**
   * Call it behind the tap's `tick`, with what that gave; the rates hold from the tick after the one that has begun.
   * @param cost as measured; `undefined` where it is not known: rates stay as they are
   * @param pathMs time of the record path in the tick, tap included; the tick's length where it is not measured
   */
  adapt(samples: readonly LoadSample[], cost: TapCost | undefined, pathMs: number): RateDecision {
    const before = this.#state ?? { records: [], rates: samples.map((_, p) => this.#tap.rate(p)) };
    const records = samples.map(
      ({ recordsPerSec, windowMs }) => ((recordsPerSec?.value ?? 0) * windowMs) / 1000,
    );
    const { recordNs = NaN, sampleNs = NaN } = cost ?? {};
    const { state, decision } = decideRates(before, { recordNs, sampleNs, records, pathMs }, this.#budget);
    this.#state = state;
    decision.rates.forEach((rate, partition) => this.#tap.setRate(rate, partition));
    return decision;
  }
}
