/** A matrix by rows. */
export type Matrix = readonly (readonly number[])[];

export const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/** Solve A x = b by elimination with pivoting. */
export function solve(matrix: Matrix, right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]![k]!) > Math.abs(rows[pivot]![k]!)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let j = k; j <= n; j++) rows[i]![j]! -= factor * rows[k]![j]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    x[k] = (rows[k]![n]! - dot(rows[k]!.slice(k + 1, n), x.slice(k + 1))) / rows[k]![k]!;
  }
  return x;
}

/** Lower Cholesky factor of a positive definite matrix. */
export function cholesky(matrix: Matrix): number[][] {
  const lower: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    const own: number[] = [];
    for (let j = 0; j < i; j++) own.push((row[j]! - dot(own, lower[j]!)) / lower[j]![j]!);
    own.push(Math.sqrt(row[i]! - dot(own, own)));
    lower.push(own);
  }
  return lower;
}

/** L⁻¹ b for a lower triangular L. */
export function forward(lower: Matrix, right: readonly number[]): number[] {
  const out: number[] = [];
  for (const [i, row] of lower.entries()) out.push((right[i]! - dot(out, row)) / row[i]!);
  return out;
}
