import type { ForecastPath, ForecastPoint } from '@foreshadow/domain';
import type { Level } from './levels.ts';
import type { BankForecast } from './series-bank.ts';

/** Newest forecast of one level. Its steps count from the end of its last whole step, `ageMs` before now. */
export interface LevelForecast extends BankForecast {
  readonly stepMs: number;
  readonly reach: number;
  readonly ageMs: number;
}

/**
 * One path from the forecasts of all levels, finest first: each level serves the part of the path that no finer one
 * reaches. Levels without a forecast yet borrow the nearest finer one's last step. `undefined` if there is none.
 */
export function composePath(
  forecasts: readonly LevelForecast[],
  levels: readonly Level[],
): ForecastPath | undefined {
  const usable = forecasts.filter((f) => f.mean.every(Number.isFinite));
  if (usable.length === 0) return undefined;
  const horizonsMs: number[] = [];
  const values: { mean: number[]; lower: number[]; upper: number[] } = { mean: [], lower: [], upper: [] };
  for (const level of levels) {
    const source = usable.find((f) => f.stepMs === level.stepMs) ?? usable.at(-1);
    if (source === undefined) continue;
    for (let j = 1; j <= level.reach; j++) {
      const endMs = j * level.stepMs;
      if (endMs <= (horizonsMs.at(-1) ?? 0)) continue;
      horizonsMs.push(endMs);
      for (const key of ['mean', 'lower', 'upper'] as const)
        values[key].push(average(source, key, endMs, level));
    }
  }
  return { horizonsMs, ...values };
}

/** The path's value at a horizon: that of the step in which it lies. */
export function pointAt(path: ForecastPath, horizonMs: number): ForecastPoint {
  const found = path.horizonsMs.findIndex((h) => h >= horizonMs);
  const i = found < 0 ? path.horizonsMs.length - 1 : found;
  return { horizonMs, mean: path.mean[i] ?? NaN, lower: path.lower[i] ?? NaN, upper: path.upper[i] ?? NaN };
}

/** Mean of a level's forecast over the step that ends `endMs` from now; it lies across two of the level's steps. */
function average(f: LevelForecast, key: 'mean' | 'lower' | 'upper', endMs: number, level: Level): number {
  const row = f[key];
  const end = (endMs + f.ageMs) / f.stepMs;
  const start = end - level.stepMs / f.stepMs;
  const cell = Math.min(row.length - 1, Math.max(0, Math.ceil(end) - 1));
  const before = Math.min(
    row.length - 1,
    Math.max(0, Math.ceil(start) - 1 + (Number.isInteger(start) ? 1 : 0)),
  );
  const share = Math.min(1, (end - cell) / (end - start));
  return share * (row[cell] ?? NaN) + (1 - share) * (row[before] ?? NaN);
}
