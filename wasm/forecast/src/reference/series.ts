import { Autoregression } from './autoregression.ts';
import { Calibration, type IssuedBounds, QuickScales } from './calibration.ts';
import { History } from './history.ts';
import { Boa, FixedShare } from './exponential.ts';
import { combine, type Combination, Mlpol } from './mlpol.ts';
import { PHI, PlainExperts } from './plain-experts.ts';
import { Season } from './season.ts';
import { SeasonSearch } from './season-search.ts';

export interface IssuedForecast {
  readonly mean: number;
  readonly lower: number;
  readonly upper: number;
  /** What each expert says; NaN where it is silent. */
  readonly experts: readonly number[];
}

interface Horizon {
  readonly steps: number;
  readonly dampedSum: number;
  readonly weights: Combination;
  readonly calibration: Calibration;
  /** Forecasts by the step at which they fall due. */
  readonly pending: Map<number, IssuedForecast & IssuedBounds>;
}

/** How weights are learned. */
export type Rule = 'mlpol' | 'boa' | 'fixed-share';

/** The covariates, row 4 of those told from outside, begin without a share. */
const OUTSIDE_PRIORS = Array.from({ length: 11 }, (_, row) => (row === 4 ? 0 : 1));
/** Regret with which the experts start: last value, mean over cycles, what comes from outside, slow Holt–Winters and what builds on it. */
const PLAIN_PRIORS = [0.5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, ...OUTSIDE_PRIORS];
const SEASONAL_PRIORS = [0, 0, 1, 0, 1, 0];
/** First expert of the first season, and those of a season that are warmed when it begins. */
const FIRST_SEASONAL = PLAIN_PRIORS.length;
const WARMED = [0, 2, 4];
const RULES: Readonly<Record<Rule, new (priors: readonly number[]) => Combination>> = {
  mlpol: Mlpol,
  boa: Boa,
  'fixed-share': FixedShare,
};

/**
 * One series, as the kernel forecasts it, in plain TypeScript: the same operations in the same order and with the same
 * roundings. Made to be read and to be compared with; it is slow.
 */
export class ReferenceSeries {
  readonly #history: History;
  readonly #plain = new PlainExperts();
  readonly #regressions: readonly Autoregression[];
  readonly #places: number;
  readonly #quick = new QuickScales();
  readonly #search: SeasonSearch;
  readonly #seasons: (Season | undefined)[];
  readonly #horizons: readonly Horizon[];

  constructor(steps: readonly number[], capacity: number, places: number, rule: Rule = 'mlpol') {
    this.#history = new History(capacity);
    this.#regressions = [new Autoregression(8, steps, 0.998), new Autoregression(24, steps, 0.9995)];
    this.#places = places;
    this.#search = new SeasonSearch(this.#history, places);
    this.#seasons = new Array<undefined>(places).fill(undefined);
    const priors = [...PLAIN_PRIORS, ...this.#seasons.flatMap(() => SEASONAL_PRIORS)];
    this.#horizons = steps.map((count) => ({
      steps: count,
      dampedSum: dampedSum(count),
      weights: new RULES[rule](priors),
      calibration: new Calibration(this.#quick),
      pending: new Map(),
    }));
  }

  /** Lengths of the seasons that were found; 0 where there is none, or one on trial. */
  seasonLengths(): readonly number[] {
    return this.#lengths().map((length, place) => (this.#search.hasFound(place) ? length : 0));
  }

  #lengths(): readonly number[] {
    return this.#seasons.map((season) => season?.length ?? 0);
  }

  weights(h: number): readonly number[] {
    return this.#horizons[h]!.weights.weights();
  }

  /** One step; returns the forecasts of all horizons, none before the first value. */
  update(raw: number): readonly IssuedForecast[] {
    const y = Math.abs(raw) <= 1e30 ? raw : NaN;
    const t = this.#history.n;
    if (!Number.isNaN(y)) {
      for (const [h, horizon] of this.#horizons.entries()) {
        score(horizon, t, y, h === 0 ? this.#quick : undefined);
      }
    }
    this.#history.append(y);
    if (!Number.isNaN(y)) this.#plain.learn(y);
    for (const regression of this.#regressions) regression.step(this.#history, this.#plain, y);
    for (const season of this.#seasons) season?.step(this.#history, this.#plain);
    for (const { place, length, distance, pairs } of this.#search.step(this.#lengths())) {
      const steps = this.#horizons.map((h) => h.steps);
      const sums = this.#horizons.map((h) => h.dampedSum);
      this.#seasons[place] = new Season(this.#history, this.#plain, length, steps, sums);
      for (const { weights, calibration } of this.#horizons) {
        const warmed = WARMED.map((k) => FIRST_SEASONAL + 6 * place + k);
        if (distance < calibration.loss) weights.warm?.(warmed, 1 - distance / calibration.loss, pairs);
      }
    }
    if (this.#plain.present === 0) return [];
    return this.#horizons.map((horizon, h) => this.#issue(horizon, h, t));
  }

  #issue(horizon: Horizon, h: number, t: number): IssuedForecast {
    const plain = this.#plain;
    const margin = 0.25 * (plain.high - plain.low);
    const all = [
      ...plain.predict(horizon.steps, horizon.dampedSum),
      ...this.#regressions.map((r) => r.predict(t, h)),
      this.#cycleMean(h),
      ...new Array<number>(11).fill(NaN),
      ...Array.from({ length: this.#places }, (_, j) => this.#seasonal(j, h)).flat(),
    ];
    const experts = all.map((f) =>
      f < plain.low - margin ? plain.low - margin : f > plain.high + margin ? plain.high + margin : f,
    );
    const floor = plain.minimum >= 0 ? 0 : -Infinity;
    const mean = Math.max(floor, combine(horizon.weights.weights(), experts, plain.last));
    const fallback = 3 * plain.scale * Math.sqrt(horizon.steps);
    const { calibration } = horizon;
    const scales = calibration.scales(mean);
    const distances = calibration.distances(scales);
    const lower = Math.max(floor, mean - calibration.margin(0, distances, fallback));
    const upper = mean + calibration.margin(1, distances, fallback);
    const issued = { mean, lower, upper, experts, scales, distances };
    horizon.pending.set(t + horizon.steps, issued);
    return issued;
  }

  /** Of the longest season. */
  #cycleMean(h: number): number {
    const lengths = this.#lengths();
    return this.#seasons[lengths.indexOf(Math.max(...lengths))]?.cycleMean(this.#history, h) ?? NaN;
  }

  #seasonal(j: number, h: number): readonly number[] {
    return this.#seasons[j]?.predict(this.#history, h) ?? [NaN, NaN, NaN, NaN, NaN, NaN];
  }
}

function score(
  { pending, calibration, weights, steps }: Horizon,
  t: number,
  y: number,
  quick: QuickScales | undefined,
): void {
  const due = pending.get(t);
  pending.delete(t);
  if (due === undefined) return;
  const error = y - due.mean;
  quick?.note(error);
  calibration.learn(y, due, steps);
  if (calibration.loss > 1e-200) {
    weights.learn(due.mean, Float32Array.from(due.experts), -Math.sign(error) / calibration.loss);
  }
}

/** Σ φ^i for i = 1 … steps. */
function dampedSum(steps: number): number {
  let sum = 0;
  let power = 1;
  for (let i = 0; i < steps; i++) {
    power *= PHI;
    sum += power;
  }
  return sum;
}
