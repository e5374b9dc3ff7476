import type { DriftEvent, LevelSeasons, Scorecard } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import type { PartitionScores as WireScores, ScoreReport } from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { PartitionScores, Scores } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { readFeature } from './features.ts';
import { readModel } from './model-records.ts';
import { checkColumn, toTimeMs } from './numbers.ts';
import { readScores, readWeights } from './score-columns.ts';
import { checkTexts, textOf } from './text-table.ts';

/**
 * The scores of a report.
 * @throws {ProtocolError} for any content that no writer writes; the session is then over.
 */
export function readScoreReport(report: ScoreReport, session: LinkSession): Scores {
  const atMs = toTimeMs(report.atMs, 'at_ms');
  const epoch = toTimeMs(report.epoch, 'epoch');
  atMost(report.horizonsMs, LIMITS.horizons, 'horizons');
  atMost(report.partitions, LIMITS.partitions, 'partitions');
  checkTexts(report.texts);
  session.learnExperts(report.newExperts);
  const partitions = report.partitions.map((scores) => readPartition(scores, report, atMs, session));
  return { kind: 'scores', epoch, partitions };
}

function readPartition(
  scores: WireScores,
  { horizonsMs, texts }: ScoreReport,
  atMs: number,
  session: LinkSession,
): PartitionScores {
  return {
    partition: session.key(scores.stream, scores.partition),
    atMs,
    horizons: readScores(scores, horizonsMs),
    experts: readExperts(scores, horizonsMs.length, session),
    seasons: readSeasons(scores),
    drift: readDrift(scores, texts, atMs),
    models: readModels(scores, texts),
    features: readFeatures(scores, texts),
  };
}

function readExperts(scores: WireScores, horizons: number, session: LinkSession): Scorecard['experts'] {
  const { experts } = scores;
  atMost(experts, LIMITS.scoreExperts, 'experts');
  const weights = readWeights(scores.weights, experts.length, horizons);
  return experts.map((number, i) => ({ name: session.expertName(number), weights: weights[i]! }));
}

function readSeasons({ seasons }: WireScores): LevelSeasons[] {
  atMost(seasons, LIMITS.levels, 'levels');
  return seasons.map(({ stepMs, lengths }) => {
    atMost(lengths, LIMITS.seasons, 'seasons');
    return { stepMs, lengths };
  });
}

function readDrift(
  { driftAgesMs, driftKinds }: WireScores,
  texts: readonly string[],
  atMs: number,
): DriftEvent[] {
  atMost(driftAgesMs, LIMITS.drifts, 'drifts');
  checkColumn(driftKinds, driftAgesMs.length, 'drift_kinds', false);
  return driftAgesMs.map((ageMs, i) => {
    if (ageMs > atMs) throw new ProtocolError('OUT_OF_RANGE', `a drift ${ageMs} ms before ${atMs}`);
    return { atMs: atMs - ageMs, kind: textOf(texts, driftKinds[i]!) };
  });
}

function readModels({ models }: WireScores, texts: readonly string[]): PartitionScores['models'] {
  if (models === undefined) return undefined;
  atMost(models.models, LIMITS.models, 'models');
  return models.models.map((model) => readModel(model, texts));
}

function readFeatures({ models }: WireScores, texts: readonly string[]): PartitionScores['features'] {
  if (models === undefined) return undefined;
  atMost(models.features, LIMITS.features, 'features');
  return models.features.map((feature) => readFeature(feature, texts));
}

function atMost(list: readonly unknown[], most: number, what: string): void {
  if (list.length > most) throw new ProtocolError('TOO_MANY', `${list.length} ${what}; at most ${most}`);
}
