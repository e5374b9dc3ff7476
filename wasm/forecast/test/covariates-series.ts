import {
  type CovariatesView,
  decodeCovariates,
  type ForecastExports,
  instantiate,
  type Variant,
} from '../src/index.ts';

/** One covariates expert in a kernel of its own. */
export class TestCovariates {
  readonly isBegun: boolean;
  readonly #kernel: ForecastExports;
  readonly #features: number;
  readonly #at: number;
  readonly #rows: number;
  readonly #out: number;

  /** @param sizes features of each group */
  constructor(variant: Variant, sizes: readonly number[]) {
    const kernel = instantiate(variant);
    this.#kernel = kernel;
    this.#features = sizes.reduce((a, b) => a + b, 0);
    this.#at = (kernel.HEAP_BASE.value + 15) & ~15;
    this.#rows = this.#at + kernel.covariatesBytes() + 4096;
    this.#out = this.#rows + 64 * 1024;
    kernel.memory.grow(4);
    new Int32Array(kernel.memory.buffer, this.#rows, 1 + sizes.length).set([sizes.length, ...sizes]);
    this.isBegun = kernel.covariatesInit(this.#at, this.#rows) === 1;
  }

  update(y: number, features: readonly number[]): void {
    this.#write([features]);
    this.#kernel.covariatesUpdate(this.#at, y, this.#rows);
  }

  /** @param rows features of steps 1, 2, … ahead */
  predict(rows: readonly (readonly number[])[]): number[] {
    this.#write(rows);
    this.#kernel.covariatesPredict(this.#at, this.#rows, rows.length, this.#out);
    return [...new Float64Array(this.#kernel.memory.buffer, this.#out, rows.length)];
  }

  forget(group: number): void {
    this.#kernel.covariatesForget(this.#at, group);
  }

  get view(): CovariatesView {
    return decodeCovariates(new DataView(this.bytes().buffer, this.#at));
  }

  get admitted(): number[] {
    return this.view.groups.flatMap(({ isIn }, g) => (isIn ? [g] : []));
  }

  get isSound(): boolean {
    return this.#kernel.covariatesIsSound(this.#at) === 1;
  }

  /** The block's memory and `more` bytes after it. */
  bytes(more = 0): Uint8Array {
    return new Uint8Array(this.#kernel.memory.buffer, this.#at, this.#kernel.covariatesBytes() + more);
  }

  #write(rows: readonly (readonly number[])[]): void {
    const into = new Float32Array(this.#kernel.memory.buffer, this.#rows, rows.length * this.#features);
    into.set(rows.flat());
  }
}

/** Normal numbers from a seed (mulberry32, Box–Muller). */
export function normals(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
