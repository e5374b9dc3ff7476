import { FITTED_MODELS, type FitRequest } from './fit-plan.ts';
import type { ForecastKernel, Slot } from './kernel.ts';

const SPEC_NUMBERS = 8;

/** One fit of one model to a window of a series, in pieces, in the kernel's workspace. */
export class FitJob {
  readonly request: FitRequest;
  readonly #kernel: ForecastKernel;
  readonly #kind: number;
  readonly #work: number;
  readonly #state: number;
  readonly #stateBytes: number;
  #isSearching = true;

  /** Copies the window; what comes later does not disturb the fit. */
  constructor(kernel: ForecastKernel, slot: Slot, request: FitRequest) {
    const { exports } = kernel;
    const { window, season, spec, at } = request;
    this.request = request;
    this.#kernel = kernel;
    this.#kind = modelNumber(request);
    this.#stateBytes = exports.modelStateBytes(this.#kind, season);
    const workBytes = aligned(exports.modelWorkBytes(this.#kind, window, season));
    this.#work = kernel.workspace(this, workBytes + aligned(this.#stateBytes) + 8 * (window + SPEC_NUMBERS));
    this.#state = this.#work + workBytes;
    const values = this.#state + aligned(this.#stateBytes);
    exports.fitWindow(slot.plan, slot.at, window, at, values);
    const specAt = spec.length === 0 ? 0 : values + 8 * window;
    if (specAt > 0) new Int32Array(exports.memory.buffer, specAt, SPEC_NUMBERS).fill(-1).set(spec);
    exports.modelBegin(this.#kind, this.#work, values, window, season, specAt);
  }

  /** Whether another fit took the workspace; then this one is lost. */
  get isLost(): boolean {
    return !this.#kernel.ownsWorkspace(this);
  }

  /** One piece; false once there is nothing left to do. */
  advance(): boolean {
    if (this.#isSearching)
      this.#isSearching = this.#kernel.exports.modelAdvance(this.#kind, this.#work) === 1;
    return this.#isSearching;
  }

  /** State of the model that was found, as of the window's end; `undefined` if none could be fitted. */
  finish(): Uint8Array | undefined {
    const { exports } = this.#kernel;
    if (exports.modelFinish(this.#kind, this.#work, this.#state) === 0) return undefined;
    return new Uint8Array(exports.memory.buffer, this.#state, this.#stateBytes).slice();
  }
}

/** Number of a model in the kernel. */
export function modelNumber({ model }: Pick<FitRequest, 'model'>): number {
  return FITTED_MODELS.indexOf(model) + 1;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
