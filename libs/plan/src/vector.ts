import { mapResources, NO_RESOURCES, type ResourceVector } from '@foreshadow/domain';

/** Whether a value can be an amount of a resource: finite and not negative. */
export function isAmount(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value < 1e18;
}

export function largest(a: ResourceVector, b: ResourceVector): ResourceVector {
  return mapResources((r) => Math.max(a[r], b[r]));
}

/** Amounts as they are (−0 as 0, as JSON has it), zero where one is not an amount. Only for sums whose gaps are accounted for elsewhere. */
export function amounts(v: ResourceVector | undefined): ResourceVector {
  if (v === undefined) return NO_RESOURCES;
  return mapResources((r) => (isAmount(v[r]) ? v[r] + 0 : 0));
}
