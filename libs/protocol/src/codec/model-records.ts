import { create } from '@bufbuild/protobuf';
import type { ModelRecord } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import { type Model, ModelSchema } from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import { checkColumn, finite, fromTimeMs, nonNegative, toTimeMs, uint32 } from './numbers.ts';
import { type TextTable, textOf } from './text-table.ts';

/** Largest number that a float holds. */
const LARGEST_FLOAT = 3.4028234663852886e38;

/**
 * Parameters travel as floats, of which people read four digits; those that are not finite, and those beyond the bound,
 * are left out.
 */
export function writeModel(record: ModelRecord, table: TextTable): Model {
  const parameters = Object.entries(record.parameters)
    .filter(([, value]) => Math.abs(value) <= LARGEST_FLOAT)
    .slice(0, LIMITS.parameters);
  const { fromMs, toMs, count } = record.trainedOn;
  const isScored = record.score >= 0 && record.score <= LARGEST_FLOAT;
  return create(ModelSchema, {
    algorithm: table.numberOf(record.algorithm),
    form: table.numberOf(record.form),
    version: table.numberOf(record.version),
    stepMs: uint32(record.stepMs, 'stepMs'),
    parameterNames: parameters.map(([name]) => table.numberOf(name)),
    parameters: parameters.map(([, value]) => value),
    trainedFromMs: fromTimeMs(fromMs, 'trainedOn.fromMs'),
    trainedToMs: fromTimeMs(toMs, 'trainedOn.toMs'),
    trainedCount: uint32(count, 'trainedOn.count'),
    ...(isScored ? { score: record.score } : {}),
  });
}

/** @throws {ProtocolError} for any content that no writer writes. */
export function readModel(model: Model, texts: readonly string[]): ModelRecord {
  const names = model.parameterNames;
  if (names.length > LIMITS.parameters) {
    throw new ProtocolError('TOO_MANY', `model of ${names.length} parameters; at most ${LIMITS.parameters}`);
  }
  checkColumn(model.parameters, names.length, 'parameters', false);
  return {
    algorithm: textOf(texts, model.algorithm),
    form: textOf(texts, model.form),
    stepMs: model.stepMs,
    // From entries, so that a parameter named `__proto__` is one like any other.
    parameters: Object.fromEntries(
      names.map((name, i) => [textOf(texts, name), finite(model.parameters[i]!, 'parameters')]),
    ),
    trainedOn: {
      fromMs: toTimeMs(model.trainedFromMs, 'trained_from_ms'),
      toMs: toTimeMs(model.trainedToMs, 'trained_to_ms'),
      count: model.trainedCount,
    },
    score: model.score === undefined ? NaN : nonNegative(model.score, 'score'),
    version: textOf(texts, model.version),
  };
}
