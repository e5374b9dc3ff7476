import type { FrameRelay } from '@foreshadow/ports';
import type { WSContext, WSEvents } from 'hono/ws';
import {
  type Closing,
  decodeClosing,
  decodeFrame,
  encodeClosing,
  encodeFrame,
  type RelayFrame,
  toLeader,
  toStandby,
} from './relay-frame.ts';

const MAX_LINKS = 1000;
/** 1012, service restart: come again. */
const LEADER_CHANGED = { code: 1012, reason: 'LEADER_CHANGED' };
const NOTHING = new Uint8Array();

/** The side of a replica that stands by: it holds edges' sockets and passes their messages to the leader and back. */
export class RelayGuest {
  readonly #relay: FrameRelay;
  readonly #candidate: string;
  readonly #sockets = new Map<number, WSContext<unknown>>();
  #leader: string | undefined;
  #lastNumber = 0;

  constructor(relay: FrameRelay, candidate: string) {
    this.#relay = relay;
    this.#candidate = candidate;
  }

  async start(signal: AbortSignal): Promise<void> {
    const onFrame = (bytes: Uint8Array): void => this.#receive(decodeFrame(bytes));
    await this.#relay.listen(toStandby(this.#candidate), onFrame, signal);
  }

  /** Pass on to this leader from now on; sessions end with the leader that held them. `undefined`: take no edge. */
  follow(leader: string | undefined): void {
    if (leader === this.#leader) return;
    for (const [number, socket] of [...this.#sockets]) {
      this.#send(number, 'close', encodeClosing(LEADER_CHANGED));
      socket.close(LEADER_CHANGED.code, LEADER_CHANGED.reason);
    }
    this.#sockets.clear();
    this.#leader = leader;
  }

  /** Events of an edge's socket; `undefined` if it cannot be taken. */
  accept(): WSEvents<unknown> | undefined {
    if (this.#leader === undefined || this.#sockets.size >= MAX_LINKS) return undefined;
    // Random, so that a replica that starts anew is not taken for what it was.
    this.#lastNumber =
      this.#lastNumber === 0 ? crypto.getRandomValues(new Uint32Array(1))[0]! : (this.#lastNumber + 1) >>> 0;
    const number = this.#lastNumber;
    return {
      onOpen: (_event, socket) => {
        this.#sockets.set(number, socket);
        this.#send(number, 'open', NOTHING);
      },
      onMessage: ({ data }, socket) => {
        if (data instanceof ArrayBuffer) this.#send(number, 'message', new Uint8Array(data));
        else socket.close(1003, 'TEXT_MESSAGE');
      },
      onClose: ({ code, reason }: Closing) => {
        if (this.#sockets.delete(number)) this.#send(number, 'close', encodeClosing({ code, reason }));
      },
    };
  }

  #receive(frame: RelayFrame | undefined): void {
    const socket = frame && this.#sockets.get(frame.number);
    if (frame === undefined || socket === undefined) return;
    if (frame.kind === 'message') {
      socket.send(frame.payload as Uint8Array<ArrayBuffer>);
      return;
    }
    this.#sockets.delete(frame.number);
    const { code, reason } = decodeClosing(frame.payload);
    socket.close(code, reason);
  }

  #send(number: number, kind: RelayFrame['kind'], payload: Uint8Array): void {
    if (this.#leader === undefined) return;
    const frame = encodeFrame({ kind, replica: this.#candidate, number, payload });
    this.#relay.publish(toLeader(this.#leader), frame);
  }
}
