import type { LoadForecast, LoadSample, Rng, SamplingReport } from '@foreshadow/domain';
import { decodeDown } from '../codec/decode.ts';
import { encodeMessage, type SingleMessage } from '../codec/envelope.ts';
import { closeCodeOf, ProtocolError } from '../errors.ts';
import { PROTOCOL_VERSION } from '../limits.ts';
import type {
  DownMessage,
  Echo,
  Goodbye,
  Hello,
  LinkSettings,
  ModelState,
  PartitionScores,
  Welcome,
} from '../messages.ts';
import { Backoff } from './backoff.ts';
import {
  EDGE_CLOSE,
  type EdgeLinkAction,
  type EdgeLinkEvent,
  type EdgeLinkOptions,
  type EdgeLinkState,
  type EdgeLinkStats,
} from './edge-link-types.ts';
import { EdgeSender } from './edge-sender.ts';
import type { Instant } from './instant.ts';
import { RateGate } from './rate-gate.ts';

const DEFAULTS = {
  softwareVersion: '',
  heartbeatIntervalMs: 5000,
  connectTimeoutMs: 10_000,
  handshakeTimeoutMs: 5000,
  maxBufferedBytes: 262_144,
  backoffBaseMs: 500,
  backoffCapMs: 30_000,
};
/** Heartbeat intervals without a word after which the other side counts as dead. */
const SILENT_INTERVALS = 3;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * The edge's end of the link as a state machine: takes events and the time, returns what to do. What waits to be sent
 * is bounded by the partitions: the newest forecast, sample, scores and state of each.
 *
 * idle → connecting → greeting → connected, and from each on failure → waiting → connecting.
 */
