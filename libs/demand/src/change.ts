import { dot, type Features } from './features.ts';
import { forgetAll } from './forgetting.ts';
import type { DemandState } from './state.ts';

/** Half of the shift, in standard deviations, that the detector is tuned to. */
const REFERENCE = 0.5;
/** Decision interval: a shift of one standard deviation is found after about 24 ticks; false alarms are rare. */
const DECISION = 12;
/** One outlier alone never raises an alarm. */
const CLIP = 4;
/** Effective ticks of evidence below which residuals only show that the fit is still young. */
const LEAST_EVIDENCE = 20;
/** What is left of the evidence when the cost has changed: enough to keep the shape, too little to hold back. */
const KEPT = 0.005;

/**
 * Watch the residuals of CPU against the fit so far: when they lean to one side for longer than chance allows, the
 * cost of a record has changed (a release, a colder cache) and old evidence is dropped but for a trace.
 * Two-sided CUSUM on standardised residuals (Page, Biometrika 1954).
 */
export function detectChange(
  state: DemandState,
  features: Features,
  usedCores: number,
  weight: number,
): DemandState {
  const { fit, moments } = state.models.cpuCores;
  const deviation = Math.sqrt(fit?.residualVariance ?? 0);
  if (fit === null || weight < 1 || !(deviation > 0) || moments.weight < LEAST_EVIDENCE) return state;
  const residual = (usedCores - dot(fit.coefficients, features)) / deviation;
  if (!Number.isFinite(residual)) return state;
  const z = Math.min(CLIP, Math.max(-CLIP, residual));
  const up = Math.max(0, state.change.up + z - REFERENCE);
  const down = Math.max(0, state.change.down - z - REFERENCE);
  if (up < DECISION && down < DECISION) return { ...state, change: { up, down } };
  return { ...forgetAll(state, KEPT), change: { up: 0, down: 0 }, changes: state.changes + 1 };
}
