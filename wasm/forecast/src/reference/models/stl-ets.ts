import { type EtsForm, type EtsParameters, type EtsStates, runEts } from './ets.ts';

/** Share of an error that the season takes in, and standard deviations up to which an error counts for that. */
const GAMMA = 0.1;
const MOST_DEVIATIONS = 3;

/** ETS without a season on an adjusted series, and the seasons that go on beside it. */
export interface StlEts {
  readonly form: EtsForm;
  readonly parameters: EtsParameters;
  readonly states: EtsStates;
  /** Variance of one-step errors, relative ones where the error is multiplicative. */
  readonly sigma2: number;
  /** Cycles of the seasonal components, the next step first. */
  readonly cycles: readonly (readonly number[])[];
}

const seasonAt = (cycles: StlEts['cycles'], step: number): number =>
  cycles.reduce((total, cycle) => total + cycle[step % cycle.length]!, 0);

/** The model after one more value, NaN where missing: ETS takes in what the seasons leave, they some of its error. */
export function nextStlEts(model: StlEts, y: number): StlEts {
  const { forecasts, states } = runEts(model.form, model.parameters, model.states, [
    y - seasonAt(model.cycles, 0),
  ]);
  const forecast = forecasts[0]!;
  const error = y - seasonAt(model.cycles, 0) - forecast;
  const deviation = Math.sqrt(model.sigma2) * (model.form.error === 'A' ? 1 : Math.abs(forecast));
  const limit = MOST_DEVIATIONS * deviation;
  const counted = Number.isNaN(y) ? 0 : Math.max(-limit, Math.min(limit, error));
  const share = GAMMA / model.cycles.length;
  const cycles = model.cycles.map(([first = 0, ...rest]) => [...rest, first + share * counted]);
  return { ...model, states, cycles };
}

/** Forecasts of steps 1 … count: the last cycle goes on (Cleveland et al. 1990; R's forecast.stl). */
export function forecastStlEts(model: StlEts, count: number): number[] {
  const nothing = new Array<number>(count).fill(NaN);
  const { forecasts } = runEts(model.form, model.parameters, model.states, nothing);
  return forecasts.map((f, i) => f + seasonAt(model.cycles, i));
}
