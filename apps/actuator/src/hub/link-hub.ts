import { upgradeWebSocket } from '@hono/node-server';
import type { Clock, PartitionKey, Scorecard } from '@foreshadow/domain';
import { FrameOrder, type Hello, type Instant, instantOf, type LinkSettings } from '@foreshadow/protocol';
import type { MiddlewareHandler } from 'hono';
import type { WSContext, WSEvents, WSMessageReceive } from 'hono/ws';
import { errorBody } from '../http/errors.ts';
import type { Journal } from '../journal.ts';
import type { LoadBook } from '../load/load-book.ts';
import type { KeptModel } from '../load/own-forecasts.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { ModelBook } from '../models/model-book.ts';
import type { Briefing } from './briefing.ts';
import { Connection, type Delivery } from './connection.ts';
import type { EdgeTable } from './edges.ts';
import { Refusals } from './refusals.ts';
import type { SamplingBook } from './sampling-book.ts';

export interface LinkHubOptions {
  readonly book: LoadBook;
  readonly models: ModelBook;
  readonly briefing: Briefing;
  /** Told of each forecaster's state, and whether it is one of the whole partition. */
  readonly onModel: (partition: PartitionKey, model: KeptModel, isWhole: boolean) => void;
  readonly edges: EdgeTable;
  readonly sampling: SamplingBook;
  readonly journal: Journal;
  readonly metrics: Metrics;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Prefix of session ids; another one with each start. */
  readonly sessionPrefix: string;
}

/** Links at a time; more are refused before the upgrade. */
const MAX_LINKS = 1000;
const MAX_NODES = 1000;
const FEEDBACK_INTERVAL_MS = 10_000;
/** What edges are asked for as soon as they are there. */
const SETTINGS: LinkSettings = { samplingIntervalMs: 5000 };

/** All links to edges: what they deliver goes into the books; they are told of scores, and what their briefing says. */
export class LinkHub {
  readonly #o: LinkHubOptions;
  readonly #connections = new Map<number, Connection>();
  readonly #orders = new Map<string, FrameOrder>();
  readonly #refusals: Refusals;
  #lastNumber = 0;
  #fedBackMs = -Infinity;
  #closing = false;

  constructor(options: LinkHubOptions) {
    this.#o = options;
    this.#refusals = new Refusals(options.metrics, options.logger);
  }

