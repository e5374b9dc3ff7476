import type { MessageInitShape } from '@bufbuild/protobuf';
import { ProtocolError } from '../errors.ts';
import type * as wire from '../gen/foreshadow/link/v1/link_pb.ts';
import { LIMITS } from '../limits.ts';
import type {
  Ack,
  Echo,
  Goodbye,
  GoodbyeReason,
  Heartbeat,
  HeartbeatAck,
  Hello,
  Welcome,
} from '../messages.ts';
import { fromTimeMs, toTimeMs, uint32 } from './numbers.ts';
import { readSettings, writeSettings } from './settings.ts';

const REASONS: ReadonlySet<string> = new Set<GoodbyeReason>([
  'shutting-down',
  'unsupported-version',
  'unauthorized',
  'not-leader',
  'overloaded',
  'replaced',
]);

export function writeHello(hello: Hello): MessageInitShape<typeof wire.HelloSchema> {
  return {
    protocolVersion: hello.protocolVersion,
    nodeId: name(hello.nodeId, 'node id'),
    softwareVersion: text(hello.softwareVersion, 'software version'),
    epoch: fromTimeMs(hello.epoch, 'epoch'),
    streams: hello.streams.map(({ name, partitions }) => ({ name, partitions })),
    sentAtMs: fromTimeMs(hello.sentAtMs, 'sentAtMs'),
    tickMs: uint32(hello.tickMs, 'tickMs'),
  };
}

/** Streams are checked where the session is made of them. @throws {ProtocolError} */
export function readHello(hello: wire.Hello): Hello {
  return {
    kind: 'hello',
    protocolVersion: hello.protocolVersion,
    nodeId: name(hello.nodeId, 'node id'),
    softwareVersion: text(hello.softwareVersion, 'software version'),
    epoch: toTimeMs(hello.epoch, 'epoch'),
    streams: hello.streams.map(({ name, partitions }) => ({ name, partitions })),
    sentAtMs: toTimeMs(hello.sentAtMs, 'sentAtMs'),
    tickMs: hello.tickMs,
  };
}

export function writeWelcome(welcome: Welcome): MessageInitShape<typeof wire.WelcomeSchema> {
  return {
    sessionId: text(welcome.sessionId, 'session id'),
    settings: writeSettings(welcome.settings, 0),
    sentAtMs: fromTimeMs(welcome.sentAtMs, 'sentAtMs'),
    lastEpoch: fromTimeMs(welcome.lastEpoch, 'lastEpoch'),
  };
}

export function readWelcome(welcome: wire.Welcome): Welcome {
  return {
    kind: 'welcome',
    sessionId: text(welcome.sessionId, 'session id'),
    settings: welcome.settings === undefined ? {} : readSettings(welcome.settings),
    sentAtMs: toTimeMs(welcome.sentAtMs, 'sentAtMs'),
    lastEpoch: toTimeMs(welcome.lastEpoch, 'last_epoch'),
  };
}

export function writeHeartbeat(heartbeat: Heartbeat): MessageInitShape<typeof wire.HeartbeatSchema> {
  return { sentAtMs: fromTimeMs(heartbeat.sentAtMs, 'sentAtMs'), ...writeEcho(heartbeat.echo) };
}

export function readHeartbeat(heartbeat: wire.Heartbeat): Heartbeat {
  const echo = readEcho(heartbeat);
  return {
    kind: 'heartbeat',
    sentAtMs: toTimeMs(heartbeat.sentAtMs, 'sentAtMs'),
    echo: echo.sentAtMs === 0 ? undefined : echo,
  };
}

export function writeHeartbeatAck(ack: HeartbeatAck): MessageInitShape<typeof wire.HeartbeatAckSchema> {
  return { sentAtMs: fromTimeMs(ack.sentAtMs, 'sentAtMs'), ...writeEcho(ack.echo) };
}

export function readHeartbeatAck(ack: wire.HeartbeatAck): HeartbeatAck {
  return { kind: 'heartbeat-ack', sentAtMs: toTimeMs(ack.sentAtMs, 'sentAtMs'), echo: readEcho(ack) };
}

function writeEcho(echo: Echo | undefined): { echoSentAtMs: bigint; echoReceivedAtMs: bigint } {
  return {
    echoSentAtMs: fromTimeMs(echo?.sentAtMs ?? 0, 'echoSentAtMs'),
    echoReceivedAtMs: fromTimeMs(echo?.receivedAtMs ?? 0, 'echoReceivedAtMs'),
  };
}

function readEcho(message: { echoSentAtMs: bigint; echoReceivedAtMs: bigint }): Echo {
  return {
    sentAtMs: toTimeMs(message.echoSentAtMs, 'echo_sent_at_ms'),
    receivedAtMs: toTimeMs(message.echoReceivedAtMs, 'echo_received_at_ms'),
  };
}

export function writeGoodbye(goodbye: Goodbye): MessageInitShape<typeof wire.GoodbyeSchema> {
  return {
    reason: goodbye.reason,
    retryAfterMs: uint32(goodbye.retryAfterMs, 'retryAfterMs'),
    leaderUrl: text(goodbye.leaderUrl ?? '', 'leader url'),
    message: text(goodbye.message, 'message'),
  };
}

export function readGoodbye(goodbye: wire.Goodbye): Goodbye {
  const reason = REASONS.has(goodbye.reason) ? (goodbye.reason as GoodbyeReason) : 'unknown';
  const leaderUrl = text(goodbye.leaderUrl, 'leader url');
  return {
    kind: 'goodbye',
    reason,
    retryAfterMs: goodbye.retryAfterMs,
    leaderUrl: leaderUrl === '' ? undefined : leaderUrl,
    message: text(goodbye.message, 'message'),
  };
}

export function writeAck(ack: Ack): MessageInitShape<typeof wire.AckSchema> {
  return { commandId: ack.commandId, refusal: ack.refusal.slice(0, LIMITS.textLength) };
}

export function readAck(ack: wire.Ack): Ack {
  return { kind: 'ack', commandId: ack.commandId, refusal: text(ack.refusal, 'refusal') };
}

function name(value: string, field: string): string {
  if (value.length > 0 && value.length <= LIMITS.nameLength) return value;
  throw new ProtocolError('INVALID_NAME', `${field} of ${value.length} characters; 1–${LIMITS.nameLength}`);
}

function text(value: string, field: string): string {
  if (value.length <= LIMITS.textLength) return value;
  throw new ProtocolError(
    'TOO_LARGE',
    `${field} of ${value.length} characters; at most ${LIMITS.textLength}`,
  );
}
