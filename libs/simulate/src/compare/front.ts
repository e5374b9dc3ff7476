/** A policy's setting as two numbers to be weighed. */
export interface CostPoint {
  readonly latePct: number;
  readonly cost: number;
}

/** Points that no other beats in both, cost ascending. */
export function paretoFront<P extends CostPoint>(points: readonly P[]): readonly P[] {
  const sorted = [...points].sort((a, b) => a.cost - b.cost || a.latePct - b.latePct);
  const front: P[] = [];
  for (const point of sorted)
    if (front.length === 0 || point.latePct < front.at(-1)!.latePct) front.push(point);
  return front;
}

/**
 * Late records that a front has at a cost, between two of its points on a straight line; NaN below its cheapest point,
 * its best beyond the dearest: more money must not hurt.
 */
export function lateAtCost(points: readonly CostPoint[], cost: number): number {
  const front = paretoFront(points);
  const [first] = front;
  if (first === undefined || cost < first.cost) return NaN;
  for (let i = 1; i < front.length; i++) {
    const a = front[i - 1]!;
    const b = front[i]!;
    if (cost < b.cost) return a.latePct + ((cost - a.cost) / (b.cost - a.cost)) * (b.latePct - a.latePct);
  }
  return front.at(-1)!.latePct;
}

/** Cost at which a front has no more than so many late records; NaN where it never has so few. */
export function costAtLate(points: readonly CostPoint[], latePct: number): number {
  const front = paretoFront(points);
  for (const [i, b] of front.entries()) {
    if (b.latePct > latePct) continue;
    const a = front[i - 1];
    if (a === undefined) return b.cost;
    return a.cost + ((a.latePct - latePct) / (a.latePct - b.latePct)) * (b.cost - a.cost);
  }
  return NaN;
}
