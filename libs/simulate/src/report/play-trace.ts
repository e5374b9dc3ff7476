import { buildPolicy, FAMILIES, familyOf } from '../catalogue.ts';
import { type Contender, type Forecasts, playContender, tunedContender } from '../compare/contenders.ts';
import type { CostPoint } from '../compare/front.ts';
import { DEFAULT_HORIZONS_MS, engineForecasts } from '../foreshadow/engine-forecasts.ts';
import type { ForecastSource } from '../foreshadow/forecast-source.ts';
import { foreshadow, foreshadowParams } from '../foreshadow/foreshadow.ts';
import { oracleFront } from '../oracle/oracle.ts';
import type { Outcome, Stage } from '../run.ts';
import type { RecordedSeries } from './stage-of.ts';

/** A policy on a trace: a line of the table. */
export interface PolicyRow {
  readonly name: string;
  /** Whether its parameters were chosen for this trace in hindsight. */
  readonly tuned: boolean;
  readonly outcome: Outcome;
  readonly costToOracle: number;
}

/** A family's front: its one main knob turned. */
export interface Front {
  readonly name: string;
  readonly points: readonly CostPoint[];
}

/** All that was played on one trace. */
export interface TraceReport {
  readonly file: string;
  readonly stage: Stage;
  readonly stepSeconds: number;
  readonly rows: readonly PolicyRow[];
  readonly fronts: readonly Front[];
  readonly warnings: readonly string[];
}

export interface RunOptions {
  readonly contenders: readonly Contender[];
  readonly isTuned: boolean;
  readonly withFronts: boolean;
}

/** Seconds between two forecasts of the edge that is simulated. */
const TICK_SECONDS = 5;
/** Quantiles of demand that the planner's front is drawn with. */
const QUANTILES = [0.55, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999];

/** How often a trace is played, the oracle and the forecasts counted as one each. */
export function playsOf(o: RunOptions): number {
  const tuned = o.isTuned ? o.contenders.reduce((sum, c) => sum + gridSize(c), 0) : 0;
  const fronts = o.withFronts ? frontFamilies(o).reduce((sum, f) => sum + f.values.length, 0) : 0;
  return o.contenders.length + tuned + fronts + 2;
}

function gridSize({ family, params }: Contender): number {
  const found = FAMILIES.find((f) => f.name === family);
  if (found === undefined || Object.keys(params).length > 0) return 0;
  return 1 + Object.values(found.grid).reduce((n, values) => n * values.length, 1);
}

function frontFamilies(o: RunOptions): { readonly name: string; readonly values: readonly number[] }[] {
  const families = [...new Set(o.contenders.map((c) => c.family))];
  return families.flatMap((name) => {
    if (name === 'oracle') return [];
    const found = FAMILIES.find((f) => f.name === name);
    return [{ name, values: found?.knob.values ?? QUANTILES }];
  });
}

/**
 * Play all policies on a trace.
 * @param onPlayed called after each of the `playsOf` plays
 * @throws {SimulateError} `INVALID_SETTING` with key, value and range
 */
export function playTrace(
  file: string,
  series: RecordedSeries,
  stage: Stage,
  o: RunOptions,
  onPlayed: () => void,
): TraceReport {
  const forecasts = forecastsOf(stage, onPlayed);
  const played = o.contenders.flatMap((c) => {
    const outcomes = [{ tuned: false, outcome: playContender(c, stage, forecasts) }];
    onPlayed();
    const tuned = o.isTuned ? tunedContender(c, stage, onPlayed) : undefined;
    if (tuned !== undefined) outcomes.push({ tuned: true, outcome: tuned });
    return outcomes.map(({ tuned: isTuned, outcome }) => ({ name: c.name, tuned: isTuned, outcome }));
  });
  const best = oracleFront(
    stage,
    played.map(({ outcome }) => outcome),
  );
  onPlayed();
  const rows = played.map((row) => ({
    ...row,
    costToOracle: row.outcome.cost / best.costAt(row.outcome.latePct),
  }));
  const fronts = o.withFronts
    ? [
        { name: 'oracle', points: best.points },
        ...frontFamilies(o).map((f) => frontOf(f, stage, forecasts, onPlayed)),
      ]
    : [];
  return { file, stage, stepSeconds: series.stepMs / 1000, rows, fronts, warnings: series.warnings };
}

function forecastsOf(stage: Stage, onPlayed: () => void): Forecasts {
  const { trace } = stage.scenario;
  const options = { tickSeconds: TICK_SECONDS, horizonsMs: DEFAULT_HORIZONS_MS };
  let engine: ForecastSource | undefined;
  let lastValue: ForecastSource | undefined;
  return {
    engine: () => {
      if (engine === undefined) onPlayed();
      return (engine ??= engineForecasts(trace, options));
    },
    lastValue: () => (lastValue ??= engineForecasts(trace, { ...options, forecaster: 'last-value' })),
  };
}

function frontOf(
  { name, values }: { readonly name: string; readonly values: readonly number[] },
  stage: Stage,
  forecasts: Forecasts,
  onPlayed: () => void,
): Front {
  const points = values.map((value) => {
    const outcome = playKnob(name, value, stage, forecasts);
    onPlayed();
    return { cost: outcome.cost, latePct: outcome.latePct };
  });
  return { name, points };
}

function playKnob(name: string, value: number, stage: Stage, forecasts: Forecasts): Outcome {
  if (FAMILIES.some((f) => f.name === name)) {
    const family = familyOf(name);
    return stage.play(buildPolicy(family, { [family.knob.key]: value }, stage));
  }
  if (name === 'foreshadow') {
    return stage.play(foreshadow(forecasts.engine(), foreshadowParams({ quantile: value })));
  }
  return playContender({ name, family: name, params: { quantile: value } }, stage, forecasts);
}
