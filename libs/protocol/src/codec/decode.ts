import { fromBinary } from '@bufbuild/protobuf';
import { ProtocolError } from '../errors.ts';
import { type Envelope, EnvelopeSchema } from '../gen/foreshadow/link/v1/link_pb.ts';
import type { DownMessage, LinkMessage, UpMessage } from '../messages.ts';
import type { LinkSession } from '../session.ts';
import { needed } from './envelope.ts';
import { readFeedback } from './feedback.ts';
import { readForecasts } from './forecast-reader.ts';
import { readLoads } from './load-reader.ts';
import { readModelReport, readModelUpdate } from './models.ts';
import { readSamplings } from './sampling-reader.ts';
import { scanEnvelope } from './scan.ts';
import { readScoreReport } from './score-reader.ts';
import {
  readAck,
  readGoodbye,
  readHeartbeat,
  readHeartbeatAck,
  readHello,
  readWelcome,
} from './session-messages.ts';
import { readSettingsCommand, readThrottle } from './settings.ts';
import { readEvents, readNetwork, readPrior } from './stream-updates.ts';

// Apart by direction, so that an edge need not carry what reads the messages of edges.

type Message = Envelope['message'];

/**
 * The message in an encoded envelope, in terms of the domain. Takes any bytes: what is allocated is bounded by
 * `LIMITS`, and nothing but a `ProtocolError` is thrown.
 * @param session `undefined` before Hello; then only messages that name no partition are understood
 */
export function decodeMessage(bytes: Uint8Array, session: LinkSession | undefined): LinkMessage {
  const message = parse(bytes);
  return up(message, session) ?? down(message, session) ?? unexpected(message);
}

/** A message of an edge; as `decodeMessage`, and `UNEXPECTED_MESSAGE` for one of an actuator. */
export function decodeUp(bytes: Uint8Array, session: LinkSession | undefined): UpMessage {
  const message = parse(bytes);
  return up(message, session) ?? unexpected(message);
}

/** A message of an actuator; as `decodeMessage`, and `UNEXPECTED_MESSAGE` for one of an edge. */
export function decodeDown(bytes: Uint8Array, session: LinkSession | undefined): DownMessage {
  const message = parse(bytes);
  return down(message, session) ?? unexpected(message);
}

function parse(bytes: Uint8Array): Message {
  scanEnvelope(bytes);
  try {
    return fromBinary(EnvelopeSchema, bytes, { readUnknownFields: false }).message;
  } catch (cause) {
    throw new ProtocolError('MALFORMED', `not an envelope: ${(cause as Error).message}`, { cause });
  }
}

function up(message: Message, session: LinkSession | undefined): UpMessage | undefined {
  switch (message.case) {
    case 'hello':
      return readHello(message.value);
    case 'forecastFrame':
      return readForecasts(message.value, needed(session));
    case 'loadReport':
      return readLoads(message.value, needed(session));
    case 'modelReport':
      return readModelReport(message.value, needed(session));
    case 'scoreReport':
      return readScoreReport(message.value, needed(session));
    case 'samplingReport':
      return readSamplings(message.value, needed(session));
    case 'heartbeat':
      return readHeartbeat(message.value);
    case 'ack':
      return readAck(message.value);
    case 'goodbye':
      return readGoodbye(message.value);
    default:
      return undefined;
  }
}

function down(message: Message, session: LinkSession | undefined): DownMessage | undefined {
  switch (message.case) {
    case 'welcome':
      return readWelcome(message.value);
    case 'heartbeatAck':
      return readHeartbeatAck(message.value);
    case 'settings':
      return readSettingsCommand(message.value);
    case 'feedback':
      return readFeedback(message.value, needed(session));
    case 'modelUpdate':
      return readModelUpdate(message.value, needed(session));
    case 'networkUpdate':
      return readNetwork(message.value, needed(session));
    case 'priorUpdate':
      return readPrior(message.value, needed(session));
    case 'eventsUpdate':
      return readEvents(message.value, needed(session));
    case 'throttle':
      return readThrottle(message.value);
    case 'goodbye':
      return readGoodbye(message.value);
    default:
      return undefined;
  }
}

function unexpected(message: Message): never {
  if (message.case === undefined) {
    throw new ProtocolError('EMPTY', 'an envelope without a message that this version knows');
  }
  throw new ProtocolError('UNEXPECTED_MESSAGE', `'${message.case}' has no place here`);
}
