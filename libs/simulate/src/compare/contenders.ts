import { buildPolicy, FAMILIES, familyOf, type Params } from '../catalogue.ts';
import { SimulateError } from '../errors.ts';
import { foreshadow, foreshadowParams } from '../foreshadow/foreshadow.ts';
import type { ForecastSource } from '../foreshadow/forecast-source.ts';
import { perfectForecasts } from '../foreshadow/perfect-forecasts.ts';
import { oracle } from '../oracle/oracle.ts';
import type { Outcome, Stage } from '../run.ts';
import { bestOf, tryGrid } from './tune.ts';

/** Forecasts that the planner may be played on, made when first asked for. */
export interface Forecasts {
  engine(): ForecastSource;
  lastValue(): ForecastSource;
}

/** A policy as it is named and set by whoever compares. */
export interface Contender {
  readonly name: string;
  readonly family: string;
  readonly params: Params;
}

/** Price at which the oracle that stands in a table weighs a late worker-second of work: next to no lateness. */
const ORACLE_PRICE = 20;
const ORACLE_RESERVE = 0.05;

/** Names that stand for the planner on some forecasts, and for the oracle. */
export const OWN_FAMILIES = ['foreshadow', 'foreshadow-last-value', 'foreshadow-perfect', 'oracle'] as const;
type OwnFamily = (typeof OWN_FAMILIES)[number];

const isOwn = (name: string): name is OwnFamily => (OWN_FAMILIES as readonly string[]).includes(name);

/** All names, in the order in which people should see them, and what they stand for. */
export const POLICIES: readonly { readonly name: string; readonly about: string }[] = [
  { name: 'foreshadow', about: 'the planner on the forecasts of the engine that edges run' },
  { name: 'foreshadow-last-value', about: 'ablation: the planner on last values' },
  { name: 'foreshadow-perfect', about: 'ablation: the planner on what really comes' },
  ...FAMILIES.map(({ name, about }) => ({ name, about })),
  { name: 'oracle', about: 'the cheapest schedule that knows the future, same lead time and billing' },
];

/** What `all` stands for: everything but the ablations. */
export const ALL_POLICIES: readonly string[] = ['foreshadow', ...FAMILIES.map((f) => f.name), 'oracle'];

/**
 * Contenders by name; `all` stands for all but the ablations.
 * @throws {SimulateError} `UNKNOWN_POLICY`
 */
export function contendersOf(names: readonly string[]): readonly Contender[] {
  const wanted = names.flatMap((name) => (name === 'all' ? ALL_POLICIES : [name]));
  return [...new Set(wanted)].map((name) => {
    checkFamily(name);
    return { name, family: name, params: {} };
  });
}

/** @throws {SimulateError} `UNKNOWN_POLICY` */
export function checkFamily(name: string): void {
  if (isOwn(name) || FAMILIES.some((f) => f.name === name)) return;
  const known = [...OWN_FAMILIES, ...FAMILIES.map((f) => f.name)].join(', ');
  throw new SimulateError('UNKNOWN_POLICY', `policy '${name}': must be all or one of ${known}`);
}

/** @throws {SimulateError} `INVALID_SETTING` with key, value and range */
export function playContender(c: Contender, stage: Stage, forecasts: Forecasts): Outcome {
  return { ...play(c, stage, forecasts), policy: c.name };
}

function play({ family, params }: Contender, stage: Stage, forecasts: Forecasts): Outcome {
  if (!isOwn(family)) return stage.play(buildPolicy(familyOf(family), params, stage));
  if (family === 'oracle') return stage.play(oracle(stage, ORACLE_PRICE, ORACLE_RESERVE));
  const settings = foreshadowParams(params);
  return stage.play(foreshadow(sourceOf(family, stage, forecasts), settings));
}

function sourceOf(family: OwnFamily, stage: Stage, forecasts: Forecasts): ForecastSource {
  if (family === 'foreshadow-perfect') return perfectForecasts(stage.scenario.trace, 5);
  return family === 'foreshadow' ? forecasts.engine() : forecasts.lastValue();
}

/** The same contender with the best parameters in hindsight; `undefined` for what is not tuned. */
export function tunedContender(c: Contender, stage: Stage, onPlayed?: () => void): Outcome | undefined {
  if (isOwn(c.family) || Object.keys(c.params).length > 0) return undefined;
  const { outcome } = bestOf(tryGrid(stage, familyOf(c.family), onPlayed));
  return { ...outcome, policy: c.name };
}
