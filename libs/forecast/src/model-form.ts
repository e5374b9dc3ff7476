import { type ArimaOrders, decodeArimaOrders, decodeEts, type EtsModel } from '@foreshadow/wasm-forecast';
import type { FittedModelName } from './fit-plan.ts';

/** A fitted model in the notation of the field. */
export interface ModelForm {
  readonly form: string;
  readonly parameters: Readonly<Record<string, number>>;
}

// Fields of every state's header that hold numbers; see the kernel's `models/header.ts`.
const LOG_LIKELIHOOD = 8;
const AICC = 16;
const SIGMA2 = 24;
const SEASON = 32;

/** Read form and parameters of a model's state in the kernel's memory. */
export function describeModel(model: FittedModelName, state: DataView): ModelForm {
  const { form, parameters } = DESCRIBE[model](state);
  const criteria = {
    sigma2: state.getFloat64(SIGMA2, true),
    logLikelihood: state.getFloat64(LOG_LIKELIHOOD, true),
    aicc: state.getFloat64(AICC, true),
  };
  return {
    form,
    parameters: Object.fromEntries(Object.entries({ ...parameters, ...criteria }).filter(isKnown)),
  };
}

// Decoders of all parameters would make the edge's bundle too large: criteria and seasons stand in the header.
const DESCRIBE: Record<FittedModelName, (state: DataView) => ModelForm> = {
  ets: (state) => etsForm(decodeEts(state)),
  arima: (state) => ({ form: arimaForm(decodeArimaOrders(state)), parameters: {} }),
  theta: (state) => plainForm('Dynamic optimised Theta', state),
  'stl-ets': (state) => plainForm('STL + ETS', state),
  decomposable: (state) => plainForm('Trend + Fourier', state),
};

function plainForm(name: string, state: DataView): ModelForm {
  return { form: `${name}${period(state)}`, parameters: {} };
}

/** As R's `forecast` writes it: `ARIMA(2,1,1)(0,1,1)[24] with drift`. */
function arimaForm({ p, d, q, seasonalP, seasonalD, seasonalQ, constant, period }: ArimaOrders): string {
  const season = period > 1 ? `(${seasonalP},${seasonalD},${seasonalQ})[${period}]` : '';
  const rest = d + seasonalD === 0 ? 'non-zero mean' : 'drift';
  return `ARIMA(${p},${d},${q})${season}${constant ? ` with ${rest}` : ''}`;
}

function etsForm({ error, trend, season, shape, alpha, beta, gamma, phi }: EtsModel): ModelForm {
  const length = season === 'N' ? '' : `[${shape.length}]`;
  return { form: `ETS(${error},${trend},${season})${length}`, parameters: { alpha, beta, gamma, phi } };
}

function period(state: DataView): string {
  const season = state.getInt32(SEASON, true);
  return season > 1 ? `[${season}]` : '';
}

function isKnown([, value]: readonly [string, number]): boolean {
  return Number.isFinite(value);
}
