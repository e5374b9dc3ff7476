import type { PartitionNeed } from './need.ts';
import type { PoolObservation } from './observation.ts';
import { type ErrorPaths, followErrors, noErrorPaths, type Scenario, scenariosOf } from './scenarios.ts';
import type { PoolState } from './state.ts';
import { stepForecastOf } from './step-forecast.ts';

/** How demand may go on, step by step, and what was learned for it. */
export interface LookAhead {
  readonly stepMs: number;
  /** `undefined` where sizes do the work of counts, or a partition's forecast is missing. */
  readonly scenarios: readonly Scenario[] | undefined;
  readonly errors: ErrorPaths | null;
}

const STEPS = 20;
/** A schedule is looked at until this long after an order given now would be served. */
const BEYOND_LEAD_MS = 60_000;
/** Lengths of a step. Few of them: what was learned of errors holds for one length. */
const STEP_LENGTHS_MS = [5000, 10_000, 20_000, 60_000, 300_000] as const;

/** Scenarios of the demand of a pool whose workers have one size. */
export function lookAhead(
  o: PoolObservation,
  state: PoolState,
  needs: readonly PartitionNeed[],
  nowMs: number,
): LookAhead {
  const reachMs = o.leadTimeMs + BEYOND_LEAD_MS;
  const stepMs = STEP_LENGTHS_MS.find((length) => length * STEPS >= reachMs) ?? reachMs / STEPS;
  const none = { stepMs, scenarios: undefined, errors: state.errors };
  if (o.resizable.cpuCores === 'live') return none;
  const forecast = stepForecastOf(needs, { stepMs, steps: STEPS }, nowMs);
  if (forecast === undefined) return none;
  const known = state.errors?.stepMs === stepMs ? state.errors : noErrorPaths({ stepMs, steps: STEPS });
  const errors = followErrors(known, forecast, o.askedCpuSeconds, nowMs);
  return { stepMs, scenarios: scenariosOf(errors, forecast), errors };
}
