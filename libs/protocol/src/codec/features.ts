import { create } from '@bufbuild/protobuf';
import type { FeatureRecord } from '@foreshadow/domain';
import { type Feature, FeatureSchema } from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import { uint32 } from './numbers.ts';
import { type TextTable, textOf } from './text-table.ts';

const SAVED_STEPS = 1000;
const SCORE_STEPS = 100;
/** Beyond these, in steps, the numbers say nothing more. */
const MOST = 1_000_000;

const steps = (value: number, of: number): number => Math.max(-MOST, Math.min(MOST, Math.round(value * of)));

/** Those whose score is no number are left out. @throws {ProtocolError} `OUT_OF_RANGE` for a step that is none. */
export function writeFeatures(records: readonly FeatureRecord[], table: TextTable): Feature[] {
  const known = records.filter(({ score }) => !Number.isNaN(score)).slice(0, LIMITS.features);
  return known.map((record) => writeFeature(record, table));
}

function writeFeature({ stepMs, name, isIn, saved, score }: FeatureRecord, table: TextTable): Feature {
  return create(FeatureSchema, {
    stepMs: uint32(stepMs, 'stepMs'),
    name: table.numberOf(name),
    isIn,
    ...(Number.isNaN(saved) ? {} : { saved: steps(saved, SAVED_STEPS) }),
    score: steps(score, SCORE_STEPS),
  });
}

/** @throws {ProtocolError} `OUT_OF_RANGE` for a name that no text has. */
export function readFeature(feature: Feature, texts: readonly string[]): FeatureRecord {
  return {
    stepMs: feature.stepMs,
    name: textOf(texts, feature.name),
    isIn: feature.isIn,
    saved: feature.saved === undefined ? NaN : feature.saved / SAVED_STEPS,
    score: feature.score / SCORE_STEPS,
  };
}
