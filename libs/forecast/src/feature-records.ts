import type { FeatureRecord } from '@foreshadow/domain';
import type { LevelFeatures } from './covariates.ts';

/** Features of all resolutions that are used, or that explain more than chance would, the finest resolution first. */
export function featureRecords(levels: readonly LevelFeatures[]): readonly FeatureRecord[] {
  return levels.flatMap(({ stepMs, groups }) =>
    groups.flatMap(({ name, isIn, isCandidate, saved, score }) =>
      isIn || isCandidate ? [{ stepMs, name, isIn, saved, score }] : [],
    ),
  );
}
