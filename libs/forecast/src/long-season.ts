/** Where the steps of a finer level lie on a coarser level's course. */
export interface FinerGrid {
  /** Ticks in a step of the coarser level, and since the end of its newest one. */
  readonly coarserTicks: number;
  readonly elapsed: number;
  /** Ticks in a step of the finer level, whose newest one ends now. */
  readonly ticks: number;
  /** Steps that are asked for, the newest one first. */
  readonly count: number;
}

/** Steps of the coarser level, from its newest one on, that `stepsInside` reads. */
export function coarserSteps({ coarserTicks, elapsed, ticks, count }: FinerGrid): number {
  return Math.ceil((elapsed + count * ticks) / coarserTicks) + 2;
}

/**
 * A coarser level's course at the steps of a finer one: linear between the middles of its steps.
 * @param course means of the coarser steps, its newest one first, `coarserSteps` of them
 */
export function stepsInside(course: ArrayLike<number>, grid: FinerGrid): number[] {
  const { coarserTicks, elapsed, ticks, count } = grid;
  return Array.from({ length: count }, (_, step) => {
    const at = Math.max(0, (elapsed + (step - 0.5) * ticks) / coarserTicks + 0.5);
    const i = Math.floor(at);
    const here = course[i] ?? NaN;
    return here + (at - i) * ((course[i + 1] ?? NaN) - here);
  });
}
