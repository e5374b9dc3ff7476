import { basename } from 'node:path';
import type { BacktestForecast } from '@foreshadow/forecast';
import type { CsvSeries } from '@foreshadow/csv';
import { clockOf } from '@foreshadow/csv';
import type { Chart } from '../plot/chart.ts';

/** As many as a picture can show apart. */
const KEPT = 240;
const LEVEL = 90;

/** Keeps the last forecasts of one horizon of one series, for a picture. */
export class RecentForecasts {
  readonly #file: string;
  readonly #series: CsvSeries;
  readonly #steps: number;
  readonly #rows: BacktestForecast[] = [];

  constructor(file: string, series: CsvSeries, steps: number) {
    this.#file = file;
    this.#series = series;
    this.#steps = steps;
  }

  add(forecast: BacktestForecast): void {
    if (forecast.steps !== this.#steps) return;
    this.#rows.push(forecast);
    // Twice as many before the old ones go: taking them away one by one would move all the others each time.
    if (this.#rows.length >= 2 * KEPT) this.#rows.splice(0, this.#rows.length - KEPT);
  }

  /** What was and what had been forecast for it. */
  chart(subtitle: string): Chart {
    const { values, column } = this.#series;
    const rows = this.#rows.slice(-KEPT);
    const from = (rows[0]?.origin ?? values.length - 1) + this.#steps;
    const actualFrom = Math.max(0, Math.min(from, values.length - 1));
    return {
      title: basename(this.#file),
      subtitle,
      unit: column ?? 'events/s',
      clock: clockOf(this.#series),
      actual: { from: actualFrom, values: values.subarray(actualFrom) },
      forecast: {
        from,
        values: rows.map((row) => row.mean),
        bands: [{ level: LEVEL, lower: rows.map((row) => row.lower), upper: rows.map((row) => row.upper) }],
      },
      forecastName: `forecast ${this.#steps} step${this.#steps === 1 ? '' : 's'} ahead`,
    };
  }
}
