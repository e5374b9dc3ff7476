import type { ForecastPath, ForecastPoint } from '@foreshadow/domain';
import type { BankForecast } from './series-bank.ts';

/** What one level contributes to the path. */
export interface LevelForecast {
  /** Ticks in one step of this level. */
  readonly ticks: number;
  /** Steps to its farthest horizon. */
  readonly reach: number;
  /** Ticks since the end of its last whole step, from which its forecast counts. */
  readonly elapsed: number;
  /** One entry per step: 1 … reach + 1. `undefined` while the level has seen nothing. */
  readonly forecast: BankForecast | undefined;
  /** Steps, from the first on, whose intervals rest on enough scores. */
  readonly calibrated: number;
  /** Course of the series inside the steps as a finer level knows it, one entry a cell; only its shape counts. */
  readonly shape: Float64Array | undefined;
  /** Ticks in a cell of the shape; divides `ticks`. */
  readonly cellTicks: number;
}

interface Rows {
  readonly ends: number[];
  readonly mean: number[];
  readonly lower: number[];
  readonly upper: number[];
}

/**
 * Share of the disagreement with the finer level that is still applied one step later: the finer level is fresher and
 * sees more, and what it sees fades.
 */
const HANDOVER_DECAY = 0.5;

/**
 * One path from the forecasts of all levels, finest first. Each level serves what no finer one reaches. Its steps
 * lie on its own grid, up to one step old; inside them the series is given the shape that the finer level knows, and
 * the path's steps, which count from now, are means over that. Where the path passes from one level to the next, it
 * goes on without a jump. The steps of the path have no gaps, so that the mean over any coarse step equals that of the
 * fine ones inside it.
 */
export function composePath(levels: readonly LevelForecast[], tickMs: number): ForecastPath | undefined {
  const rows: Rows = { ends: [], mean: [], lower: [], upper: [] };
  for (const level of levels) {
    if (level.forecast === undefined) extendLast(rows, level);
    else appendLevel(rows, level, level.forecast);
  }
  const { ends, mean, lower, upper } = rows;
  if (mean.length === 0 || !mean.every(Number.isFinite)) return undefined;
  return { horizonsMs: ends.map((ticks) => ticks * tickMs), mean, lower, upper };
}

/** The path's value at a horizon: that of the step in which it lies. */
export function pointAt(path: ForecastPath, horizonMs: number): ForecastPoint {
  const found = path.horizonsMs.findIndex((h) => h >= horizonMs);
  const i = found < 0 ? path.horizonsMs.length - 1 : found;
  return { horizonMs, mean: path.mean[i] ?? NaN, lower: path.lower[i] ?? NaN, upper: path.upper[i] ?? NaN };
}

/** The level's steps that lie beyond the path so far. */
function appendLevel(rows: Rows, level: LevelForecast, forecast: BankForecast): void {
  const course = new Course(level, forecast);
  const from = rows.ends.at(-1) ?? 0;
  let correction = 0;
  if (from > 0) {
    // Compared over the last step of this level that the path covers whole, or over all of it.
    const start = Math.max(0, from - level.ticks);
    correction = meanOfPath(rows, start, from) - course.over(start, from).mean;
  }
  let start = from;
  for (let j = 1; j <= level.reach; j++) {
    const end = j * level.ticks;
    if (end <= from) continue;
    correction *= HANDOVER_DECAY;
    const cell = course.over(start, end);
    const mean = Math.max(course.floor, cell.mean + correction);
    const least = j <= level.calibrated ? NO_MARGIN : grownMargin(rows, start, end);
    rows.ends.push(end);
    rows.mean.push(mean);
    rows.lower.push(Math.max(course.floor, mean - Math.max(cell.below, least.below)));
    rows.upper.push(mean + Math.max(cell.above, least.above));
    start = end;
  }
}

interface Margin {
  readonly below: number;
  readonly above: number;
}

const NO_MARGIN: Margin = { below: 0, above: 0 };

/** The path's last interval carried on to `end`: without evidence, uncertainty grows as a random walk's, by √time. */
function grownMargin({ mean, lower, upper }: Rows, start: number, end: number): Margin {
  const last = mean.at(-1);
  if (last === undefined || start <= 0) return NO_MARGIN;
  const growth = Math.sqrt(end / start);
  return { below: growth * (last - (lower.at(-1) ?? last)), above: growth * ((upper.at(-1) ?? last) - last) };
}

