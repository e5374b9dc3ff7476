import { create } from '@bufbuild/protobuf';
import {
  LevelSeasonsSchema,
  ModelListSchema,
  PartitionScoresSchema,
  type PartitionScores as WireScores,
  type ScoreReport,
  ScoreReportSchema,
} from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { PartitionScores } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { writeFeatures } from './features.ts';
import { writeModel } from './model-records.ts';
import { fromTimeMs, uint32 } from './numbers.ts';
import { toThousandths, writeScores } from './score-columns.ts';
import { TextTable } from './text-table.ts';

/** Drifts are told for so long. */
const DRIFT_MS = 3_600_000;
/** Room kept in a message for its header, texts and names of experts. */
const OVERHEAD_BYTES = 32 * 1024;
/** What one partition may add to the texts of a message: three a model, its parameters' names, its drifts and features. */
const MOST_NEW_TEXTS = LIMITS.models * 3 + LIMITS.parameters * 4 + LIMITS.drifts + LIMITS.features;
const MAX_FIELDS = LIMITS.fields / 2;

/** A message that is being filled. */
interface OpenReport {
  readonly message: ScoreReport;
  readonly atMs: number;
  readonly table: TextTable;
  bytes: number;
  fields: number;
}

/** Gathers scores into reports of one tick each; a report ends where the next partition could make it too long. */
export class ScoreWriter {
  readonly #session: LinkSession;
  readonly #reports: ScoreReport[] = [];
  #open: OpenReport | undefined;

  constructor(session: LinkSession) {
    this.#session = session;
  }

  /** @throws {ProtocolError} with the reason for which these scores cannot travel; the others are not touched. */
  add(scores: PartitionScores): void {
    const horizonsMs = scores.horizons.map((h) => uint32(h.horizonMs, 'horizonMs'));
    const open = this.#reportFor(scores, horizonsMs);
    const row = this.#write(scores, open);
    open.message.partitions.push(row);
    open.bytes += bytesOf(row);
    open.fields += fieldsOf(row);
  }

  /** The reports; the writer is spent. */
  finish(): readonly ScoreReport[] {
    this.#end();
    return this.#reports;
  }

  #reportFor({ atMs }: PartitionScores, horizonsMs: readonly number[]): OpenReport {
    const wire = fromTimeMs(atMs, 'atMs');
    const open = this.#open;
    const isSame =
      open?.message.atMs === wire && open.message.horizonsMs.join() === horizonsMs.join() && hasRoom(open);
    if (isSame) return open;
    this.#end();
    const message = create(ScoreReportSchema, {
      epoch: BigInt(this.#session.epoch),
      atMs: wire,
      horizonsMs: [...horizonsMs],
    });
    const started = { message, atMs: Number(wire), table: new TextTable(), bytes: OVERHEAD_BYTES, fields: 0 };
    this.#open = started;
    return started;
  }

  #end(): void {
    if (this.#open === undefined) return;
    const { message, table } = this.#open;
    this.#open = undefined;
    if (message.partitions.length === 0) return;
    message.newExperts = this.#session.takeNewExperts();
    message.texts = table.texts;
    this.#reports.push(message);
  }

  #write(scores: PartitionScores, { atMs, table }: OpenReport): WireScores {
    const { stream, index } = this.#session.locate(scores.partition);
    const experts = weighed(scores).slice(0, LIMITS.scoreExperts);
    const drift = scores.drift
      .filter((d) => d.atMs <= atMs && atMs - d.atMs <= DRIFT_MS)
      .slice(-LIMITS.drifts);
    const row = create(PartitionScoresSchema, {
      stream,
      partition: index,
      ...writeScores(scores.horizons),
      weights: scores.horizons.flatMap((_, h) => toThousandths(experts.map((e) => e.weights[h] ?? 0))),
      seasons: scores.seasons.slice(0, LIMITS.levels).map(({ stepMs, lengths }) =>
        create(LevelSeasonsSchema, {
          stepMs: uint32(stepMs, 'stepMs'),
          lengths: lengths.slice(0, LIMITS.seasons).map((length) => uint32(length, 'season')),
        }),
      ),
      driftAgesMs: drift.map((d) => atMs - Math.round(d.atMs)),
      driftKinds: drift.map((d) => table.numberOf(d.kind)),
      ...this.#models(scores, table),
    });
    // Last: what is named counts as told.
    row.experts = experts.map(({ name }) => this.#session.expertNumber(name));
    return row;
  }

  #models({ partition, models, features = [], atMs }: PartitionScores, table: TextTable) {
    const known = models?.slice(0, LIMITS.models);
    if (known === undefined) return {};
    const written = known.map((model) => writeModel(model, table));
    const told = writeFeatures(features, table);
    if (!this.#session.sentModels.take(partition, known, features, atMs)) return {};
    return { models: create(ModelListSchema, { models: written, features: told }) };
  }
}

/** Experts without any weight say nothing, and most of a bank has none. */
function weighed({ experts }: PartitionScores): PartitionScores['experts'] {
  return experts.filter(({ weights }) => weights.some((w) => w > 0));
}

function hasRoom({ bytes, fields, table }: OpenReport): boolean {
  return (
    bytes < LIMITS.frameBytes && fields < MAX_FIELDS && table.texts.length + MOST_NEW_TEXTS <= LIMITS.texts
  );
}

/** At most; a varint of these columns takes five bytes, a model's fixed fields fifty. */
function bytesOf(row: WireScores): number {
  const numbers = 6 * row.scored.length + row.experts.length + row.weights.length + 2 * row.driftKinds.length;
  const seasons = row.seasons.reduce((sum, s) => sum + 10 + 5 * s.lengths.length, 0);
  const models = (row.models?.models ?? []).reduce((sum, m) => sum + 60 + 9 * m.parameters.length, 0);
  return 60 + 5 * numbers + seasons + models + 30 * (row.models?.features.length ?? 0);
}

function fieldsOf(row: WireScores): number {
  return (
    16 +
    3 * row.seasons.length +
    6 * (row.models?.features.length ?? 0) +
    12 * (row.models?.models.length ?? 0)
  );
}
