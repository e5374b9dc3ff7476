import { mapResources, RESOURCES, type ResourceVector } from '@foreshadow/domain';
import { isAmount } from './vector.ts';

/** What all pools together may take; a resource that is not named has no limit. */
export type Budget = { readonly [r in keyof ResourceVector]?: number | undefined };

/** What one pool asks of the budget. */
export interface Claim {
  /** Share that it is due before others that want more: twice the weight, twice the share. */
  readonly weight: number;
  /** What it has before anything is shared out: its fewest workers at their smallest. */
  readonly least: ResourceVector;
  /** What its plan would take if there were no budget. */
  readonly wanted: ResourceVector;
  /** Size of a worker where that cannot change: such a pool takes whole workers. */
  readonly unit: ResourceVector | undefined;
}

/**
 * Most that each pool may take, in the order of the claims: weighted max-min fairness, resource by resource (progressive
 * filling; Bertsekas and Gallager, Data Networks, 6.5.2). No pool gets more than it wants or less than its least, and none could get
 * more unless one with less for its weight lost something. What whole workers leave over goes, a worker at a time, to whoever has
 * least for its weight. A resource in which the least of all exceeds the budget is shared out at that.
 */
export function shareBudget(claims: readonly Claim[], budget: Budget): readonly ResourceVector[] {
  const levels = mapResources((r) => levelOf(claims, r, limitOf(budget, r)));
  const shares = claims.map((claim) => mapResources((r) => shareAt(claim, r, levels[r])));
  return withWholeWorkers(claims, shares, budget);
}

const limitOf = (budget: Budget, r: keyof ResourceVector): number =>
  isAmount(budget[r]) ? budget[r] : Infinity;

const weightOf = ({ weight }: Claim): number => (Number.isFinite(weight) && weight > 0 ? weight : 1);

function shareAt(claim: Claim, r: keyof ResourceVector, level: number): number {
  return Math.max(claim.least[r], Math.min(claim.wanted[r], level * weightOf(claim)));
}

/** Share for a unit of weight at which the budget is used up; infinite where it is enough for all. */
function levelOf(claims: readonly Claim[], r: keyof ResourceVector, limit: number): number {
  const totalAt = (level: number): number => claims.reduce((sum, c) => sum + shareAt(c, r, level), 0);
  if (totalAt(Infinity) <= limit) return Infinity;
  // Between these levels the total grows evenly.
  const bends = claims.flatMap((c) => [c.least[r] / weightOf(c), c.wanted[r] / weightOf(c)]);
  const sorted = [0, ...bends].sort((a, b) => a - b);
  const after = sorted.findIndex((level) => totalAt(level) > limit);
  if (after <= 0) return 0;
  const [low, high] = [sorted[after - 1]!, sorted[after]!];
  const [from, to] = [totalAt(low), totalAt(high)];
  return low + ((limit - from) / (to - from)) * (high - low);
}

/** Shares of pools of whole workers, rounded down, and what that leaves over given to whoever has least for its weight. */
function withWholeWorkers(
  claims: readonly Claim[],
  shares: readonly ResourceVector[],
  budget: Budget,
): readonly ResourceVector[] {
  const granted = claims.map(({ unit }, i) => (unit === undefined ? shares[i]! : wholeOf(unit, shares[i]!)));
  let left = mapResources((r) => limitOf(budget, r) - granted.reduce((sum, g) => sum + g[r], 0));
  for (;;) {
    let next = -1;
    for (const [i, claim] of claims.entries()) {
      const { unit, wanted } = claim;
      if (unit === undefined || !fitsIn(unit, left) || covers(granted[i]!, wholeOf(unit, wanted))) continue;
      if (next < 0 || levelAt(claim, granted[i]!) < levelAt(claims[next]!, granted[next]!)) next = i;
    }
    const unit = claims[next]?.unit;
    if (unit === undefined) return granted;
    const before = granted[next]!;
    granted[next] = mapResources((r) => before[r] + unit[r]);
    const had = left;
    left = mapResources((r) => had[r] - unit[r]);
  }
}

/** Cores for a unit of weight. */
const levelAt = (claim: Claim, share: ResourceVector): number => share.cpuCores / weightOf(claim);

/** As many whole workers as a share has room for. */
function wholeOf(unit: ResourceVector, share: ResourceVector): ResourceVector {
  const workers = affordableWorkers(unit, share);
  return Number.isFinite(workers) ? mapResources((r) => workers * unit[r]) : share;
}

/** Workers of a size that a share has room for; infinite if they take nothing. */
export function affordableWorkers(size: ResourceVector, share: Budget): number {
  return RESOURCES.reduce((least, r) => {
    if (!(size[r] > 0) || share[r] === undefined || !Number.isFinite(share[r])) return least;
    return Math.min(least, Math.floor(share[r] / size[r] + 1e-9));
  }, Infinity);
}

const fitsIn = (unit: ResourceVector, left: ResourceVector): boolean =>
  RESOURCES.some((r) => unit[r] > 0) && RESOURCES.every((r) => unit[r] <= left[r] + 1e-9);

const covers = (granted: ResourceVector, wanted: ResourceVector): boolean =>
  RESOURCES.every((r) => granted[r] >= wanted[r] - 1e-9);