/** A level that has seen nothing yet goes on from the path's end, less and less certain. */
function extendLast(rows: Rows, level: LevelForecast): void {
  const mean = rows.mean.at(-1);
  if (mean === undefined) return;
  const floor = (rows.lower.at(-1) ?? NaN) >= 0 ? 0 : -Infinity;
  for (let j = 1; j <= level.reach; j++) {
    const start = rows.ends.at(-1) ?? 0;
    const end = j * level.ticks;
    if (end <= start) continue;
    const { below, above } = grownMargin(rows, start, end);
    rows.ends.push(end);
    rows.mean.push(mean);
    rows.lower.push(Math.max(floor, mean - below));
    rows.upper.push(mean + above);
  }
}

/** Mean of the path over (start, end], ticks from now. */
function meanOfPath(rows: Rows, start: number, end: number): number {
  let sum = 0;
  let before = 0;
  for (const [i, stepEnd] of rows.ends.entries()) {
    sum += Math.max(0, Math.min(end, stepEnd) - Math.max(start, before)) * (rows.mean[i] ?? NaN);
    before = stepEnd;
  }
  return sum / (end - start);
}

/** A level's forecast as a course inside its steps. */
class Course {
  /** 0 where the level never forecasts below zero. */
  readonly floor: number;
  readonly #forecast: BankForecast;
  readonly #elapsed: number;
  readonly #ticks: number;
  readonly #cellTicks: number;
  /** Integral of the shape, less its mean over each step, from the start of the first step to the end of each cell. */
  readonly #integral: Float64Array | undefined;

  constructor(level: LevelForecast, forecast: BankForecast) {
    this.#forecast = forecast;
    this.#elapsed = level.elapsed;
    this.#ticks = level.ticks;
    this.#cellTicks = level.cellTicks;
    this.#integral =
      level.shape === undefined ? undefined : centredIntegral(level.shape, level.ticks / level.cellTicks);
    this.floor = forecast.lower.every((v) => v >= 0) ? 0 : -Infinity;
  }

  /** Mean over (start, end], ticks from now, and how far the bounds lie from it. */
  over(start: number, end: number): { mean: number; below: number; above: number } {
    const { mean, lower, upper } = this.#forecast;
    const first = (start + this.#elapsed) / this.#ticks;
    const last = (end + this.#elapsed) / this.#ticks;
    let centre = 0;
    let below = 0;
    let above = 0;
    for (let step = Math.floor(first); step < last; step++) {
      const share = (Math.min(last, step + 1) - Math.max(first, step)) / (last - first);
      const i = Math.min(mean.length - 1, step);
      const middle = mean[i] ?? NaN;
      centre += share * middle;
      below += share * (middle - (lower[i] ?? NaN));
      above += share * ((upper[i] ?? NaN) - middle);
    }
    return { mean: centre + this.#shapeOver(start, end), below, above };
  }

  #shapeOver(start: number, end: number): number {
    if (this.#integral === undefined) return 0;
    const first = (start + this.#elapsed) / this.#cellTicks;
    const last = (end + this.#elapsed) / this.#cellTicks;
    return (between(this.#integral, last) - between(this.#integral, first)) / (last - first);
  }
}

/** integral[i] = sum of the first i cells of a shape, each step of `ratio` cells less its mean. */
function centredIntegral(shape: Float64Array, ratio: number): Float64Array {
  const integral = new Float64Array(shape.length + 1);
  for (let first = 0; first + ratio <= shape.length; first += ratio) {
    let sum = 0;
    for (let i = first; i < first + ratio; i++) sum += shape[i] ?? 0;
    const mean = sum / ratio;
    for (let i = first; i < first + ratio; i++)
      integral[i + 1] = (integral[i] ?? 0) + ((shape[i] ?? 0) - mean);
    // Rounding must not run on into the next step.
    integral[first + ratio] = 0;
  }
  return integral;
}

/** Linear interpolation; the ends go on. */
function between(values: Float64Array, at: number): number {
  const i = Math.floor(at);
  const a = values[i] ?? 0;
  return i === at ? a : a + (at - i) * ((values[i + 1] ?? 0) - a);
}

/** Every level's last value over all of its steps, without any interval. */
export function lastValuePath(levels: readonly LevelForecast[], tickMs: number): ForecastPath | undefined {
  const horizonsMs: number[] = [];
  const mean: number[] = [];
  for (const { ticks, reach, forecast } of levels) {
    for (let j = 1; j <= reach; j++) {
      if (j * ticks * tickMs <= (horizonsMs.at(-1) ?? 0)) continue;
      horizonsMs.push(j * ticks * tickMs);
      mean.push(forecast?.mean[0] ?? mean.at(-1) ?? NaN);
    }
  }
  if (mean.length === 0 || !mean.every(Number.isFinite)) return undefined;
  return { horizonsMs, mean, lower: mean, upper: mean };
}
