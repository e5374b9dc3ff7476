import type { StepForecast } from './step-forecast.ts';

/** How demand may go on: cores in each step. */
export type Scenario = readonly number[];

/** A forecast as it was made, until all that it spoke of has come. */
interface IssuedForecast {
  readonly atMs: number;
  readonly mean: readonly number[];
  readonly up: readonly number[];
  readonly down: readonly number[];
}

/** CPU seconds that had been asked for by a time. */
interface Asked {
  readonly atMs: number;
  readonly cpuSeconds: number;
}

/**
 * What past forecasts of a pool missed, step by step: plain data that survives JSON.
 */
export interface ErrorPaths {
  readonly stepMs: number;
  readonly steps: number;
  /** Least time between two forecasts that are followed up. */
  readonly strideMs: number;
  readonly asked: readonly Asked[];
  readonly issued: readonly IssuedForecast[];
  /** Errors in hundredths of the deviation that was forecast, oldest first. */
  readonly paths: readonly (readonly number[])[];
}

/** Paths that are kept; fewer than `ENOUGH` say little of what is rare. */
const MOST_PATHS = 64;
const ENOUGH = 12;
/** Forecasts are followed up every few steps at first, and once there are enough paths no more often than this. */
const FIRST_STRIDE_STEPS = 4;
const LAST_STRIDE_MS = 90_000;
const HUNDREDTHS = 100;
/** Errors beyond this many deviations are this large: a deviation of next to nothing must not make them infinite. */
const MOST_DEVIATIONS = 50;

/** What the normal law says where too few forecasts have come true: from well below to a burst. */
const PRIOR_DEVIATIONS = [-1, -0.3, 0.3, 1, 1.7, 2.4];

export function noErrorPaths(grid: { readonly stepMs: number; readonly steps: number }): ErrorPaths {
  const { stepMs, steps } = grid;
  return { stepMs, steps, strideMs: FIRST_STRIDE_STEPS * stepMs, asked: [], issued: [], paths: [] };
}

/** The same with all times earlier by `shiftMs`. */
export function shiftedErrors(known: ErrorPaths, shiftMs: number): ErrorPaths {
  const earlier = <T extends { readonly atMs: number }>(items: readonly T[]): readonly T[] =>
    items.map((item) => ({ ...item, atMs: item.atMs - shiftMs }));
  return { ...known, asked: earlier(known.asked), issued: earlier(known.issued) };
}

/**
 * Take in what has been asked for by now, and the newest forecast. A forecast is judged when its last step is over.
 * @param askedCpuSeconds running sum of CPU seconds asked for; only differences count. `undefined` where it is unknown: forecasts
 * that reach over the gap are not judged.
 */
export function followErrors(
  known: ErrorPaths,
  forecast: StepForecast,
  askedCpuSeconds: number | undefined,
  nowMs: number,
): ErrorPaths {
  const last = known.asked.at(-1);
  if (askedCpuSeconds === undefined || !(askedCpuSeconds >= (last?.cpuSeconds ?? 0))) {
    return { ...known, asked: [], issued: [] };
  }
  if (last !== undefined && nowMs <= last.atMs) return known;
  const spanMs = known.stepMs * known.steps;
  const asked = [...known.asked, { atMs: nowMs, cpuSeconds: askedCpuSeconds }];
  const due = known.issued.filter((f) => f.atMs + spanMs <= nowMs);
  const open = known.issued.filter((f) => f.atMs + spanMs > nowMs);
  const isDue = nowMs - (known.issued.at(-1)?.atMs ?? -Infinity) >= known.strideMs;
  const issued = isDue ? [...open, issuedAt(forecast, nowMs)] : open;
  const oldestMs = issued[0]?.atMs ?? nowMs;
  const found = due.map((f) => errorsOf(f, asked, known.stepMs));
  return thinned({
    ...known,
    issued,
    asked: asked.filter((a, i) => (asked[i + 1]?.atMs ?? Infinity) > oldestMs || a.atMs >= oldestMs),
    paths: [...known.paths, ...found],
  });
}

function issuedAt({ mean, up, down }: StepForecast, atMs: number): IssuedForecast {
  const plain = (values: Float64Array): number[] => Array.from(values, (v) => Number(v.toPrecision(5)));
  return { atMs, mean: plain(mean), up: plain(up), down: plain(down) };
}

/** Mean demand of each step against what was forecast. */
function errorsOf(
  { atMs, mean, up, down }: IssuedForecast,
  asked: readonly Asked[],
  stepMs: number,
): number[] {
  let before = askedBy(asked, atMs);
  return mean.map((expected, k) => {
    const by = askedBy(asked, atMs + (k + 1) * stepMs);
    const error = (by - before) / (stepMs / 1000) - expected;
    before = by;
    const deviations = error === 0 ? 0 : error / (error > 0 ? up[k]! : down[k]!);
    const bounded = Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, deviations));
    return Math.round(bounded * HUNDREDTHS) + 0;
  });
}

/** Between two readings demand was even. */
function askedBy(asked: readonly Asked[], atMs: number): number {
  let after = 0;
  while (after < asked.length - 1 && asked[after]!.atMs < atMs) after++;
  const b = asked[after]!;
  const a = asked[after - 1] ?? b;
  if (b.atMs === a.atMs || atMs >= b.atMs) return b.cpuSeconds;
  return a.cpuSeconds + ((b.cpuSeconds - a.cpuSeconds) * (atMs - a.atMs)) / (b.atMs - a.atMs);
}

/** At most so many paths: at first every other goes, so that they reach further back, then the oldest. */
function thinned(known: ErrorPaths): ErrorPaths {
  const { paths, strideMs } = known;
  if (paths.length <= MOST_PATHS) return known;
  if (strideMs >= LAST_STRIDE_MS) return { ...known, paths: paths.slice(-MOST_PATHS) };
  return {
    ...known,
    paths: paths.filter((_, i) => (paths.length - i) % 2 === 1),
    strideMs: Math.min(LAST_STRIDE_MS, 2 * strideMs),
  };
}

/**
 * The newest forecast as it may come true: with each of the errors that earlier ones turned out to have, as wide as it is itself.
 * Bursts and drifts keep the length that they had, which no quantile of a step tells.
 */
export function scenariosOf(known: ErrorPaths, forecast: StepForecast): readonly Scenario[] {
  const paths = known.paths.map((path) => withErrors(forecast, path));
  return paths.length >= ENOUGH ? paths : [...paths, ...priorScenarios(forecast)];
}

function priorScenarios(forecast: StepForecast): readonly Scenario[] {
  return PRIOR_DEVIATIONS.map((z) =>
    withErrors(forecast, new Array<number>(forecast.mean.length).fill(z * HUNDREDTHS)),
  );
}

/** @param path errors in hundredths of the deviation, one for each step */
function withErrors({ mean, up, down }: StepForecast, path: readonly number[]): Scenario {
  const scenario: number[] = [];
  for (let k = 0; k < mean.length; k++) {
    const z = path[k]! / HUNDREDTHS;
    scenario.push(Math.max(0, mean[k]! + z * (z > 0 ? up[k]! : down[k]!)));
  }
  return scenario;
}
