import {
  bestOf,
  buildPolicy,
  type CostPoint,
  DEFAULT_HORIZONS_MS,
  DEFAULT_SETTINGS,
  engineForecasts,
  FAMILIES,
  familyOf,
  foreshadow,
  FORESHADOW_DEFAULTS,
  type ForecastSource,
  oracleFront,
  type OracleFront,
  type Outcome,
  perfectForecasts,
  playRows,
  Stage,
  traceOf,
  tryGrid,
} from '@foreshadow/simulate';
import type { Trace } from './traces.ts';

/** One trace played one way. */
export interface Run {
  readonly trace: string;
  readonly leadTimeSeconds: number;
  /** `native`, or how long a row lasts. */
  readonly regime: string;
  readonly seed: number;
}

/** What came of it. */
export interface Played extends Run {
  readonly own: Outcome;
  /** The planner turned from dear to cheap; all else at its defaults. */
  readonly ownFront: readonly CostPoint[];
  readonly hpa: Outcome;
  /** Everything that any published policy did with any parameters that were tried. */
  readonly published: readonly CostPoint[];
  /** The best of these in hindsight, and whose it is. */
  readonly best: { readonly name: string; readonly outcome: Outcome };
  readonly oracle: OracleFront;
  readonly ablations: Readonly<Record<Ablation, Outcome>>;
}

export const ABLATIONS = {
  lastValue: 'planner on last values',
  perfect: 'planner on what really comes',
  ownDelayed: 'planner at the HPA’s metric delay',
  hpaFresh: 'HPA at the planner’s metric delay',
} as const;
export type Ablation = keyof typeof ABLATIONS;

/** From dear to cheap: the price of lateness alone. */
const TURNED = [100, 30, 5, 2.5, 1.2, 0.6].map((latePrice) => ({ latePrice }));
const PARTITIONS = 12;
const TICK_SECONDS = 5;
const WARM_UP_SHARE = 0.25;

/** Play every policy on one stage. */
export function playRun(run: Run, trace: Trace, rowSeconds: number): Played {
  const stage = stageOf(run, trace, rowSeconds);
  const options = { tickSeconds: TICK_SECONDS, horizonsMs: DEFAULT_HORIZONS_MS };
  const load = stage.scenario.trace;
  const engine = engineForecasts(load, options);
  const own = playOwn(stage, engine);
  const turned = TURNED.map((params) => playOwn(stage, engine, params));
  const tried = FAMILIES.flatMap((f) => tryGrid(stage, f).map(({ outcome }) => ({ name: f.name, outcome })));
  const defaults = buildPolicy(familyOf('hpa'), {}, stage);
  const { metricDelaySeconds } = FORESHADOW_DEFAULTS;
  return {
    ...run,
    own: slim(own),
    ownFront: [own, ...turned].map(pointOf),
    hpa: slim(stage.play(defaults)),
    published: tried.map(({ outcome }) => pointOf(outcome)),
    best: bestOf(tried.map(({ name, outcome }) => ({ name, outcome: slim(outcome) }))),
    oracle: oracleFront(stage, [own, ...turned, ...tried.map(({ outcome }) => outcome)].map(pointOf)),
    ablations: {
      lastValue: slim(playOwn(stage, engineForecasts(load, { ...options, forecaster: 'last-value' }))),
      perfect: slim(playOwn(stage, perfectForecasts(load, TICK_SECONDS))),
      ownDelayed: slim(playOwn(stage, engine, { metricDelaySeconds: defaults.metricDelaySeconds })),
      hpaFresh: slim(stage.play({ ...defaults, metricDelaySeconds })),
    },
  };
}

function playOwn(
  stage: Stage,
  source: ForecastSource,
  params: Partial<typeof FORESHADOW_DEFAULTS> = {},
): Outcome {
  return stage.play(foreshadow(source, { ...FORESHADOW_DEFAULTS, ...params }));
}

const pointOf = ({ latePct, cost }: Outcome): CostPoint => ({ latePct, cost });

/** Without the supply of each second: thousands of outcomes are kept. */
function slim(outcome: Outcome): Outcome {
  return { ...outcome, supply: new Uint16Array(0) };
}

/** A pool of which half the workers take what 99 % of rows do not exceed: the same rule as the command's. */
function stageOf(run: Run, { name, values, stepSeconds }: Trace, rowSeconds: number): Stage {
  const sorted = values.filter((v) => !Number.isNaN(v)).sort();
  const high = sorted[Math.floor(sorted.length * 0.99)] ?? 0;
  const top = high > 0 ? high : (sorted.at(-1) ?? 1);
  const perSecond = playRows({ values, rowSeconds, seed: run.seed });
  const trace = traceOf({ name, perSecond, partitions: PARTITIONS, timeScale: rowSeconds / stepSeconds });
  return new Stage({
    trace,
    settings: {
      ...DEFAULT_SETTINGS,
      leadTimeSeconds: run.leadTimeSeconds,
      maxWorkers: PARTITIONS,
      recordsPerSecPerWorker: (rowSeconds === 1 ? nativePeak(perSecond) : top) / (PARTITIONS / 2),
      warmUpSeconds: Math.floor(perSecond.length * WARM_UP_SHARE),
    },
    seed: run.seed,
  });
}

/** Seconds of single arrivals say little: the 99 % quantile of their means over 10 s. */
function nativePeak(perSecond: Float64Array): number {
  const means = Float64Array.from({ length: Math.floor(perSecond.length / 10) }, (_, i) =>
    perSecond.subarray(10 * i, 10 * i + 10).reduce((a, b) => a + b / 10, 0),
  ).sort();
  return means[Math.floor(means.length * 0.99)] ?? 1;
}
