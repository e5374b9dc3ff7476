import { mapResources, NO_RESOURCES, type ResourceVector } from '@foreshadow/domain';
import { type Demand, NO_DEMAND } from './forecast-window.ts';
import type { PartitionNeed } from './need.ts';
import type { PoolObservation } from './observation.ts';
import { boundSize, sizeFor, type Sizing, sizeOfGroup } from './sizing.ts';
import { isAmount, largest } from './vector.ts';

/** What the size of a worker rests on. */
export interface SizeInput {
  readonly o: PoolObservation;
  readonly sizing: Sizing;
  /** Partitions of each worker that is ready, or of a packing while none is. */
  readonly groups: readonly (readonly PartitionNeed[])[];
  /** Allowance of the last plan; `undefined` before the first. */
  readonly current: ResourceVector | undefined;
  readonly presentNeed: ResourceVector;
  /** Largest pool demand that was needed within the stabilisation window. */
  readonly stabilized: ResourceVector;
  readonly mayShrink: boolean;
}

export interface SizeDecision {
  readonly perWorker: ResourceVector;
  /** Before bounds, tolerance and what holds it up. */
  readonly wanted: ResourceVector;
  /** What of it the present load alone needs. */
  readonly forPresent: ResourceVector;
  readonly held: 'STABILIZING' | 'SHRINK_BARRED' | undefined;
}

const near = (need: PartitionNeed): Demand => need.near;
const none = (): Demand => NO_DEMAND;

/**
 * How large each worker: enough for what the neediest of them owns, until the next plan takes effect. Its share of
 * the pool's present need (over two lead times) is a floor, and of the largest need of the stabilisation window too.
 */
export function decideSize(input: SizeInput): SizeDecision {
  const { o, sizing, groups, current, mayShrink } = input;
  const share = (total: ResourceVector): ResourceVector =>
    sizeFor(
      sizing,
      mapResources((r) => total[r] / Math.max(1, groups.length)),
      0,
    );
  const wanted = ofNeediest(sizing, groups, near);
  const forPresent = largest(ofNeediest(sizing, groups, none), share(input.presentNeed));
  const needed = largest(wanted, forPresent);
  const stable = largest(needed, share(input.stabilized));
  if (current === undefined) {
    // Unknown demand gets the most of it: too much is seen and taken back, too little is a backlog.
    const first = mapResources((r) => (mayShrink && isKnown(groups, r) ? stable : sizing.largest)[r]);
    return { perWorker: boundSize(sizing, first), wanted, forPresent, held: undefined };
  }
  const bounded = boundSize(sizing, stable);
  const floor = boundSize(sizing, forPresent);
  const perWorker = mapResources((r) => {
    const before = Math.min(sizing.largest[r], Math.max(sizing.smallest[r], current[r]));
    if (bounded[r] < before && !(mayShrink && isKnown(groups, r))) return before;
    const change = Math.abs(bounded[r] - before);
    return change <= o.policy.tolerance * before && before >= floor[r] ? before : bounded[r];
  });
  const fell = boundSize(sizing, needed).cpuCores < current.cpuCores * (1 - o.policy.tolerance);
  const kept = fell && perWorker.cpuCores >= current.cpuCores;
  const held = !kept ? undefined : mayShrink ? 'STABILIZING' : 'SHRINK_BARRED';
  return { perWorker, wanted, forPresent, held };
}

function ofNeediest(
  sizing: Sizing,
  groups: readonly (readonly PartitionNeed[])[],
  of: (need: PartitionNeed) => Demand,
): ResourceVector {
  return groups.reduce((top, group) => largest(top, sizeOfGroup(sizing, group, of)), NO_RESOURCES);
}

/** Whether every partition says what it uses of a resource; what is not said never shrinks. */
function isKnown(groups: readonly (readonly PartitionNeed[])[], resource: keyof ResourceVector): boolean {
  return groups.every((group) => group.every((need) => isAmount(need.footing.present?.[resource])));
}