  /** Upgrades a request to a link. */
  middleware(): MiddlewareHandler {
    const upgrade = upgradeWebSocket(() => this.#events());
    return (c, next) => {
      if (!this.#hasRoom()) {
        return Promise.resolve(c.json(errorBody('OVERLOADED', 'no more links; try again later'), 503));
      }
      return upgrade(c, next);
    };
  }

  /** Events of a link that comes another way than over a socket of this server; `undefined` if there is no room. */
  accept(): WSEvents<unknown> | undefined {
    return this.#hasRoom() ? this.#events() : undefined;
  }

  /** Once a second: time-outs of the links, and feedback when it is due. */
  tick(scorecards: Iterable<Scorecard>): void {
    const at = this.#now();
    for (const connection of [...this.#connections.values()]) {
      connection.handle({ kind: 'tick' }, at);
      this.#runErrands(connection);
    }
    const isDue = at.monotonicMs - this.#fedBackMs >= FEEDBACK_INTERVAL_MS;
    if (!isDue || this.#o.edges.connected === 0) return;
    this.#fedBackMs = at.monotonicMs;
    this.#feedBack([...scorecards]);
  }

  /** The events that are announced for a stream changed: tell its edges. */
  tellEvents(stream: string): void {
    this.#brief(stream, (connection) => this.#o.briefing.events(connection.errands, stream));
  }

  /** There are new networks for a stream: tell its edges. */
  tellNetworks(stream: string): void {
    this.#brief(stream, (connection) => this.#o.briefing.networks(connection.errands, stream));
  }

  /** Tell every edge that this actuator goes, or who leads from now on, and end its link. */
  close(leaderUrl?: string): void {
    this.#closing = true;
    const goodbye =
      leaderUrl === undefined
        ? ({ reason: 'shutting-down', message: 'the actuator is shutting down', retryAfterMs: 1000 } as const)
        : ({ reason: 'not-leader', message: 'another replica leads', leaderUrl } as const);
    for (const connection of [...this.#connections.values()]) {
      connection.handle({ kind: 'goodbye', ...goodbye }, this.#now());
    }
  }

  /** End the sockets that are still open. */
  terminate(): void {
    for (const connection of this.#connections.values()) connection.terminate();
  }

  #hasRoom(): boolean {
    return !this.#closing && this.#connections.size < MAX_LINKS;
  }

  #events(): WSEvents<unknown> {
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    return {
      onOpen: (_event, socket) => this.#open(number, socket),
      onMessage: (event: { readonly data: WSMessageReceive }, socket) =>
        this.#receive(number, event.data, socket),
      onClose: (event: { readonly code: number; readonly reason: string }) =>
        this.#closed(number, event.code, event.reason),
      onError: (event) => this.#failed(number, event),
    };
  }

  #open(number: number, socket: WSContext<unknown>): void {
    const options = {
      sessionId: `${this.#o.sessionPrefix}-${number}`,
      settings: SETTINGS,
      orderOf: (nodeId: string) => this.#orderOf(nodeId),
    };
    const connection = new Connection(number, socket, options, (c, d) => this.#deliver(c, d));
    this.#connections.set(number, connection);
    connection.handle({ kind: 'opened' }, this.#now());
  }

  #receive(number: number, data: WSMessageReceive, socket: WSContext<unknown>): void {
    const connection = this.#connections.get(number);
    if (connection === undefined) return;
    if (!(data instanceof ArrayBuffer)) {
      this.#reject(connection, 'TEXT_MESSAGE', 'the link takes binary messages only');
      socket.close(1003, 'TEXT_MESSAGE');
      connection.handle({ kind: 'closed', code: 1003, reason: 'TEXT_MESSAGE' }, this.#now());
      return;
    }
    const { metrics, edges } = this.#o;
    metrics.linkFrames.inc();
    metrics.linkBytes.inc(data.byteLength);
    connection.handle({ kind: 'message', bytes: new Uint8Array(data) }, this.#now());
    if (connection.nodeId !== undefined) edges.count(connection.nodeId, data.byteLength, this.#now().wallMs);
  }

  #closed(number: number, code: number, reason: string): void {
    this.#connections.get(number)?.handle({ kind: 'closed', code, reason }, this.#now());
    this.#connections.delete(number);
  }

  /** The socket refused a frame by itself: too large, or no WebSocket frame at all. */
  #failed(number: number, event: Event): void {
    const connection = this.#connections.get(number);
    if (connection === undefined) return;
    const { code, message } = socketError(event);
    this.#reject(connection, code, message);
  }

  #deliver(connection: Connection, delivery: Delivery): void {
    const { nodeId = '' } = connection;
    const { book } = this.#o;
    const at = this.#now();
    switch (delivery.kind) {
      case 'hello':
        return this.#welcome(connection, delivery.hello, at);
      case 'forecasts':
        return book.onForecasts(nodeId, delivery.forecasts, at);
      case 'loads':
        return book.onSamples(nodeId, delivery.samples, at);
      case 'model': {
        const { partition, atMs, state } = delivery.model;
        const { clockOffsetMs } = delivery;
        const model = { atMs, state, clockOffsetMs, nodeId, epoch: connection.epoch ?? 0 };
        return this.#o.onModel(partition, model, book.onModel(partition, model, at));
      }
      case 'scores':
        return this.#o.models.onScores(nodeId, delivery.partitions, delivery.clockOffsetMs);
      case 'samplings':
        return this.#o.sampling.onReports(nodeId, delivery.reports);
      case 'ack':
        return this.#refusals.onAck(nodeId, delivery);
      case 'ended':
        return this.#ended(connection, delivery.reason);
    }
  }

  #welcome(connection: Connection, hello: Hello, at: Instant): void {
    const { edges, journal, logger, briefing } = this.#o;
    const { nodeId, streams, epoch } = hello;
    const replaced = edges.open(nodeId, connection.number, at.wallMs);
    if (replaced !== undefined) {
      this.#endSession(nodeId);
      const message = `another connection of ${nodeId} took this one's place`;
      this.#connections.get(replaced)?.handle({ kind: 'goodbye', reason: 'replaced', message }, at);
    }
    const named = streams.map((s) => `${s.name} (${s.partitions})`).join(', ');
    journal.note(at.wallMs, 'edge-connected', nodeId, `speaks for ${named || 'no stream'}`);
    logger.info({ edge: nodeId, epoch, streams: named }, 'edge connected');
    briefing.begin(connection.errands, { nodeId, epoch, streams: connection.streams });
    this.#runErrands(connection);
  }

  #endSession(nodeId: string): void {
    this.#o.book.endSession(nodeId);
    this.#o.models.endSession(nodeId);
    this.#o.sampling.endSession(nodeId);
  }

  #brief(stream: string, add: (connection: Connection) => void): void {
    for (const connection of this.#connections.values()) {
      if (!connection.streams.has(stream)) continue;
      add(connection);
      this.#runErrands(connection);
    }
  }

  #runErrands(connection: Connection): void {
    const { logger } = this.#o;
    connection.errands.run(
      () => connection.hasRoom,
      (command) => connection.command(command),
      (err) => logger.error({ edge: connection.nodeId, err }, 'an edge could not be told something'),
    );
  }

