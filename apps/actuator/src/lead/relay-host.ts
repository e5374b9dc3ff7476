import type { FrameRelay } from '@foreshadow/ports';
import { WSContext, type WSEvents } from 'hono/ws';
import {
  decodeClosing,
  decodeFrame,
  encodeClosing,
  encodeFrame,
  type RelayFrame,
  toLeader,
  toStandby,
} from './relay-frame.ts';

export interface RelayHostOptions {
  readonly relay: FrameRelay;
  /** Name of this replica. */
  readonly candidate: string;
  /** Events of a new link; `undefined` if there is room for no more. */
  readonly accept: () => WSEvents<unknown> | undefined;
}

interface Relayed {
  readonly events: WSEvents<unknown>;
  readonly socket: WSContext<unknown>;
}

/** 1012, service restart: come again. */
const UNKNOWN = { code: 1012, reason: 'NO_SESSION' };
const OVERLOADED = { code: 1013, reason: 'OVERLOADED' };
const NOTHING = new Uint8Array();

/** The leader's side of relayed links: each looks to the hub like a socket of its own. */
export class RelayHost {
  readonly #o: RelayHostOptions;
  readonly #links = new Map<string, Relayed>();

  constructor(options: RelayHostOptions) {
    this.#o = options;
  }

  async start(signal: AbortSignal): Promise<void> {
    const { relay, candidate } = this.#o;
    await relay.listen(toLeader(candidate), (bytes) => this.#receive(decodeFrame(bytes)), signal);
  }

  #receive(frame: RelayFrame | undefined): void {
    if (frame === undefined) return;
    if (frame.kind === 'open') return this.#open(frame);
    const key = keyOf(frame);
    const link = this.#links.get(key);
    // A frame of a session that the leader before held, or that a gap in the relay cut short.
    if (link === undefined)
      return frame.kind === 'message' ? this.#answer(frame, 'close', encodeClosing(UNKNOWN)) : undefined;
    if (frame.kind === 'message') {
      const { buffer } = frame.payload.slice();
      link.events.onMessage?.({ data: buffer }, link.socket);
      return;
    }
    this.#links.delete(key);
    link.events.onClose?.(decodeClosing(frame.payload), link.socket);
  }

  #open(frame: RelayFrame): void {
    const events = this.#o.accept();
    if (events === undefined) return this.#answer(frame, 'close', encodeClosing(OVERLOADED));
    const socket = this.#socketOf(frame, events);
    this.#links.set(keyOf(frame), { events, socket });
    events.onOpen?.({} as Event, socket);
  }

  #socketOf(frame: RelayFrame, events: WSEvents<unknown>): WSContext<unknown> {
    const close = (closing: { code: number; reason: string }): void => {
      if (!this.#links.delete(keyOf(frame))) return;
      this.#answer(frame, 'close', encodeClosing(closing));
      queueMicrotask(() => events.onClose?.(closing, socket));
    };
    const socket: WSContext<unknown> = new WSContext({
      readyState: 1,
      // The relay drops what it cannot carry; nothing waits here.
      raw: { bufferedAmount: 0, terminate: () => close(UNKNOWN) },
      send: (data) => this.#answer(frame, 'message', bytesOf(data)),
      close: (code = 1000, reason = '') => close({ code, reason }),
    });
    return socket;
  }

  #answer({ replica, number }: RelayFrame, kind: RelayFrame['kind'], payload: Uint8Array): void {
    this.#o.relay.publish(toStandby(replica), encodeFrame({ kind, replica, number, payload }));
  }
}

function keyOf({ replica, number }: RelayFrame): string {
  return `${replica} ${number}`;
}

/** Links send bytes only. */
function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return NOTHING;
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}
