import type { ActuatorCommand, ActuatorLinkAction, ActuatorLinkEvent, Instant } from '@foreshadow/protocol';
import { ActuatorLink, type ActuatorLinkOptions } from '@foreshadow/protocol';
import type { WSContext } from 'hono/ws';
import { Errands } from './errands.ts';

/** While more than this waits in the socket, commands are left out: the next ones tell the same. */
const MAX_BUFFERED_BYTES = 1024 * 1024;
/** What the socket under Hono's context tells of itself. */
interface RawSocket {
  readonly bufferedAmount: number;
  terminate(): void;
}

/** What a link delivers beside what it sends. */
export type Delivery = Exclude<ActuatorLinkAction, { readonly kind: 'send' | 'close' }>;

/** One WebSocket with the state machine of its link: carries out what the link says, passes on what it delivers. */
export class Connection {
  readonly number: number;
  readonly errands: Errands = new Errands();
  readonly #link: ActuatorLink;
  readonly #socket: WSContext<unknown>;
  readonly #deliver: (connection: Connection, delivery: Delivery) => void;

  constructor(
    number: number,
    socket: WSContext<unknown>,
    options: ActuatorLinkOptions,
    deliver: (connection: Connection, delivery: Delivery) => void,
  ) {
    this.number = number;
    this.#socket = socket;
    this.#link = new ActuatorLink(options);
    this.#deliver = deliver;
  }

  get nodeId(): string | undefined {
    return this.#link.hello?.nodeId;
  }

  /** Streams for which the edge speaks; empty before its Hello. */
  get streams(): ReadonlySet<string> {
    return new Set(this.#link.hello?.streams.map((s) => s.name));
  }

  get badMessages(): number {
    return this.#link.stats().badMessages;
  }

  handle(event: ActuatorLinkEvent, at: Instant): void {
    for (const action of this.#link.handle(event, at)) {
      if (action.kind === 'send') this.#send(action.bytes);
      else if (action.kind === 'close') this.#socket.close(action.code, action.reason);
      else this.#deliver(this, action);
    }
  }

  /** Start of the node, from its Hello. */
  get epoch(): number | undefined {
    return this.#link.hello?.epoch;
  }

  get hasRoom(): boolean {
    return this.#raw().bufferedAmount <= MAX_BUFFERED_BYTES;
  }

  /**
   * Send a command, unless the socket is too full to take it.
   * @throws {ProtocolError} if it is out of the bounds of the protocol
   */
  command(command: ActuatorCommand): void {
    if (!this.hasRoom) return;
    for (const { bytes } of this.#link.command(command)) this.#send(bytes);
  }

  /** End the socket without waiting for the other side. */
  terminate(): void {
    this.#raw().terminate();
  }

  #send(bytes: Uint8Array): void {
    this.#socket.send(bytes as Uint8Array<ArrayBuffer>);
  }

  #raw(): RawSocket {
    return this.#socket.raw as RawSocket;
  }
}
