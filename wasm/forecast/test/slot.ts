import { type ForecastExports, instantiate, type Variant } from '../src/index.ts';

/** One series in a kernel of its own. */
export class TestSlot {
  readonly experts: number;
  readonly #kernel: ForecastExports;
  readonly #plan: number;
  readonly #slot: number;
  readonly #bytes: number;

  constructor(
    variant: Variant,
    steps: readonly number[],
    capacity = 1024,
    seasons = 2,
    longest = 0,
    rule = 0,
  ) {
    const kernel = instantiate(variant);
    this.#kernel = kernel;
    this.#plan = (kernel.HEAP_BASE.value + 15) & ~15;
    this.#slot = this.#plan + ((kernel.planBytes(steps.length, Math.max(...steps)) + 15) & ~15);
    kernel.memory.grow(8);
    new Int32Array(kernel.memory.buffer, kernel.planSteps(this.#plan), steps.length).set(steps);
    kernel.planInit(this.#plan, steps.length, capacity, seasons, longest, rule);
    this.#bytes = kernel.slotBytes(this.#plan);
    kernel.memory.grow(1 + Math.ceil(this.#bytes / 65536));
    kernel.slotInit(this.#plan, this.#slot);
    this.experts = kernel.expertCount(this.#plan);
  }

  update(y: number): void {
    this.#kernel.update(this.#plan, this.#slot, y);
  }

  forecast(h: number): { mean: number; lower: number; upper: number } {
    const at = this.#kernel.forecastsAt(this.#plan, this.#slot) + 24 * h;
    const [mean = NaN, lower = NaN, upper = NaN] = new Float64Array(this.#kernel.memory.buffer, at, 3);
    return { mean, lower, upper };
  }

  /** What each expert says for horizon `h`. */
  expertForecasts(h: number): number[] {
    const at = this.#kernel.expertsAt(this.#plan, this.#slot, h);
    return [...new Float64Array(this.#kernel.memory.buffer, at, this.experts)];
  }

  weights(h: number): number[] {
    const at = this.#kernel.weightsAt(this.#plan, this.#slot, h);
    return [...new Float64Array(this.#kernel.memory.buffer, at, this.experts)];
  }

  /** Say what is known from outside, before an update: one forecast a horizon. */
  tell(row: number, forecasts: readonly number[]): void {
    const at = this.#kernel.outsideAt(this.#plan, this.#slot) + 8 * row * forecasts.length;
    new Float64Array(this.#kernel.memory.buffer, at, forecasts.length).set(forecasts);
  }

  /** Mean |error| of a horizon. */
  meanError(h: number): number {
    return this.#kernel.meanError(this.#plan, this.#slot, h);
  }

  season(j: number): number {
    return this.#kernel.seasonLength(this.#slot, j);
  }

  get isSound(): boolean {
    return this.#kernel.slotIsSound(this.#plan, this.#slot) === 1;
  }

  /** The slot's memory, for comparison and for damage. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#kernel.memory.buffer, this.#slot, this.#bytes);
  }

  /** A copy of the memory behind the slot. */
  bytesAfter(): Uint8Array {
    const at = this.#slot + this.#bytes;
    return new Uint8Array(this.#kernel.memory.buffer, at, 4096).slice();
  }
}
