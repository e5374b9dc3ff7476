import {
  calibrated,
  type Calibration,
  correlated,
  type Correlation,
  correlationOf,
  type HorizonStretch,
  initialCalibration,
  type Interval,
  isCalibration,
  type IssuedInterval,
  learned,
  NO_CORRELATION,
  stretched,
  stretchOf,
} from '@foreshadow/calibrate';
import type { ForecastPath, LoadForecast } from '@foreshadow/domain';
import { planLevels } from '@foreshadow/forecast';
import { ActuatorError } from '../errors.ts';
import { ASSUMED_CORRELATION, type CorrelationAt, stepAt } from './combine.ts';
import { cumulativePath } from './cumulative.ts';

/** What is known of the forecasts of a whole partition at one horizon. */
export interface LoadHorizon {
  readonly horizonMs: number;
  /** Length of the step of the path that ends there; forecasts are scored once in it. */
  readonly stepTicks: number;
  /** Of the rate in the step that ends there. */
  readonly rate: Calibration;
  /** Of the mean rate from now until there: the cumulative load. */
  readonly cumulative: Calibration;
  /** Of the errors of different edges. */
  readonly correlation: Correlation;
  /** Mean squared error of each edge's forecasts. */
  readonly edges: Readonly<Record<string, number>>;
}

/** What was forecast of the whole, of its cumulative load and of the edges' parts, and what came of it so far. */
interface Awaited {
  readonly horizon: number;
  readonly issuedTick: number;
  readonly stepFromTick: number;
  readonly dueTick: number;
  readonly rate: IssuedInterval;
  readonly cumulative: IssuedInterval;
  readonly parts: Readonly<Record<string, number>>;
  readonly all: Sum;
  readonly step: Sum;
  /** Sum over the step by edge; `null` where edges came or went meanwhile. */
  readonly partSums: Readonly<Record<string, number>> | null;
}

interface Sum {
  readonly ticks: number;
  readonly total: number;
}

/**
 * Calibration of the load forecasts of one partition after its edges' forecasts were summed: plain data that survives
 * JSON, NaN apart. Take it as opaque and pass it back.
 */
export interface LoadCalibration {
  readonly version: 1;
  readonly tickMs: number;
  /** In ascending order. */
  readonly horizons: readonly LoadHorizon[];
  readonly awaited: readonly Awaited[];
  /** Tick of the newest forecast awaited, per horizon. */
  readonly issuedTicks: readonly (number | null)[];
}

/** One tick of the whole and of its edges; what is missing is `undefined`. */
export interface ObservedTick {
  readonly atMs: number;
  readonly recordsPerSec: number | undefined;
  /** By edge; `undefined` if it is not known of each of them. */
  readonly parts: ReadonlyMap<string, number> | undefined;
}

const NO_SUM: Sum = { ticks: 0, total: 0 };
const EDGE_GAIN = 0.02;

export function createLoadCalibration(tickMs: number, horizonsMs: readonly number[]): LoadCalibration {
  const ascending = [...new Set(horizonsMs)].sort((a, b) => a - b);
  const levels = planLevels(tickMs, ascending);
  return {
    version: 1,
    tickMs,
    horizons: ascending.map((horizonMs) => ({
      horizonMs,
      stepTicks: levels.find((l) => l.reach * l.stepMs >= horizonMs)?.ticks ?? 1,
      rate: initialCalibration(),
      cumulative: initialCalibration(),
      correlation: NO_CORRELATION,
      edges: {},
    })),
    awaited: [],
    issuedTicks: ascending.map(() => null),
  };
}

/** What of it survives a restart. */
export function lastingLoadCalibration(c: LoadCalibration): LoadCalibration {
  return { ...c, awaited: [], issuedTicks: c.horizons.map(() => null) };
}

/**
 * Take up what was saved; a horizon that was not among those saved begins anew.
 * @throws {ActuatorError} `INVALID_STATE` if it is of another version or tick.
 */
export function restoreLoadCalibration(
  saved: unknown,
  tickMs: number,
  horizonsMs: readonly number[],
): LoadCalibration {
  const state = saved as Partial<LoadCalibration> | null;
  if (typeof state !== 'object' || state?.version !== 1 || !Array.isArray(state.horizons)) {
    throw new ActuatorError('INVALID_STATE', 'saved calibration is of another version; start without it');
  }
  const fresh = createLoadCalibration(tickMs, horizonsMs);
  if (state.tickMs !== tickMs) return fresh;
  const kept = new Map(state.horizons.filter(isHorizon).map((h) => [h.horizonMs, h]));
  return {
    ...fresh,
    horizons: fresh.horizons.map((h) => ({ ...h, ...kept.get(h.horizonMs), stepTicks: h.stepTicks })),
  };
}

