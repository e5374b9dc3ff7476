import { instantiate } from '@foreshadow/wasm-forecast';

/** Kinds of fitted models, by the numbers that the kernel gives them. */
export const MODEL_KINDS = { ets: 1, arima: 2, theta: 3, 'stl-ets': 4 } as const;
export type ModelKind = keyof typeof MODEL_KINDS;

const SPEC_NUMBERS = 8;
const PAGE_BYTES = 65536;
const ALIGNMENT = 16;

/** Fits one kind of model to series of one length, again and again in the same memory. */
export class KernelModel {
  readonly #kernel = instantiate();
  readonly #kind: number;
  readonly #season: number;
  readonly #count: number;
  readonly #values: number;
  readonly #spec: number;
  readonly #work: number;
  readonly #state: number;
  readonly #out: number;
  readonly #horizon: number;
  #end = this.#kernel.HEAP_BASE.value;

  /** @param spec numbers that fix the form; left out, the search decides */
  constructor(kind: ModelKind, count: number, season: number, horizon: number, spec?: readonly number[]) {
    this.#kind = MODEL_KINDS[kind];
    this.#season = season;
    this.#count = count;
    this.#horizon = horizon;
    this.#values = this.#reserve(8 * count);
    this.#spec = spec === undefined ? 0 : this.#reserve(4 * SPEC_NUMBERS);
    this.#out = this.#reserve(16 * horizon);
    this.#work = this.#reserve(this.#kernel.modelWorkBytes(this.#kind, count, season));
    this.#state = this.#reserve(this.#kernel.modelStateBytes(this.#kind, season));
    if (spec === undefined) return;
    new Int32Array(this.#kernel.memory.buffer, this.#spec, SPEC_NUMBERS).fill(-1).set(spec);
  }

  /** Fit to a series and forecast it; `undefined` if no model could be fitted. */
  forecast(values: Float64Array): Float64Array | undefined {
    const kernel = this.#kernel;
    new Float64Array(kernel.memory.buffer, this.#values, this.#count).set(values);
    kernel.modelBegin(this.#kind, this.#work, this.#values, this.#count, this.#season, this.#spec);
    while (kernel.modelAdvance(this.#kind, this.#work) === 1);
    if (kernel.modelFinish(this.#kind, this.#work, this.#state) !== 1) return undefined;
    kernel.modelPredict(this.#state, this.#horizon, this.#out, this.#out + 8 * this.#horizon);
    return new Float64Array(kernel.memory.buffer, this.#out, this.#horizon);
  }

  #reserve(bytes: number): number {
    const at = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    this.#end = at + bytes;
    const missing = this.#end - this.#kernel.memory.buffer.byteLength;
    if (missing > 0) this.#kernel.memory.grow(Math.ceil(missing / PAGE_BYTES));
    return at;
  }
}