export class EdgeLink {
  readonly #options: typeof DEFAULTS & EdgeLinkOptions;
  readonly #sender: EdgeSender;
  readonly #backoff: Backoff;
  readonly #heartbeat: RateGate;
  #state: EdgeLinkState = 'idle';
  /** When the state has to change by itself. */
  #deadlineMs = NEVER;
  #heardMs = 0;
  #welcomedMs = 0;
  #echo: Echo | undefined;
  #leaderUrl: string | undefined;
  #retryAfterMs = 0;
  #lastEnd: string | undefined;
  readonly #counts = {
    sessions: 0,
    messagesSent: 0,
    bytesSent: 0,
    messagesReceived: 0,
    badMessages: 0,
    silences: 0,
  };

  /** @throws {ProtocolError} for a node id or streams that no session may have. */
  constructor(options: EdgeLinkOptions, rng: Rng) {
    this.#options = { ...DEFAULTS, ...options };
    this.#sender = new EdgeSender(this.#options);
    encodeMessage(this.#hello(0));
    const { backoffBaseMs, backoffCapMs, heartbeatIntervalMs } = this.#options;
    this.#backoff = new Backoff({ baseMs: backoffBaseMs, capMs: backoffCapMs }, rng);
    this.#heartbeat = new RateGate(heartbeatIntervalMs);
  }

  get state(): EdgeLinkState {
    return this.#state;
  }

  stats(): EdgeLinkStats {
    const { coalesced, refused } = this.#sender;
    return { state: this.#state, ...this.#counts, coalesced, refused, lastEnd: this.#lastEnd };
  }

  /** Newest forecasts; they go out at the next tick that lets them. Those that name no known partition are refused. */
  offerForecasts(forecasts: readonly LoadForecast[]): void {
    this.#sender.offerForecasts(forecasts);
  }

  offerLoads(samples: readonly LoadSample[]): void {
    this.#sender.offerLoads(samples);
  }

  /** Partitions whose scores wait to be sent; ask before making more. */
  get waitingScores(): number {
    return this.#sender.waitingScores;
  }

  offerScores(scores: PartitionScores): void {
    this.#sender.offerScores(scores);
  }

  /** Newest reports on sampling; they go out if this session's actuator asked for them. */
  offerSamplings(reports: readonly SamplingReport[]): void {
    this.#sender.offerSamplings(reports);
  }

  /** States that wait to be sent; they are large, so ask before making more. */
  get waitingModels(): number {
    return this.#sender.waitingModels;
  }

  offerModel(model: ModelState): void {
    this.#sender.offerModel(model);
  }

  /** Never throws, whatever comes. */
  handle(event: EdgeLinkEvent, at: Instant): EdgeLinkAction[] {
    switch (event.kind) {
      case 'start':
        return this.#state === 'idle' ? this.#connect(at) : [];
      case 'stop':
        return this.#stop(at);
      case 'opened':
        return this.#state === 'connecting' ? this.#greet(at) : [];
      case 'message':
        return this.#hasSocket() ? this.#receive(event.bytes, at) : [];
      case 'closed':
        return this.#hasSocket() ? this.#wait(`closed with ${event.code} ${event.reason}`.trim(), at) : [];
      case 'tick':
        return this.#tick(event.bufferedBytes, at);
      case 'acknowledge':
        return this.#state === 'connected' ? [this.#ack(event.commandId, event.refusal ?? '')] : [];
    }
  }

  #hasSocket(): boolean {
    return this.#state === 'connecting' || this.#state === 'greeting' || this.#state === 'connected';
  }

  #connect(at: Instant): EdgeLinkAction[] {
    const leaderUrl = this.#leaderUrl;
    this.#leaderUrl = undefined;
    this.#enter('connecting', at.monotonicMs + this.#options.connectTimeoutMs);
    return [{ kind: 'connect', leaderUrl }];
  }

  #greet(at: Instant): EdgeLinkAction[] {
    this.#enter('greeting', at.monotonicMs + this.#options.handshakeTimeoutMs);
    this.#sender.startSession();
    return [this.#send(this.#hello(at.wallMs))];
  }

  #hello(sentAtMs: number): Hello {
    const { nodeId, softwareVersion, streams, tickMs } = this.#options;
    const { epoch } = this.#sender.session;
    const protocolVersion = PROTOCOL_VERSION;
    return { kind: 'hello', protocolVersion, nodeId, softwareVersion, epoch, streams, sentAtMs, tickMs };
  }

  #receive(bytes: Uint8Array, at: Instant): EdgeLinkAction[] {
    this.#counts.messagesReceived += 1;
    this.#heardMs = at.monotonicMs;
    try {
      return this.#understand(decodeDown(bytes, this.#sender.session), at);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#counts.badMessages += 1;
      const code = closeCodeOf(error.code) === 1008 ? EDGE_CLOSE.policy : EDGE_CLOSE.badContent;
      return this.#drop(code, error.code, at);
    }
  }

  #understand(message: DownMessage, at: Instant): EdgeLinkAction[] {
    if (message.kind === 'goodbye') return this.#bidden(message, at);
    if (this.#state === 'greeting' && message.kind === 'welcome') return this.#welcomed(message, at);
    if (this.#state !== 'connected') throw unexpected(message);
    switch (message.kind) {
      case 'heartbeat-ack':
        this.#echo = { sentAtMs: message.sentAtMs, receivedAtMs: at.wallMs };
        return [];
      case 'settings':
        return [this.#apply(message, message.commandId)];
      case 'throttle':
        this.#sender.throttle(message, at.monotonicMs);
        return [this.#ack(message.commandId, '')];
      case 'feedback':
      case 'network-update':
      case 'prior-update':
      case 'events-update':
        return [message];
      case 'model-update': {
        const { partition, atMs, state, commandId } = message;
        return [{ kind: 'model-update', commandId, model: { partition, atMs, state } }];
      }
      default:
        throw unexpected(message);
    }
  }

  #welcomed(welcome: Welcome, at: Instant): EdgeLinkAction[] {
    this.#counts.sessions += 1;
    this.#enter('connected', NEVER);
    this.#welcomedMs = at.monotonicMs;
    this.#echo = { sentAtMs: welcome.sentAtMs, receivedAtMs: at.wallMs };
    this.#sender.startAfter(welcome.lastEpoch);
    this.#heartbeat.reset();
    return [this.#apply(welcome.settings, undefined), ...this.#speak(0, at)];
  }

  #bidden(goodbye: Goodbye, at: Instant): EdgeLinkAction[] {
    this.#leaderUrl = goodbye.leaderUrl;
    this.#retryAfterMs = goodbye.retryAfterMs;
    return this.#drop(EDGE_CLOSE.normal, `goodbye: ${goodbye.reason} ${goodbye.message}`.trim(), at);
  }

  #tick(bufferedBytes: number, at: Instant): EdgeLinkAction[] {
    if (this.#state === 'waiting' && at.monotonicMs >= this.#deadlineMs) return this.#connect(at);
    if (this.#hasSocket() && at.monotonicMs >= this.#deadlineMs) {
      return this.#drop(EDGE_CLOSE.timeout, `${this.#state} took too long`, at);
    }
    if (this.#state !== 'connected') return [];
    const intervalMs = this.#heartbeat.intervalMs;
    if (at.monotonicMs - this.#heardMs > SILENT_INTERVALS * intervalMs) {
      this.#counts.silences += 1;
      return this.#drop(EDGE_CLOSE.silent, 'the actuator is silent', at);
    }
    if (at.monotonicMs - this.#welcomedMs > intervalMs) this.#backoff.reset();
    return this.#speak(bufferedBytes, at);
  }

  /** Heartbeat if due, then what waits. */
  #speak(bufferedBytes: number, at: Instant): EdgeLinkAction[] {
    const actions: EdgeLinkAction[] = [];
    if (this.#heartbeat.isOpen(at.monotonicMs)) {
      this.#heartbeat.passed(at.monotonicMs);
      actions.push(this.#send({ kind: 'heartbeat', sentAtMs: at.wallMs, echo: this.#echo }));
    }
    return [
      ...actions,
      ...this.#sender.flush(bufferedBytes, at.monotonicMs).map((bytes) => this.#sent(bytes)),
    ];
  }

  #apply(settings: LinkSettings, commandId: number | undefined): EdgeLinkAction {
    this.#sender.apply(settings);
    this.#heartbeat.intervalMs = settings.heartbeatIntervalMs ?? this.#heartbeat.intervalMs;
    return { kind: 'settings', commandId, settings };
  }

  #stop(at: Instant): EdgeLinkAction[] {
    const actions: EdgeLinkAction[] = [];
    if (this.#state === 'connected') {
      const last = this.#sender.flush(0, at.monotonicMs, Number.POSITIVE_INFINITY);
      actions.push(...last.map((bytes) => this.#sent(bytes)));
      const goodbye = {
        reason: 'shutting-down',
        retryAfterMs: 0,
        leaderUrl: undefined,
        message: '',
      } as const;
      actions.push(this.#send({ kind: 'goodbye', ...goodbye }));
    }
    if (this.#hasSocket()) actions.push({ kind: 'close', code: EDGE_CLOSE.normal, reason: 'stopped' });
    this.#lastEnd = 'stopped';
    this.#enter('idle', NEVER);
    return actions;
  }

  #drop(code: number, reason: string, at: Instant): EdgeLinkAction[] {
    // A close frame holds at most 123 bytes of reason (RFC 6455, section 5.5).
    const close = { kind: 'close', code, reason: reason.slice(0, 40) } as const;
    return [close, ...this.#wait(reason, at)];
  }

  #wait(reason: string, at: Instant): EdgeLinkAction[] {
    this.#lastEnd = reason;
    const delayMs = Math.max(this.#backoff.nextMs(), this.#retryAfterMs);
    this.#retryAfterMs = 0;
    this.#enter('waiting', at.monotonicMs + delayMs);
    return [];
  }

  #enter(state: EdgeLinkState, deadlineMs: number): void {
    this.#state = state;
    this.#deadlineMs = deadlineMs;
  }

  #ack(commandId: number, refusal: string): EdgeLinkAction {
    return this.#send({ kind: 'ack', commandId, refusal });
  }

  #send(message: SingleMessage): EdgeLinkAction {
    return this.#sent(encodeMessage(message, this.#sender.session));
  }

  #sent(bytes: Uint8Array): EdgeLinkAction {
    this.#counts.messagesSent += 1;
    this.#counts.bytesSent += bytes.length;
    return { kind: 'send', bytes };
  }
}

function unexpected(message: DownMessage): ProtocolError {
  return new ProtocolError('UNEXPECTED_MESSAGE', `'${message.kind}' has no place here`);
}