function isHorizon(value: unknown): value is LoadHorizon {
  if (typeof value !== 'object' || value === null) return false;
  const { rate, cumulative, correlation, edges } = value as Partial<LoadHorizon>;
  const { products, sizes, weight } = correlation ?? {};
  const numbers = [products, sizes, weight].every(Number.isFinite);
  return isCalibration(rate) && isCalibration(cumulative) && numbers && typeof edges === 'object';
}

/** Correlation of the edges' errors: as estimated at the nearest horizon that is not nearer; the assumed one at first. */
export function correlationAt(c: LoadCalibration, edges: number): CorrelationAt {
  return (horizonMs) => {
    const horizon = c.horizons.find((h) => h.horizonMs >= horizonMs) ?? c.horizons.at(-1);
    if (horizon === undefined) return ASSUMED_CORRELATION;
    return correlationOf(horizon.correlation, ASSUMED_CORRELATION, overlap(c, horizon), edges);
  };
}

/** Forecasts at a horizon whose errors overlap. */
const overlap = (c: LoadCalibration, { horizonMs, stepTicks }: LoadHorizon): number =>
  Math.ceil(horizonMs / c.tickMs / stepTicks);

const tickOf = (c: LoadCalibration, atMs: number): number => Math.round(atMs / c.tickMs);

/** The forecast with intervals that hold what they say, as far as is known. */
export function calibrateLoad(c: LoadCalibration, given: LoadForecast): LoadForecast {
  return { ...given, path: stretchedPath(c, given, (h) => h.rate) };
}

/** Mean rate from now to each horizon, of which the cumulative load follows, with intervals that hold. */
export function calibrateCumulative(c: LoadCalibration, forecast: LoadForecast): ForecastPath {
  return stretchedPath(c, { ...forecast, path: cumulativePath(forecast.path) }, (h) => h.cumulative);
}

function stretchedPath(
  c: LoadCalibration,
  forecast: LoadForecast,
  of: (horizon: LoadHorizon) => Calibration,
): ForecastPath {
  const { path } = forecast;
  const stretches = c.horizons.flatMap((horizon): HorizonStretch[] => {
    const { horizonMs } = horizon;
    const { below, above } = calibrated(of(horizon), stepAt(forecast, forecast.issuedAtMs + horizonMs), 0);
    return [{ horizonMs, below: stretchOf(below), above: stretchOf(above) }];
  });
  // Most partitions have one edge, whose intervals are right already: nothing to do, and nothing lost to rounding.
  if (stretches.every(isAsGiven)) return path;
  const intervals = path.horizonsMs.map((ms, i) => stretched(stretches, ms, at(path, i), 0));
  return {
    horizonsMs: path.horizonsMs,
    mean: path.mean,
    lower: intervals.map((v) => v.lower),
    upper: intervals.map((v) => v.upper),
  };
}

const isAsGiven = ({ below, above }: HorizonStretch): boolean =>
  below.ratio === 1 && above.ratio === 1 && below.extra === 0 && above.extra === 0;

const at = ({ mean, lower, upper }: ForecastPath, i: number): Interval => ({
  mean: mean[i] ?? NaN,
  lower: lower[i] ?? NaN,
  upper: upper[i] ?? NaN,
});

/**
 * Await what becomes of a forecast, a dozen times in the length of each horizon.
 * @param given not calibrated
 * @param parts of which it is the sum, by edge
 */
export function awaitLoad(
  c: LoadCalibration,
  given: LoadForecast,
  parts: ReadonlyMap<string, LoadForecast>,
): LoadCalibration {
  const issuedTick = tickOf(c, given.issuedAtMs);
  const awaited = [...c.awaited];
  const issuedTicks = [...c.issuedTicks];
  let summed: LoadForecast | undefined;
  for (const [i, horizon] of c.horizons.entries()) {
    const { horizonMs, stepTicks } = horizon;
    const dueTick = issuedTick + Math.max(1, Math.round(horizonMs / c.tickMs));
    const before = issuedTicks[i] ?? -Infinity;
    // A clock that was set back begins anew.
    if (issuedTick < before + stepTicks && dueTick > before) continue;
    const atMs = given.issuedAtMs + horizonMs;
    const interval = stepAt(given, atMs);
    if (!Number.isFinite(interval.mean)) continue;
    summed ??= { ...given, path: cumulativePath(calibrateLoad(c, given).path) };
    issuedTicks[i] = issuedTick;
    awaited.push({
      horizon: i,
      issuedTick,
      stepFromTick: dueTick - stepTicks,
      dueTick,
      rate: calibrated(horizon.rate, interval, 0),
      cumulative: calibrated(horizon.cumulative, stepAt(summed, atMs), 0),
      parts: Object.fromEntries([...parts].map(([edge, f]) => [edge, stepAt(f, atMs).mean])),
      all: NO_SUM,
      step: NO_SUM,
      partSums: parts.size > 1 ? Object.fromEntries([...parts].map(([edge]) => [edge, 0])) : null,
    });
  }
  return { ...c, awaited, issuedTicks };
}

