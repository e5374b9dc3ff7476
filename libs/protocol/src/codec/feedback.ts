import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Estimate, HorizonScore } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import type * as wire from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { Feedback, PartitionFeedback } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { finite, nonNegative, uint32 } from './numbers.ts';

/** Horizons of one partition's scorecard. */
const MAX_HORIZONS = 64;

type WireScore = MessageInitShape<typeof wire.HorizonScoreSchema>;
type WirePartition = MessageInitShape<typeof wire.PartitionFeedbackSchema>;

export function writeFeedback(
  feedback: Feedback,
  session: LinkSession,
): MessageInitShape<typeof wire.FeedbackSchema> {
  return {
    commandId: feedback.commandId,
    partitions: feedback.partitions.map((partition) => writePartition(partition, session)),
  };
}

function writePartition(feedback: PartitionFeedback, session: LinkSession): WirePartition {
  const { stream, index } = session.locate(feedback.partition);
  const work = feedback.workPerRecord;
  return {
    stream,
    partition: index,
    horizons: feedback.horizons.slice(0, MAX_HORIZONS).map(writeScore),
    ...(work === undefined ? {} : writeWork(work)),
  };
}

function writeWork(work: Estimate): WirePartition {
  return {
    workPerRecord: nonNegative(work.value, 'workPerRecord'),
    workPerRecordStandardError: nonNegative(work.standardError, 'workPerRecord.standardError'),
  };
}

/** NaN, "not scored yet", travels as an absent field. */
function writeScore(score: HorizonScore): WireScore {
  const known = (['wape', 'wapeNaive', 'bias', 'coverage90', 'width90'] as const).filter((field) =>
    Number.isFinite(score[field]),
  );
  return {
    horizonMs: uint32(score.horizonMs, 'horizonMs'),
    scored: uint32(score.scored, 'scored'),
    ...Object.fromEntries(known.map((field) => [field, score[field]])),
  };
}

/** @throws {ProtocolError} */
export function readFeedback(feedback: wire.Feedback, session: LinkSession): Feedback {
  return {
    kind: 'feedback',
    commandId: feedback.commandId,
    partitions: feedback.partitions.map((partition) => readPartition(partition, session)),
  };
}

function readPartition(feedback: wire.PartitionFeedback, session: LinkSession): PartitionFeedback {
  if (feedback.horizons.length > MAX_HORIZONS || feedback.horizons.length > LIMITS.steps) {
    throw new ProtocolError('TOO_MANY', `scores of ${feedback.horizons.length} horizons`);
  }
  return {
    partition: session.key(feedback.stream, feedback.partition),
    workPerRecord: readWork(feedback),
    horizons: feedback.horizons.map(readScore),
  };
}

function readWork(feedback: wire.PartitionFeedback): Estimate | undefined {
  if (feedback.workPerRecord === undefined) return undefined;
  return {
    value: nonNegative(feedback.workPerRecord, 'work_per_record'),
    standardError: nonNegative(feedback.workPerRecordStandardError ?? 0, 'work_per_record_standard_error'),
  };
}

function readScore(score: wire.HorizonScore): HorizonScore {
  const known = (value: number | undefined, field: string): number =>
    value === undefined ? NaN : finite(value, field);
  return {
    horizonMs: score.horizonMs,
    scored: score.scored,
    wape: known(score.wape, 'wape'),
    wapeNaive: known(score.wapeNaive, 'wape_naive'),
    bias: known(score.bias, 'bias'),
    coverage90: known(score.coverage90, 'coverage90'),
    width90: known(score.width90, 'width90'),
  };
}
