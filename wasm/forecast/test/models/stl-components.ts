import { instantiate, type Variant } from '../../src/index.ts';
import { MODEL_KINDS } from './fitted.ts';

const FIELDS = 64;
/** Rows of the kernel's workspace, of 2 n numbers each: see assembly/models/stl-work.ts. */
const ROWS = { first: 1, second: 2, trend: 3, adjusted: 4 };

export interface KernelComponents {
  /** Of the shorter season where there are two. */
  readonly first: number[];
  readonly second: number[];
  readonly trend: number[];
  /** The series without its seasons. */
  readonly adjusted: number[];
}

/** Components that the kernel finds on the way to STL + ETS, read from its workspace. */
export function kernelComponents(
  values: readonly number[],
  season: number,
  spec: readonly number[],
  variant: Variant = 'simd',
): KernelComponents {
  const kernel = instantiate(variant);
  const kind = MODEL_KINDS['stl-ets'];
  const n = values.length;
  const y = (kernel.HEAP_BASE.value + 15) & ~15;
  const specAt = (y + 8 * n + 15) & ~15;
  const work = specAt + 32;
  const missing = work + kernel.modelWorkBytes(kind, n, season) - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / 65536));
  new Float64Array(kernel.memory.buffer, y, n).set(values);
  new Int32Array(kernel.memory.buffer, specAt, 8).fill(-1).set(spec);
  kernel.modelBegin(kind, work, y, n, season, specAt);
  while (kernel.modelAdvance(kind, work) === 1);
  const row = (place: number): number[] => [
    ...new Float64Array(kernel.memory.buffer, work + FIELDS + 16 * n * place, n),
  ];
  return {
    first: row(ROWS.first),
    second: row(ROWS.second),
    trend: row(ROWS.trend),
    adjusted: row(ROWS.adjusted),
  };
}
