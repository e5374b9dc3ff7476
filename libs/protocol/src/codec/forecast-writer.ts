import { create } from '@bufbuild/protobuf';
import type { LoadForecast } from '@foreshadow/domain';
import {
  type ForecastFrame,
  ForecastFrameSchema,
  PathLayoutSchema,
  type StreamForecasts,
  StreamForecastsSchema,
} from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { LinkSession } from '../session.ts';
import { type LayoutPlan, LayoutPlanner } from './layout.ts';
import { orEmpty } from './numbers.ts';
import { DEFAULT_RELATIVE_ERROR_PPM } from './quantizer.ts';
import { type QuantizedRow, quantizeRow, rowBytes } from './quantized-row.ts';

/** Room kept in a frame for its header, layouts and names of experts. */
const FRAME_OVERHEAD_BYTES = 8 * 1024;
/** Tags and lengths of the columns of one group. */
const GROUP_OVERHEAD_BYTES = 64;
const MAX_OFFSET_MS = 0x7fff_ffff;
const WARMING_UP = 1;

/** A frame that is being filled. */
interface OpenFrame {
  readonly message: ForecastFrame;
  readonly issuedAtMs: number;
  readonly layouts: LayoutPlan[];
  bytes: number;
}

/** Quantises forecasts into frames; a frame ends where the next partition could make it too long. */
export class ForecastWriter {
  readonly #session: LinkSession;
  readonly #layouts: LayoutPlanner;
  readonly #frames: ForecastFrame[] = [];
  #open: OpenFrame | undefined;

  constructor(session: LinkSession) {
    this.#session = session;
    this.#layouts = new LayoutPlanner(session.horizonsMs);
  }

  /** @throws {ProtocolError} with the reason for which this forecast cannot travel; the others are not touched. */
  add(forecast: LoadForecast): void {
    const row = quantizeRow(forecast, this.#session, this.#layouts);
    const bytes = rowBytes(row) + GROUP_OVERHEAD_BYTES;
    const frame = this.#open !== undefined && fits(this.#open, row, bytes) ? this.#open : this.#start(row);
    frame.bytes += bytes - GROUP_OVERHEAD_BYTES;
    const expert = this.#session.expertNumber(row.leadingExpert);
    append(groupOf(frame, row), row, expert, row.issuedAtMs - frame.issuedAtMs);
  }

  /** The frames; the writer is spent. */
  finish(): readonly ForecastFrame[] {
    this.#end();
    return this.#frames;
  }

  #start(row: QuantizedRow): OpenFrame {
    this.#end();
    const message = create(ForecastFrameSchema, {
      epoch: BigInt(this.#session.epoch),
      seq: this.#session.nextSeq(),
      issuedAtMs: BigInt(row.issuedAtMs),
      relativeErrorPpm: DEFAULT_RELATIVE_ERROR_PPM,
    });
    this.#open = { message, issuedAtMs: row.issuedAtMs, layouts: [], bytes: FRAME_OVERHEAD_BYTES };
    return this.#open;
  }

  #end(): void {
    if (this.#open === undefined) return;
    const { message } = this.#open;
    message.newExperts = this.#session.takeNewExperts();
    for (const group of message.streams) dropZeroColumns(group);
    this.#frames.push(message);
    this.#open = undefined;
  }
}

function fits(frame: OpenFrame, row: QuantizedRow, bytes: number): boolean {
  if (frame.bytes + bytes > LIMITS.frameBytes) return false;
  if (Math.abs(row.issuedAtMs - frame.issuedAtMs) > MAX_OFFSET_MS) return false;
  return frame.layouts.length < LIMITS.layouts || frame.layouts.includes(row.layout);
}

function groupOf(frame: OpenFrame, row: QuantizedRow): StreamForecasts {
  const known = frame.layouts.indexOf(row.layout);
  const layout = known >= 0 ? known : frame.layouts.push(row.layout) - 1;
  if (known < 0) {
    const { runs, knots } = row.layout;
    frame.message.layouts.push(create(PathLayoutSchema, { runs: [...runs], knots: [...knots] }));
  }
  const group = frame.message.streams.find((g) => g.stream === row.stream && g.layout === layout);
  if (group !== undefined) return group;
  const created = create(StreamForecastsSchema, { stream: row.stream, layout });
  frame.message.streams.push(created);
  frame.bytes += GROUP_OVERHEAD_BYTES;
  return created;
}

function append(group: StreamForecasts, row: QuantizedRow, expert: number, offsetMs: number): void {
  group.partitions.push(row.partition);
  group.issuedOffsetsMs.push(offsetMs);
  group.experts.push(expert);
  group.flags.push(row.warmingUp ? WARMING_UP : 0);
  group.paths.push(...row.path);
  group.spreads.push(...row.spreads);
  group.ratios.push(...row.ratios);
}

function dropZeroColumns(group: StreamForecasts): void {
  group.issuedOffsetsMs = orEmpty(group.issuedOffsetsMs);
  group.experts = orEmpty(group.experts);
  group.flags = orEmpty(group.flags);
}