  #ended(connection: Connection, reason: string): void {
    const { edges, journal, logger, clock } = this.#o;
    const { nodeId, number } = connection;
    if (connection.badMessages > 0) this.#reject(connection, reason.split(':', 1)[0] ?? reason, reason);
    if (nodeId === undefined || !edges.close(nodeId, number, reason.startsWith('goodbye: '))) return;
    this.#endSession(nodeId);
    journal.note(clock.nowMs(), 'edge-lost', nodeId, reason);
    logger.warn({ edge: nodeId, reason }, 'edge lost');
  }

  #reject(connection: Connection, code: string, reason: string): void {
    const { metrics, journal, logger, clock } = this.#o;
    const edge = connection.nodeId ?? `connection ${connection.number}`;
    metrics.linkRejected.inc({ code });
    journal.note(clock.nowMs(), 'link-rejected', edge, reason);
    logger.warn({ edge, code, reason }, 'link closed for a bad message');
  }

  #feedBack(scorecards: readonly Scorecard[]): void {
    for (const connection of this.#connections.values()) {
      const { streams } = connection;
      const partitions = scorecards
        .filter((s) => streams.has(s.partition.slice(0, s.partition.lastIndexOf('/'))))
        .map(({ partition, horizons }) => ({ partition, workPerRecord: undefined, horizons }));
      if (partitions.length > 0) connection.command({ kind: 'feedback', partitions });
    }
  }

  #orderOf(nodeId: string): FrameOrder {
    let order = this.#orders.get(nodeId);
    if (order !== undefined) return order;
    if (this.#orders.size >= MAX_NODES) this.#orders.clear();
    order = new FrameOrder();
    this.#orders.set(nodeId, order);
    return order;
  }

  #now(): Instant {
    return instantOf(this.#o.clock);
  }
}

function socketError(event: Event): { readonly code: string; readonly message: string } {
  const error = 'error' in event ? event.error : undefined;
  if (!(error instanceof Error)) return { code: 'SOCKET_ERROR', message: 'the socket failed' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'SOCKET_ERROR';
  return { code: code.replace(/^WS_ERR_/, ''), message: error.message };
}
