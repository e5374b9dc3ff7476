import { EdgeSdkError } from './errors.ts';

/** What the link needs of a WebSocket; the platform's and that of npm `ws` both have it. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  /** Give up at once, without a closing handshake; where there is such a thing. */
  terminate?(): void;
}

export type WebSocketFactory = (url: string) => WebSocketLike;

/**
 * The factory to use: the one given, else the platform's WebSocket.
 * @throws {EdgeSdkError} `NO_WEBSOCKET` where there is neither (Node 20).
 */
export function webSocketFactory(given: WebSocketFactory | undefined): WebSocketFactory {
  if (given !== undefined) return given;
  if (typeof globalThis.WebSocket === 'function') return (url) => new globalThis.WebSocket(url);
  const advice = "install 'ws' and pass link.webSocket: (url) => new WebSocket(url)";
  throw new EdgeSdkError('NO_WEBSOCKET', `this runtime has no WebSocket: ${advice}`);
}
