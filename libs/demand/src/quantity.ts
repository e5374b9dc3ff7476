/** No worker uses more than this of anything, in any unit; what claims to is an error of measurement. */
const LARGEST = 1e15;
/** Below this a rate or a use is zero for all purposes; its square would vanish in rounding. */
const SMALLEST = 1e-9;

/** Whether a value can be a rate or a use at all: finite, not negative, not absurd. */
export function isQuantity(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value <= LARGEST;
}

export function isPositive(value: number): boolean {
  return value > SMALLEST;
}
