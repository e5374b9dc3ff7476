/** Σ a[i]·b[i] over the first n, added in four lanes as the kernel does. */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>, n: number = a.length): number {
  const lanes = [0, 0, 0, 0];
  const whole = n - (n % 4);
  for (let i = 0; i < whole; i++) lanes[i % 4]! += a[i]! * b[i]!;
  let sum = lanes[0]! + lanes[2]! + (lanes[1]! + lanes[3]!);
  for (let i = whole; i < n; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Factor L of a symmetric matrix A = LL′ of which the lower triangle is given; `undefined` if it is not positive definite. */
export function cholesky(a: readonly (readonly number[])[]): number[][] | undefined {
  const l: number[][] = [];
  for (const [i, source] of a.entries()) {
    const row: number[] = [];
    for (let j = 0; j < i; j++) row.push((source[j]! - dot(row, l[j]!, j)) / l[j]![j]!);
    const pivot = source[i]! - dot(row, row);
    if (!(pivot > 0)) return undefined;
    l.push([...row, Math.sqrt(pivot)]);
  }
  return l;
}

/** L⁻¹b. */
export function solveLower(l: readonly (readonly number[])[], b: readonly number[]): number[] {
  const x: number[] = [];
  for (const [i, row] of l.entries()) x.push((b[i]! - dot(row, x, i)) / row[i]!);
  return x;
}

/** L′⁻¹b. */
export function solveUpper(l: readonly (readonly number[])[], b: readonly number[]): number[] {
  const x = [...b];
  for (let i = l.length - 1; i >= 0; i--) {
    x[i]! /= l[i]![i]!;
    for (let j = 0; j < i; j++) x[j]! += -x[i]! * l[i]![j]!;
  }
  return x;
}
