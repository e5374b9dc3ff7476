/**
 * Forecasting kernels: a bank of experts under online weights with calibrated intervals, in WebAssembly.
 * @module
 */
import { decode, SIMD_TEXT } from './gen/bytes.ts';

export {
  type ArimaCoefficients,
  type ArimaModel,
  type ArimaOrders,
  decodeArima,
  decodeArimaOrders,
} from './models/arima.ts';
export { decodeEts, type EtsModel } from './models/ets.ts';
export { decodeStlEts, type StlEtsModel, type StlSeason } from './models/stl-ets.ts';
export { decodeTheta, type ThetaModel } from './models/theta.ts';
export { type DecomposableModel, decodeDecomposable, type FourierSeason } from './models/decomposable.ts';
export {
  COVARIATE_LIMITS,
  type CovariatesView,
  decodeCovariates,
  type GroupChange,
  type GroupEvidence,
} from './covariates.ts';
export { decodeDrift, DRIFT_FLAGS, type DriftAlarm } from './drift.ts';

export {
  decodeNetwork,
  encodeNetwork,
  LSTM_INPUTS,
  lstmTimeOfDay,
  lstmWeightCount,
  type Network,
  networkDefect,
} from './lstm.ts';

/** Raw exports of the kernel, as asc typed them; pointers are byte offsets into `memory`. */
export type ForecastExports = Awaited<ReturnType<typeof import('../build/forecast.simd.js').instantiate>>;

/** The two builds of the kernel; same answers, to the bit. */
export type Variant = 'simd' | 'scalar';

/** Names of the experts of a slot with two seasons, in the order in which the kernel keeps them. */
export const EXPERT_NAMES: readonly string[] = [
  'naive',
  'mean',
  'ses-0.1',
  'ses-0.3',
  'ses-0.6',
  'holt-damped-slow',
  'holt-damped-fast',
  'drift',
  'ar-rls-8',
  'ar-rls-24',
  'cycle-mean',
  'other-season',
  'other-shape',
  'fleet-shape',
  'lstm',
  'covariates',
  'ets',
  'arima',
  'theta',
  'stl-ets',
  'decomposable',
  'fitted-median',
  ...['', '-2'].flatMap((place) => [
    `seasonal-naive${place}`,
    `seasonal-drift${place}`,
    `holt-winters-slow${place}`,
    `holt-winters-fast${place}`,
    `seasonal-ar-slow${place}`,
    `seasonal-ar-fast${place}`,
  ]),
];

const provided = new Map<Variant, string>([['simd', SIMD_TEXT]]);
const compiled = new Map<Variant, WebAssembly.Module>();

/** Make a build known that is not embedded here: `@foreshadow/wasm-forecast/scalar` does, for engines without SIMD. */
export function provide(variant: Variant, text: string): void {
  provided.set(variant, text);
}

function compile(variant: Variant): WebAssembly.Module {
  let module = compiled.get(variant);
  if (module === undefined) {
    const text = provided.get(variant);
    if (text === undefined) {
      throw new Error(`no ${variant} kernel here: import '@foreshadow/wasm-forecast/${variant}' first`);
    }
    module = new WebAssembly.Module(decode(text));
    compiled.set(variant, module);
  }
  return module;
}

/** The best variant this engine accepts. */
export function bestVariant(): Variant {
  return WebAssembly.validate(decode(SIMD_TEXT)) ? 'simd' : 'scalar';
}

/**
 * Instantiate synchronously. Pass `module` where compiling bytes is forbidden: it is exported as
 * `@foreshadow/wasm-forecast/forecast.simd.wasm`.
 */
export function instantiate(
  variant: Variant = bestVariant(),
  module: WebAssembly.Module = compile(variant),
): ForecastExports {
  return new WebAssembly.Instance(module, {}).exports as unknown as ForecastExports;
}

let hash: string | undefined;

/**
 * Hash of the kernel (FNV-1a of 64 bits in two halves, hex), the same whichever build runs. States carry it: what one kernel wrote another must not
 * read, for the layout of a slot is nowhere else described.
 */
export function kernelHash(): string {
  hash ??= [0x811c9dc5, 0x050c5d1f].map((seed) => fnv1a(SIMD_TEXT, seed)).join('');
  return hash;
}

function fnv1a(text: string, seed: number): string {
  let h = seed;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0).toString(16).padStart(8, '0');
}
