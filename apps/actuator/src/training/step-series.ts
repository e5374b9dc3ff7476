/**
 * Means over steps, the newest `capacity` of them. A step of which less than half was observed is missing, and so is
 * one that was skipped.
 */
export class StepSeries {
  readonly #stepMs: number;
  readonly #ticks: number;
  readonly #values: Float32Array;
  /** Number of the step that is being filled, since the Unix epoch. */
  #step = NaN;
  #sum = 0;
  #count = 0;
  #closed = 0;

  constructor(options: { readonly stepMs: number; readonly tickMs: number; readonly capacity: number }) {
    this.#stepMs = options.stepMs;
    this.#ticks = options.stepMs / options.tickMs;
    this.#values = new Float32Array(options.capacity);
  }

  /** One tick that ends at `atMs`; one older than the step that is being filled is left out. */
  push(atMs: number, value: number | undefined): void {
    // A tick that ends where a step ends belongs to it.
    const step = Math.ceil(atMs / this.#stepMs);
    if (Number.isNaN(this.#step)) this.#step = step;
    if (step < this.#step) return;
    const gap = Math.min(step - this.#step, this.#values.length);
    for (let i = 0; i < gap; i++) this.#close();
    this.#step = step;
    if (value === undefined || !Number.isFinite(value)) return;
    this.#sum += value;
    this.#count += 1;
  }

  /** Steps that are complete and kept. */
  get size(): number {
    return Math.min(this.#closed, this.#values.length);
  }

  /** End of the first step that is kept, and the means, oldest first. */
  series(): { readonly startMs: number; readonly values: Float64Array } {
    const size = this.size;
    const values = Float64Array.from({ length: size }, (_, i) => {
      return this.#values[(this.#closed - size + i) % this.#values.length] ?? NaN;
    });
    return { startMs: size === 0 ? NaN : (this.#step - size) * this.#stepMs, values };
  }

  #close(): void {
    const mean = 2 * this.#count >= this.#ticks && this.#count > 0 ? this.#sum / this.#count : NaN;
    this.#values[this.#closed % this.#values.length] = mean;
    this.#closed += 1;
    this.#sum = 0;
    this.#count = 0;
  }
}