/** Take a tick in: add it to what is awaited, and learn from what is due with it, and nothing earlier. */
export function followLoad(c: LoadCalibration, observed: ObservedTick): LoadCalibration {
  if (c.awaited.length === 0) return c;
  const tick = tickOf(c, observed.atMs);
  const horizons = [...c.horizons];
  const awaited: Awaited[] = [];
  for (const before of c.awaited) {
    // Far from any tick that could come of it: the clock was set.
    if (Math.abs(tick - before.issuedTick) > 4 * (before.dueTick - before.issuedTick) + 10) continue;
    const a = tick > before.issuedTick && tick <= before.dueTick ? added(before, tick, observed) : before;
    const horizon = horizons[a.horizon];
    if (tick < a.dueTick) awaited.push(a);
    else if (horizon !== undefined) horizons[a.horizon] = learnFrom(horizon, a, overlap(c, horizon));
  }
  return { ...c, horizons, awaited };
}

function added(a: Awaited, tick: number, { recordsPerSec, parts }: ObservedTick): Awaited {
  const inStep = tick > a.stepFromTick;
  const plus = (sum: Sum): Sum =>
    recordsPerSec === undefined ? sum : { ticks: sum.ticks + 1, total: sum.total + recordsPerSec };
  return {
    ...a,
    all: plus(a.all),
    step: inStep ? plus(a.step) : a.step,
    partSums: partSumsOf(a, inStep, parts),
  };
}

/** Parts of a tick added up; `null` if they are other edges' than those that forecast. */
function partSumsOf(a: Awaited, inStep: boolean, parts: ObservedTick['parts']): Awaited['partSums'] {
  if (a.partSums === null || parts?.size !== Object.keys(a.partSums).length) return null;
  const sums: Record<string, number> = {};
  for (const [edge, rate] of parts) {
    const before = a.partSums[edge];
    if (before === undefined) return null;
    sums[edge] = before + (inStep ? rate : 0);
  }
  return sums;
}

/** Of a stretch of which less than half was observed nothing is known. */
function learnFrom(horizon: LoadHorizon, a: Awaited, steps: number): LoadHorizon {
  const mean = ({ ticks, total }: Sum, of: number): number => (2 * ticks >= of ? total / ticks : NaN);
  const stepTicks = a.dueTick - a.stepFromTick;
  return {
    ...horizon,
    rate: learned(horizon.rate, a.rate, mean(a.step, stepTicks), steps),
    cumulative: learned(horizon.cumulative, a.cumulative, mean(a.all, a.dueTick - a.issuedTick), steps),
    // A tick that never came would pass for an error that all edges share.
    ...(a.partSums === null || a.step.ticks < stepTicks ? {} : correlate(horizon, a, a.partSums, stepTicks)),
  };
}

function correlate(
  horizon: LoadHorizon,
  a: Awaited,
  sums: Readonly<Record<string, number>>,
  stepTicks: number,
): Pick<LoadHorizon, 'correlation' | 'edges'> {
  const names = Object.keys(sums);
  const errors = names.map((edge) => (sums[edge] ?? NaN) / stepTicks - (a.parts[edge] ?? NaN));
  if (!errors.every(Number.isFinite)) return horizon;
  const edges = Object.fromEntries(
    names.map((edge, i) => {
      const square = (errors[i] ?? 0) ** 2;
      const before = horizon.edges[edge] ?? square;
      return [edge, before + EDGE_GAIN * (square - before)];
    }),
  );
  const sizes = names.map((edge) => Math.sqrt(edges[edge] ?? 0));
  return { correlation: correlated(horizon.correlation, errors, sizes), edges };
}

/** How the intervals of a whole partition did at one horizon. */
export interface LoadScore {
  readonly horizonMs: number;
  readonly scored: number;
  /** Share of actuals inside the 90 % interval over about the last 500 scores: as issued, and before calibration. */
  readonly coverage90: number;
  readonly coverage90Given: number;
  /** The same of cumulative loads. */
  readonly cumulative90: number;
  readonly cumulative90Given: number;
  /** Correlation of the edges' errors; NaN without evidence. */
  readonly correlation: number;
}

export function loadScores(c: LoadCalibration): readonly LoadScore[] {
  return c.horizons.map((h) => ({
    horizonMs: h.horizonMs,
    scored: h.rate.scored,
    coverage90: h.rate.issued.coverage,
    coverage90Given: h.rate.given.coverage,
    cumulative90: h.cumulative.issued.coverage,
    cumulative90Given: h.cumulative.given.coverage,
    correlation:
      h.correlation.weight > 0
        ? correlationOf(h.correlation, ASSUMED_CORRELATION, overlap(c, h), Object.keys(h.edges).length)
        : NaN,
  }));
}
