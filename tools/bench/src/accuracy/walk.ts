import { SeriesBank } from '@foreshadow/forecast';

/** Forecasts of one bank along a series: one array a horizon, one entry an origin; NaN where it said nothing. */
export interface Walk {
  readonly mean: readonly Float64Array[];
  readonly lower: readonly Float64Array[];
  readonly upper: readonly Float64Array[];
}

/**
 * Walk a series with a bank at its default settings. Strictly causal: the forecasts of an origin are made, and models
 * refitted, before any later value is read.
 */
export function walk(values: Float64Array, steps: readonly number[]): Walk {
  const bank = new SeriesBank({ steps });
  const empty = (): Float64Array[] => steps.map(() => new Float64Array(values.length).fill(NaN));
  const [mean, lower, upper] = [empty(), empty(), empty()];
  values.forEach((y, origin) => {
    bank.update(y);
    bank.maintain();
    const forecast = bank.predict();
    steps.forEach((_, h) => {
      mean[h]![origin] = forecast.mean[h]!;
      lower[h]![origin] = forecast.lower[h]!;
      upper[h]![origin] = forecast.upper[h]!;
    });
  });
  bank.dispose();
  return { mean, lower, upper };
}
