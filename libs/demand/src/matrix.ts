/**
 * Small dense symmetric systems, row-major in plain arrays so that they survive JSON.
 * @module
 */

/**
 * Inverse of the symmetric positive definite matrix `a` restricted to the indices `free`, by Cholesky.
 * Returns `undefined` where the restriction is not positive definite.
 */
export function inverseOn(a: readonly number[], size: number, free: readonly number[]): number[] | undefined {
  const n = free.length;
  const lower = cholesky(a, size, free);
  if (lower === undefined) return undefined;
  const inverse = new Array<number>(n * n).fill(0);
  for (let column = 0; column < n; column++) {
    const unit = Array.from({ length: n }, (_, i) => (i === column ? 1 : 0));
    const solved = solveCholesky(lower, n, unit);
    for (let row = 0; row < n; row++) inverse[row * n + column] = solved[row]!;
  }
  return inverse;
}

function cholesky(a: readonly number[], size: number, free: readonly number[]): number[] | undefined {
  const n = free.length;
  const lower = new Array<number>(n * n).fill(0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[free[i]! * size + free[j]!]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      if (i !== j) {
        lower[i * n + j] = sum / lower[j * n + j]!;
        continue;
      }
      // A pivot that rounding has eaten says: not positive definite.
      if (!(sum > 1e-12 * a[free[i]! * size + free[i]!]!)) return undefined;
      lower[i * n + i] = Math.sqrt(sum);
    }
  }
  return lower;
}

function solveCholesky(lower: readonly number[], n: number, right: readonly number[]): number[] {
  const x = [...right];
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * n + k]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= lower[k * n + i]! * x[k]!;
    x[i]! /= lower[i * n + i]!;
  }
  return x;
}

/** Minimiser of a quadratic under `x ≥ 0`, with the inverse of the quadratic on the coordinates that are not 0. */
export interface NonNegativeSolution {
  readonly x: readonly number[];
  readonly free: readonly number[];
  /** Row-major `free.length × free.length`. */
  readonly inverse: readonly number[];
}

/**
 * `argmin ½ xᵀAx − bᵀx` over `x ≥ 0` for positive definite `A` of a handful of rows: every set of free coordinates
 * is tried and the best feasible one kept, which is exact and, at four coordinates, cheaper than an active-set walk.
 */
export function solveNonNegative(a: readonly number[], b: readonly number[]): NonNegativeSolution {
  const size = b.length;
  let best: NonNegativeSolution = { x: b.map(() => 0), free: [], inverse: [] };
  let bestValue = 0;
  for (let mask = 1; mask < 1 << size; mask++) {
    const free = b.flatMap((_, i) => ((mask >> i) & 1 ? [i] : []));
    const inverse = inverseOn(a, size, free);
    if (inverse === undefined) continue;
    const part = free.map((_, i) => dotRow(inverse, free.length, i, free, b));
    if (part.some((v) => !(v >= 0))) continue;
    // At the minimiser of a free set the quadratic has the value −½ bᵀx.
    const value = -0.5 * free.reduce((sum, index, i) => sum + b[index]! * part[i]!, 0);
    if (value >= bestValue) continue;
    const x = b.map(() => 0);
    free.forEach((index, i) => (x[index] = part[i]!));
    best = { x, free, inverse };
    bestValue = value;
  }
  return best;
}

function dotRow(
  inverse: readonly number[],
  n: number,
  row: number,
  free: readonly number[],
  b: readonly number[],
): number {
  return free.reduce((sum, index, column) => sum + inverse[row * n + column]! * b[index]!, 0);
}
