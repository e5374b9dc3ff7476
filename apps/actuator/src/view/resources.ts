import { mapResources, type ResourceVector } from '@foreshadow/domain';

/** Sum of vectors; of none it is zero. */
export function sumResources(vectors: readonly ResourceVector[]): ResourceVector {
  return mapResources((resource) => vectors.reduce((total, v) => total + v[resource], 0));
}

export function scaleResources(vector: ResourceVector, factor: number): ResourceVector {
  return mapResources((resource) => vector[resource] * factor);
}

/** `null` for what is not a finite number: JSON has no other word for missing. */
export function orNull(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
