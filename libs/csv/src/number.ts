/** How files write that there is no value. */
const MISSING = new Set(['', 'nan', 'null', 'none', 'na', 'n/a', '-', '?']);

/** Whether a cell says that there is no value. */
export function isMissing(cell: string): boolean {
  return MISSING.has(cell.toLowerCase());
}

/** The finite number that a cell holds, else `undefined`. Decimal point only; no thousands separators. */
export function parseNumber(cell: string): number | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(cell)) return undefined;
  const value = Number(cell);
  return Number.isFinite(value) ? value : undefined;
}

/** Whether a cell holds an infinite number or one too large for a double. */
export function isInfinite(cell: string): boolean {
  return /^[+-]?inf(inity)?$/i.test(cell) || Math.abs(Number(cell)) === Number.POSITIVE_INFINITY;
}
