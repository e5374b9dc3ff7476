import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { LoadForecast, LoadSample, SamplingReport } from '@foreshadow/domain';
import { ProtocolError } from '../errors.ts';
import { EnvelopeSchema } from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type { Forecasts, LinkMessage, Loads, PartitionScores, Samplings, Scores } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { writeFeedback } from './feedback.ts';
import { ForecastWriter } from './forecast-writer.ts';
import { LoadWriter } from './load-writer.ts';
import { writeModelReport, writeModelUpdate } from './models.ts';
import { STREAMS_PER_SAMPLING_REPORT, writeSampling } from './sampling-writer.ts';
import { ScoreWriter } from './score-writer.ts';
import {
  writeAck,
  writeGoodbye,
  writeHeartbeat,
  writeHeartbeatAck,
  writeHello,
  writeWelcome,
} from './session-messages.ts';
import { writeSettings, writeThrottle } from './settings.ts';
import { writeEvents, writeNetwork, writePrior } from './stream-updates.ts';

type EnvelopeInit = NonNullable<MessageInitShape<typeof EnvelopeSchema>['message']>;
/** Messages that `encodeMessage` takes; those that may be split have encoders of their own. */
export type SingleMessage = Exclude<LinkMessage, Forecasts | Loads | Scores | Samplings>;

/**
 * Messages that hold the forecasts, each of at most 128 KiB; about 50 bytes a partition.
 * @param onRefused gets what cannot travel, and why; without it the first such forecast throws
 * @throws {ProtocolError} with the reason for which a forecast cannot travel.
 */
export function encodeForecasts(
  forecasts: readonly LoadForecast[],
  session: LinkSession,
  onRefused?: (forecast: LoadForecast, error: unknown) => void,
): Uint8Array[] {
  const writer = new ForecastWriter(session);
  for (const forecast of forecasts) attempt(forecast, (f) => writer.add(f), onRefused);
  return writer.finish().map((value) => encode({ case: 'forecastFrame', value }));
}

/**
 * Messages that hold the samples, each of at most 128 KiB.
 * @param onRefused gets what cannot travel, and why; without it the first such sample throws
 * @throws {ProtocolError} with the reason for which a sample cannot travel.
 */
export function encodeLoads(
  samples: readonly LoadSample[],
  session: LinkSession,
  onRefused?: (sample: LoadSample, error: unknown) => void,
): Uint8Array[] {
  const writer = new LoadWriter(session);
  for (const sample of samples) attempt(sample, (s) => writer.add(s), onRefused);
  return writer.finish().map((value) => encode({ case: 'loadReport', value }));
}

/**
 * Messages that hold the scores, each of at most 128 KiB. Models that did not change in this session are left out.
 * @param onRefused gets what cannot travel, and why; without it the first such partition throws
 * @throws {ProtocolError} with the reason for which scores cannot travel.
 */
export function encodeScores(
  scores: readonly PartitionScores[],
  session: LinkSession,
  onRefused?: (scores: PartitionScores, error: unknown) => void,
): Uint8Array[] {
  const writer = new ScoreWriter(session);
  for (const partition of scores) attempt(partition, (s) => writer.add(s), onRefused);
  return writer.finish().map((value) => encode({ case: 'scoreReport', value }));
}

/**
 * Messages that hold the reports, of fifty streams each.
 * @param onRefused gets what cannot travel, and why; without it the first such report throws
 * @throws {ProtocolError} with the reason for which a report cannot travel.
 */
export function encodeSamplings(
  reports: readonly SamplingReport[],
  session: LinkSession,
  onRefused?: (report: SamplingReport, error: unknown) => void,
): Uint8Array[] {
  const streams: ReturnType<typeof writeSampling>[] = [];
  for (const report of reports) attempt(report, (r) => streams.push(writeSampling(r, session)), onRefused);
  const epoch = BigInt(session.epoch);
  const count = Math.ceil(streams.length / STREAMS_PER_SAMPLING_REPORT);
  return Array.from({ length: count }, (_, i) => {
    const from = i * STREAMS_PER_SAMPLING_REPORT;
    const part = streams.slice(from, from + STREAMS_PER_SAMPLING_REPORT);
    return encode({ case: 'samplingReport', value: { epoch, streams: part } });
  });
}

function attempt<T>(
  item: T,
  add: (item: T) => void,
  onRefused: ((item: T, error: unknown) => void) | undefined,
): void {
  try {
    add(item);
  } catch (error) {
    if (onRefused === undefined) throw error;
    onRefused(item, error);
  }
}

/**
 * Any other message.
 * @param session needed for messages that name partitions
 * @throws {ProtocolError} if it is out of the bounds of the protocol.
 */
export function encodeMessage(message: SingleMessage, session?: LinkSession): Uint8Array {
  return encode(toWire(message, session));
}

function encode(message: EnvelopeInit): Uint8Array {
  const bytes = toBinary(EnvelopeSchema, create(EnvelopeSchema, { message }));
  if (bytes.length <= LIMITS.messageBytes) return bytes;
  throw new ProtocolError('TOO_LARGE', `message of ${bytes.length} bytes; at most ${LIMITS.messageBytes}`);
}

function toWire(message: SingleMessage, session: LinkSession | undefined): EnvelopeInit {
  switch (message.kind) {
    case 'hello':
      return { case: 'hello', value: writeHello(message) };
    case 'welcome':
      return { case: 'welcome', value: writeWelcome(message) };
    case 'model':
      return { case: 'modelReport', value: writeModelReport(message, needed(session)) };
    case 'heartbeat':
      return { case: 'heartbeat', value: writeHeartbeat(message) };
    case 'heartbeat-ack':
      return { case: 'heartbeatAck', value: writeHeartbeatAck(message) };
    case 'settings':
      return { case: 'settings', value: writeSettings(message, message.commandId) };
    case 'feedback':
      return { case: 'feedback', value: writeFeedback(message, needed(session)) };
    case 'model-update':
      return { case: 'modelUpdate', value: writeModelUpdate(message, needed(session)) };
    case 'network-update':
      return { case: 'networkUpdate', value: writeNetwork(message, needed(session)) };
    case 'prior-update':
      return { case: 'priorUpdate', value: writePrior(message, needed(session)) };
    case 'events-update':
      return { case: 'eventsUpdate', value: writeEvents(message, needed(session)) };
    case 'throttle':
      return { case: 'throttle', value: writeThrottle(message) };
    case 'ack':
      return { case: 'ack', value: writeAck(message) };
    case 'goodbye':
      return { case: 'goodbye', value: writeGoodbye(message) };
  }
}

/** @throws {ProtocolError} `UNEXPECTED_MESSAGE` without a session. */
export function needed(session: LinkSession | undefined): LinkSession {
  if (session !== undefined) return session;
  throw new ProtocolError('UNEXPECTED_MESSAGE', 'a message about streams before Hello');
}
