import { kernelHash } from '@foreshadow/wasm-forecast';
import { ForecastError } from './errors.ts';
import { StateReader, StateWriter } from './state-codec.ts';

/** Course of a season relative to the series' mean, from the next step on; its length is that of the season in steps. */
export type SeasonShape = readonly number[];

/** What a mature series can teach a new one of the same horizons. */
export interface Lesson {
  /** Horizons in steps. */
  readonly steps: readonly number[];
  /** Per horizon: the experts' weights, which sum to 1. */
  readonly weights: readonly (readonly number[])[];
  /** Per horizon: coefficients of the short and the long autoregression; they have no unit. */
  readonly short: readonly (readonly number[])[];
  readonly long: readonly (readonly number[])[];
  /** Per horizon: distances of the bounds from the mean, below and above, in mean changes from value to value. */
  readonly margins: readonly (readonly [number, number])[];
  readonly shape: SeasonShape | undefined;
}

/** Names the layout; the kernel is named beside it, for the experts' order is its own. */
const FORMAT = 'foreshadow-prior 1';

/** What a fleet of series can teach: means of the weights and coefficients, medians of the rest; `undefined` from none. */
export function poolLessons(lessons: readonly Lesson[]): Lesson | undefined {
  const first = lessons[0];
  if (first === undefined) return undefined;
  const alike = lessons.filter((l) => l.steps.join() === first.steps.join());
  const rows = (of: (l: Lesson) => readonly (readonly number[])[]): number[][] =>
    first.steps.map((_, h) => meanOfRows(alike.map((l) => of(l)[h] ?? [])));
  return {
    steps: first.steps,
    weights: rows((l) => l.weights),
    short: rows((l) => l.short),
    long: rows((l) => l.long),
    margins: first.steps.map((_, h) => [
      median(alike.map((l) => l.margins[h]?.[0] ?? NaN)),
      median(alike.map((l) => l.margins[h]?.[1] ?? NaN)),
    ]),
    shape: poolShapes(alike.flatMap((l) => (l.shape === undefined ? [] : [l.shape]))),
  };
}

export function encodeLesson(lesson: Lesson): Uint8Array {
  const { steps, weights, short, long, margins, shape } = lesson;
  const writer = new StateWriter().text(FORMAT).text(kernelHash()).numbers(steps);
  for (const rows of [weights, short, long, margins]) writer.numbers(rows.flat());
  return writer.numbers(shape ?? []).finish();
}

/** @throws {ForecastError} `STATE_MISMATCH` from another version, `INVALID_STATE` if damaged */
export function decodeLesson(bytes: Uint8Array): Lesson {
  const reader = new StateReader(bytes);
  if (reader.text() !== FORMAT || reader.text() !== kernelHash()) {
    throw new ForecastError('STATE_MISMATCH', 'the prior comes from another version of the kernel');
  }
  const steps = [...reader.numbers()];
  const rows = (): number[][] => splitRows(reader.numbers(), steps.length);
  const weights = rows();
  const short = rows();
  const long = rows();
  const margins = rows().map((row): [number, number] => [row[0] ?? NaN, row[1] ?? NaN]);
  const shape = [...reader.numbers()];
  reader.end();
  return { steps, weights, short, long, margins, shape: shape.length === 0 ? undefined : shape };
}

/** The shape as it reads `count` steps later. */
export function shiftShape(shape: SeasonShape, count: number): SeasonShape {
  const by = ((count % shape.length) + shape.length) % shape.length;
  return [...shape.slice(by), ...shape.slice(0, by)];
}

function splitRows(numbers: Float64Array, count: number): number[][] {
  const width = count === 0 ? 0 : numbers.length / count;
  if (!Number.isInteger(width) || !numbers.every(Number.isFinite)) {
    throw new ForecastError('INVALID_STATE', 'the prior is damaged');
  }
  return Array.from({ length: count }, (_, i) => [...numbers.subarray(i * width, (i + 1) * width)]);
}

function meanOfRows(rows: readonly (readonly number[])[]): number[] {
  return (rows[0] ?? []).map((_, k) => rows.reduce((sum, row) => sum + (row[k] ?? 0), 0) / rows.length);
}

function median(values: readonly number[]): number {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? 0) + high) / 2;
}

/** Mean of the shapes that have the commonest length. */
function poolShapes(shapes: readonly SeasonShape[]): SeasonShape | undefined {
  const counts = new Map<number, number>();
  for (const { length } of shapes) counts.set(length, (counts.get(length) ?? 0) + 1);
  const [length] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [0];
  return length === 0 ? undefined : meanOfRows(shapes.filter((s) => s.length === length));
}
