import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@foreshadow/domain';
import {
  ActuatorLink,
  type ActuatorLinkAction,
  type ActuatorLinkOptions,
  instantOf,
} from '@foreshadow/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

/** An actuator's end on a real socket: what it was told, and ways to end it. */
export class TestActuator {
  readonly deliveries: ActuatorLinkAction[] = [];
  readonly links: ActuatorLink[] = [];
  readonly #http: Server = createServer();
  readonly #sockets = new Set<WebSocket>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: Partial<ActuatorLinkOptions> = {}) {
    const server = new WebSocketServer({ server: this.#http, maxPayload: 262_144, perMessageDeflate: false });
    server.on('connection', (socket) => this.#accept(socket, options));
    this.#timer = setInterval(() => {
      for (const link of this.links) link.handle({ kind: 'tick' }, instantOf(systemClock));
    }, 100);
  }

  /** The port that it listens on. */
  async listen(port = 0): Promise<number> {
    this.#http.listen(port, '127.0.0.1');
    await once(this.#http, 'listening');
    return (this.#http.address() as AddressInfo).port;
  }

  of<K extends ActuatorLinkAction['kind']>(kind: K): Extract<ActuatorLinkAction, { kind: K }>[] {
    return this.deliveries.filter((d): d is Extract<ActuatorLinkAction, { kind: K }> => d.kind === kind);
  }

  /** Run something on the newest link and send what it gives. */
  command(command: Parameters<ActuatorLink['command']>[0]): void {
    const socket = [...this.#sockets].at(-1);
    for (const { bytes } of this.links.at(-1)?.command(command) ?? []) socket?.send(bytes);
  }

  sendRaw(data: Uint8Array | string): void {
    for (const socket of this.#sockets) socket.send(data);
  }

  /** As a killed process: sockets reset, port closed. */
  async kill(): Promise<void> {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.terminate();
    this.#http.closeAllConnections();
    this.#http.close();
    await once(this.#http, 'close');
  }

  #accept(socket: WebSocket, options: Partial<ActuatorLinkOptions>): void {
    const link = new ActuatorLink({ sessionId: `s-${this.links.length}`, ...options });
    this.links.push(link);
    this.#sockets.add(socket);
    const perform = (actions: readonly ActuatorLinkAction[]): void => {
      for (const action of actions) {
        if (action.kind === 'send') socket.send(action.bytes);
        else if (action.kind === 'close') socket.close(action.code, action.reason);
        else this.deliveries.push(action);
      }
    };
    perform(link.handle({ kind: 'opened' }, instantOf(systemClock)));
    socket.on('message', (data: Buffer) =>
      perform(link.handle({ kind: 'message', bytes: data }, instantOf(systemClock))),
    );
    socket.on('close', (code, reason) => {
      this.#sockets.delete(socket);
      perform(link.handle({ kind: 'closed', code, reason: reason.toString() }, instantOf(systemClock)));
    });
  }
}

/** Wait until something holds; throws after 10 s. */
export async function until(holds: () => boolean, what: string): Promise<void> {
  const giveUpMs = systemClock.monotonicMs() + 10_000;
  while (!holds()) {
    if (systemClock.monotonicMs() > giveUpMs) throw new Error(`gave up waiting until ${what}`);
    await systemClock.sleep(10);
  }
}
