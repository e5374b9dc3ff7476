import { FITTED_MODELS, type FitRequest } from './fit-plan.ts';
import type { ForecastKernel, Slot } from './kernel.ts';

const SPEC_NUMBERS = 8;

/** One fit of one model to the newest values of a series, in pieces, in the kernel's workspace. */
export class FitJob {
  readonly request: FitRequest;
  readonly #kernel: ForecastKernel;
  readonly #kind: number;
  readonly #work: number;
  readonly #at: number;
  #isSearching = true;

  /** Copies the window; what comes later does not disturb the fit. */
  constructor(kernel: ForecastKernel, slot: Slot, request: FitRequest) {
    const { exports } = kernel;
    const { window, season, spec } = request;
    this.request = request;
    this.#kernel = kernel;
    this.#kind = modelNumber(request);
    this.#at = exports.stepCount(slot.at);
    const workBytes = exports.modelWorkBytes(this.#kind, window, season);
    this.#work = kernel.workspace(this, workBytes + 8 * (window + SPEC_NUMBERS));
    const values = this.#work + Math.ceil(workBytes / 16) * 16;
    exports.fitWindow(slot.plan, slot.at, window, values);
    begin(kernel, { kind: this.#kind, work: this.#work, values, count: window, season, spec });
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

  /** Give the series the model; false, and the model as it was, if none could be fitted. */
  adopt(slot: Slot): boolean {
    return this.#kernel.exports.adoptModel(slot.plan, slot.at, this.#kind, this.#work, this.#at) === 1;
  }
}

interface FitInput {
  readonly kind: number;
  readonly work: number;
  /** Address of the values, and of as much room for the specification behind them. */
  readonly values: number;
  readonly count: number;
  readonly season: number;
  readonly spec: readonly number[];
}

/** Begin a fit to values that lie in the kernel's memory, with room for a specification behind them. */
export function begin(kernel: ForecastKernel, { kind, work, values, count, season, spec }: FitInput): void {
  const { exports } = kernel;
  const specAt = spec.length === 0 ? 0 : values + 8 * count;
  if (specAt > 0) new Int32Array(exports.memory.buffer, specAt, SPEC_NUMBERS).fill(-1).set(spec);
  exports.modelBegin(kind, work, values, count, season, specAt);
}

/** Number of a model in the kernel. */
export function modelNumber({ model }: Pick<FitRequest, 'model'>): number {
  return FITTED_MODELS.indexOf(model) + 1;
}
