import type { PartitionKey } from './partition.ts';
import type { Estimate } from './load.ts';

/**
 * A path of records/s over the horizon. All arrays have one length; `horizonsMs` ascends strictly and counts
 * from `issuedAtMs`; each value is the mean rate over the step that ends at its horizon.
 * `lower ≤ mean ≤ upper`; lower and upper bound the central 90 % (the 5 % and 95 % quantiles).
 */
export interface ForecastPath {
  readonly horizonsMs: readonly number[];
  readonly mean: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** Ratios by which the other load dimensions follow from records/s. `undefined` where never observed. */
export interface LoadRatios {
  readonly bytesPerRecord: Estimate | undefined;
  readonly workPerRecord: Estimate | undefined;
  /** Distinct keys within a tick per record of it. */
  readonly distinctKeysPerRecord: Estimate | undefined;
}

/** Forecast of the load of one partition. */
export interface LoadForecast {
  readonly partition: PartitionKey;
  /** Tick on which it is based, on the clock of whoever holds it. */
  readonly issuedAtMs: number;
  readonly path: ForecastPath;
  readonly ratios: LoadRatios;
  /** Expert with the largest weight, for people. */
  readonly leadingExpert: string;
  /** True while the forecaster has too little evidence for calibrated intervals. */
  readonly warmingUp: boolean;
}

/** Errors of one model's forecasts at one horizon, over the scored forecasts so far. */
export interface HorizonScore {
  readonly horizonMs: number;
  readonly scored: number;
  /** Σ|error| / Σ|actual|; NaN until something was scored. */
  readonly wape: number;
  /** The same for last value (naive). */
  readonly wapeNaive: number;
  /** Σerror / Σ|actual|, forecast minus actual. */
  readonly bias: number;
  /** Share of actuals inside the 90 % interval. */
  readonly coverage90: number;
  /** Mean width of the 90 % interval, records/s. */
  readonly width90: number;
}

/** Predicted against actual for one partition. */
export interface Scorecard {
  readonly partition: PartitionKey;
  readonly horizons: readonly HorizonScore[];
  /** Weights of the experts at each horizon; each row sums to 1. */
  readonly experts: readonly { readonly name: string; readonly weights: readonly number[] }[];
}
