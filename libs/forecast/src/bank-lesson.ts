import { ForecastError } from './errors.ts';
import type { Lesson, SeasonShape } from './prior.ts';
import type { SlotView } from './slot-view.ts';

/** Regrets that a prior hands out over the experts of a horizon, and how many values its coefficients weigh. */
const PRIOR_REGRET = 10;
const PRIOR_VALUES = 200;

/** What a series of these horizons, in steps, can teach a new one. */
export function lessonOf(view: SlotView, steps: readonly number[], season: number | undefined): Lesson {
  const forecasts = view.forecasts();
  return {
    steps,
    weights: steps.map((_, h) => view.weights(h)),
    short: steps.map((_, h) => [...view.coefficients('short', h)]),
    long: steps.map((_, h) => [...view.coefficients('long', h)]),
    margins: steps.map((_, h) => marginsOf(forecasts.subarray(3 * h, 3 * h + 3), view.changeScale)),
    shape: shapeAhead(view, season),
  };
}

/**
 * Begin a series with what the fleet knows.
 * @throws {ForecastError} `INVALID_ARGUMENT` for a lesson of other horizons or experts
 */
export function learn(view: SlotView, steps: readonly number[], lesson: Lesson): void {
  const areOthers = lesson.weights.some((w) => w.length !== view.names.length);
  if (lesson.steps.join() !== steps.join() || areOthers) {
    throw new ForecastError('INVALID_ARGUMENT', 'the prior is that of other horizons or experts');
  }
  const k = view.names.length;
  const covariates = view.names.indexOf('covariates');
  for (const h of steps.keys()) {
    const regrets = priorWeights(view.names, lesson, h).map((weight) => PRIOR_REGRET * weight);
    const rows = view.regrets(h);
    for (const [i, regret] of regrets.entries()) {
      // The covariates have a share of their own, which no other series' weight tells.
      if (i === covariates) continue;
      rows[i] = regret;
      rows[2 * k + i] = regret;
    }
    view.coefficients('short', h).set(lesson.short[h] ?? []);
    view.coefficients('long', h).set(lesson.long[h] ?? []);
    view.priorMargins(h).set(lesson.margins[h] ?? []);
  }
  view.setPriorWeight(PRIOR_VALUES);
}

/** Weights to begin with: the fleet's shape stands in for the seasonal experts, which have nothing to say yet. */
function priorWeights(names: readonly string[], { weights, shape }: Lesson, h: number): number[] {
  const row = [...(weights[h] ?? [])];
  const firstSeasonal = names.indexOf('seasonal-naive');
  if (shape === undefined || firstSeasonal < 0) return row;
  const at = names.indexOf('fleet-shape');
  row[at] = row.slice(firstSeasonal).reduce((a, b) => a + b, row[at] ?? 0);
  return row;
}

function marginsOf([mean = NaN, lower = NaN, upper = NaN]: Float64Array, scale: number): [number, number] {
  const above = scale > 0 ? (upper - mean) / scale : 0;
  const below = scale > 0 ? (mean - lower) / scale : 0;
  // A bound at zero says nothing of the distance.
  return [lower === 0 ? above : below, above];
}

/** One season from the next step on, relative to its mean. */
function shapeAhead(view: SlotView, season: number | undefined): SeasonShape | undefined {
  const course = season === undefined ? undefined : view.extend(1, season);
  if (course === undefined) return undefined;
  const mean = course.reduce((a, b) => a + b, 0) / course.length;
  return mean > 0 && course.every(Number.isFinite) ? [...course].map((v) => v / mean) : undefined;
}
