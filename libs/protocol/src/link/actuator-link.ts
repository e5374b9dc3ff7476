import type { LoadForecast, LoadSample } from '@foreshadow/domain';
import { decodeUp } from '../codec/decode.ts';
import { encodeMessage, type SingleMessage } from '../codec/envelope.ts';
import { closeCodeOf, ProtocolError } from '../errors.ts';
import { LIMITS, PROTOCOL_VERSION } from '../limits.ts';
import type {
  Ack,
  Echo,
  GoodbyeReason,
  Heartbeat,
  Hello,
  LinkSettings,
  PartitionScores,
  UpMessage,
} from '../messages.ts';
import { LinkSession } from '../session.ts';
import type {
  ActuatorCommand,
  ActuatorLinkAction,
  ActuatorLinkEvent,
  ActuatorLinkOptions,
  ActuatorLinkStats,
  SendAction,
} from './actuator-link-types.ts';
import { ClockOffset } from './clock-offset.ts';
import { FrameOrder } from './frame-order.ts';
import type { Instant } from './instant.ts';

const DEFAULTS = { settings: {} as LinkSettings, handshakeTimeoutMs: 5000, heartbeatIntervalMs: 5000 };
const SILENT_INTERVALS = 3;
const CLOSE_SILENT = 4000;
/** Partitions of one feedback message; each takes at most ~1 KiB. */
const FEEDBACK_PARTITIONS = 200;
/** Close codes (RFC 6455, section 7.4, and the IANA registry): 1001 going away, 1008 policy, 1013 try again later. */
const GOODBYE_CODES: Readonly<Record<GoodbyeReason, number>> = {
  'shutting-down': 1001,
  'unsupported-version': 1008,
  unauthorized: 1008,
  'not-leader': 1013,
  overloaded: 1013,
  replaced: 1008,
};

/**
 * The actuator's end of one connection as a state machine: takes events and the time, returns what to do and what was
 * delivered. A message that is not good ends the link and delivers nothing.
 */
export class ActuatorLink {
  readonly #options: typeof DEFAULTS & ActuatorLinkOptions;
  readonly #clock = new ClockOffset();
  readonly #pending = new Map<number, Pick<AckAction, 'command' | 'subject'>>();
  #order = new FrameOrder();
  #session: LinkSession | undefined;
  #hello: Hello | undefined;
  #over = false;
  #heardMs = 0;
  #lastCommandId = 0;
  #heartbeatIntervalMs: number;
  /** Wall-clock time of the message that an echo may name: our last Welcome or heartbeat's answer. */
  #sentAtMs: number | undefined;
  readonly #counts = {
    messagesReceived: 0,
    bytesReceived: 0,
    framesReceived: 0,
    messagesSent: 0,
    badMessages: 0,
  };

  constructor(options: ActuatorLinkOptions) {
    this.#options = { ...DEFAULTS, ...options };
    const { settings, heartbeatIntervalMs } = this.#options;
    this.#heartbeatIntervalMs = settings.heartbeatIntervalMs ?? heartbeatIntervalMs;
  }

  /** Of the session; `undefined` before Hello. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  stats(): ActuatorLinkStats {
    return {
      nodeId: this.#hello?.nodeId,
      ...this.#counts,
      stale: this.#order.stale,
      clockOffsetMs: this.#clock.offsetMs,
      pendingCommands: this.#pending.size,
    };
  }

  /** Never throws, whatever comes. */
  handle(event: ActuatorLinkEvent, at: Instant): ActuatorLinkAction[] {
    if (this.#over) return [];
    switch (event.kind) {
      case 'opened':
        this.#heardMs = at.monotonicMs;
        return [];
      case 'message':
        return this.#receive(event.bytes, at);
      case 'closed':
        return this.#end(`closed with ${event.code} ${event.reason}`.trim());
      case 'tick':
        return this.#tick(at);
      case 'goodbye':
        return this.#goodbye(event.reason, event.message, event.retryAfterMs ?? 0, event.leaderUrl);
    }
  }

  /**
   * Messages of a command; none unless the session stands. Each is acknowledged under a number of its own.
   * @throws {ProtocolError} if the command is out of the bounds of the protocol.
   */
  command(command: ActuatorCommand): SendAction[] {
    if (this.#over || this.#session === undefined) return [];
    if (command.kind === 'settings')
      this.#heartbeatIntervalMs = command.heartbeatIntervalMs ?? this.#heartbeatIntervalMs;
    return split(this.#onTheirClock(command)).map((part) => {
      const commandId = this.#lastCommandId + 1;
      const action = this.#send({ ...part, commandId });
      this.#lastCommandId = commandId;
      this.#pending.set(commandId, { command: part.kind, subject: subjectOf(part) });
      return action;
    });
  }

  #onTheirClock(command: ActuatorCommand): ActuatorCommand {
    if (command.kind !== 'events-update') return command;
    const { offsetMs } = this.#clock;
    const events = command.events.map((event) => ({
      ...event,
      // An event that began before the clock did begins with it.
      fromMs: Math.max(0, event.fromMs + offsetMs),
      toMs: Math.max(0, event.toMs + offsetMs),
    }));
    return { ...command, events };
  }

  #receive(bytes: Uint8Array, at: Instant): ActuatorLinkAction[] {
    this.#counts.messagesReceived += 1;
    this.#counts.bytesReceived += bytes.length;
    try {
      const actions = this.#understand(decodeUp(bytes, this.#session), at);
      this.#heardMs = at.monotonicMs;
      return actions;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#counts.badMessages += 1;
      return this.#close(closeCodeOf(error.code), error.code, error.message);
    }
  }

  #understand(message: UpMessage, at: Instant): ActuatorLinkAction[] {
    if (this.#session === undefined) {
      if (message.kind !== 'hello') throw unexpected(message);
      return this.#greet(message, at);
    }
    switch (message.kind) {
      case 'forecasts':
        this.#counts.framesReceived += 1;
        return this.#forecasts(message.forecasts, message);
      case 'loads':
        this.#counts.framesReceived += 1;
        return this.#loads(message.samples, message);
      case 'model': {
        const { partition, state, atMs } = message;
        const model = { partition, state, atMs: atMs - this.#clock.offsetMs };
        return [{ kind: 'model', model, clockOffsetMs: this.#clock.offsetMs }];
      }
      case 'scores': {
        const clockOffsetMs = this.#clock.offsetMs;
        const partitions = message.partitions.map((p) => onOurClock(p, clockOffsetMs));
        return [{ kind: 'scores', partitions, clockOffsetMs }];
      }
      case 'samplings': {
        const { offsetMs } = this.#clock;
        const reports = message.reports.map((r) => ({ ...r, atMs: r.atMs - offsetMs }));
        return [{ kind: 'samplings', reports }];
      }
      case 'heartbeat':
        return this.#heartbeat(message, at);
      case 'ack':
        return this.#acknowledge(message);
      case 'goodbye':
        return this.#end(`goodbye: ${message.reason}`);
      default:
        throw unexpected(message);
    }
  }

  #acknowledge({ commandId, refusal }: Ack): ActuatorLinkAction[] {
    const pending = this.#pending.get(commandId);
    if (pending === undefined) return [];
    this.#pending.delete(commandId);
    return [{ kind: 'ack', commandId, ...pending, refusal }];
  }

  #greet(hello: Hello, at: Instant): ActuatorLinkAction[] {
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      const spoken = `protocol ${hello.protocolVersion} is not spoken here, ${PROTOCOL_VERSION} is`;
      return this.#goodbye('unsupported-version', spoken, 60_000, undefined);
    }
    const session = new LinkSession({ streams: hello.streams, epoch: hello.epoch });
    const refusal = this.#options.refuse?.(hello);
    if (refusal !== undefined) return this.#goodbye('unauthorized', refusal, 60_000, undefined);
    this.#session = session;
    this.#hello = hello;
    this.#order = this.#options.orderOf?.(hello.nodeId) ?? this.#order;
    this.#clock.guess(hello.sentAtMs, at.wallMs);
    this.#sentAtMs = Math.round(at.wallMs);
    const { sessionId } = this.#options;
    const settings = { ...this.#options.settings, heartbeatIntervalMs: this.#heartbeatIntervalMs };
    const welcome = { kind: 'welcome', sessionId, settings, sentAtMs: at.wallMs } as const;
    // Welcome first: commands that the delivery of Hello leads to must come after it.
    return [this.#send({ ...welcome, lastEpoch: this.#order.epoch }), { kind: 'hello', hello }];
  }

  #forecasts(forecasts: readonly LoadForecast[], { epoch, seq }: FrameNumber): ActuatorLinkAction[] {
    const clockOffsetMs = this.#clock.offsetMs;
    const newer = forecasts
      .filter((f) => this.#order.accept('forecasts', f.partition, epoch, seq))
      .map((f) => ({ ...f, issuedAtMs: f.issuedAtMs - clockOffsetMs }));
    return newer.length === 0 ? [] : [{ kind: 'forecasts', forecasts: newer, clockOffsetMs }];
  }

  #loads(samples: readonly LoadSample[], { epoch, seq }: FrameNumber): ActuatorLinkAction[] {
    const clockOffsetMs = this.#clock.offsetMs;
    const newer = samples
      .filter((s) => this.#order.accept('loads', s.partition, epoch, seq))
      .map((s) => ({ ...s, atMs: s.atMs - clockOffsetMs }));
    return newer.length === 0 ? [] : [{ kind: 'loads', samples: newer, clockOffsetMs }];
  }

  #heartbeat(heartbeat: Heartbeat, at: Instant): ActuatorLinkAction[] {
    const { echo } = heartbeat;
    // Only an echo of what we sent last tells the time; anything else would let an edge move our view of it at will.
    if (echo !== undefined && echo.sentAtMs === this.#sentAtMs) {
      this.#clock.observe(echo, heartbeat.sentAtMs, at.wallMs);
    }
    this.#sentAtMs = Math.round(at.wallMs);
    const answer: Echo = { sentAtMs: heartbeat.sentAtMs, receivedAtMs: at.wallMs };
    return [this.#send({ kind: 'heartbeat-ack', sentAtMs: at.wallMs, echo: answer })];
  }

  #tick(at: Instant): ActuatorLinkAction[] {
    const quietMs = at.monotonicMs - this.#heardMs;
    if (this.#session === undefined) {
      if (quietMs <= this.#options.handshakeTimeoutMs) return [];
      return this.#close(1008, 'NO_HELLO', `no Hello within ${this.#options.handshakeTimeoutMs} ms`);
    }
    if (quietMs <= SILENT_INTERVALS * this.#heartbeatIntervalMs) return [];
    return this.#close(CLOSE_SILENT, 'SILENT', `the edge was silent for ${Math.round(quietMs)} ms`);
  }

  #goodbye(
    reason: GoodbyeReason,
    message: string,
    retryAfterMs: number,
    leaderUrl: string | undefined,
  ): ActuatorLinkAction[] {
    const said = message.slice(0, LIMITS.textLength);
    const farewell = this.#send({ kind: 'goodbye', reason, message: said, retryAfterMs, leaderUrl });
    return [farewell, ...this.#close(GOODBYE_CODES[reason], reason, message)];
  }

  #close(code: number, reason: string, detail: string): ActuatorLinkAction[] {
    return [{ kind: 'close', code, reason: reason.slice(0, 40) }, ...this.#end(`${reason}: ${detail}`)];
  }

  #end(reason: string): ActuatorLinkAction[] {
    this.#over = true;
    return [{ kind: 'ended', reason }];
  }

  #send(message: SingleMessage): SendAction {
    this.#counts.messagesSent += 1;
    return { kind: 'send', bytes: encodeMessage(message, this.#session) };
  }
}

type AckAction = Extract<ActuatorLinkAction, { readonly kind: 'ack' }>;

interface FrameNumber {
  readonly epoch: number;
  readonly seq: number;
}

/** Feedback on many partitions goes in several messages. */
function split(command: ActuatorCommand): ActuatorCommand[] {
  if (command.kind !== 'feedback') return [command];
  const { partitions } = command;
  const count = Math.ceil(partitions.length / FEEDBACK_PARTITIONS);
  return Array.from({ length: count }, (_, i) => ({
    kind: 'feedback',
    partitions: partitions.slice(i * FEEDBACK_PARTITIONS, (i + 1) * FEEDBACK_PARTITIONS),
  }));
}

function subjectOf(command: ActuatorCommand): string {
  if (command.kind === 'model-update') return command.partition;
  return 'stream' in command ? command.stream : '';
}

function onOurClock(scores: PartitionScores, clockOffsetMs: number): PartitionScores {
  return {
    ...scores,
    atMs: scores.atMs - clockOffsetMs,
    drift: scores.drift.map((drift) => ({ ...drift, atMs: drift.atMs - clockOffsetMs })),
    models: scores.models?.map((model) => {
      const { fromMs, toMs, count } = model.trainedOn;
      const trainedOn = { fromMs: fromMs - clockOffsetMs, toMs: toMs - clockOffsetMs, count };
      return { ...model, trainedOn };
    }),
  };
}

function unexpected(message: UpMessage): ProtocolError {
  return new ProtocolError('UNEXPECTED_MESSAGE', `'${message.kind}' has no place here`);
}
