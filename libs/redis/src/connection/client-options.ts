import { RESP_TYPES } from 'redis';
import type { TlsOptions } from '../options.ts';

/** Commands without a reply that a connection takes; more are refused. Bounds what waits in memory. */
const MAX_QUEUE = 50_000;
const CONNECT_TIMEOUT_MS = 2000;
const BUFFERS: { readonly 36: typeof Buffer } = { [RESP_TYPES.BLOB_STRING]: Buffer };

interface ClientOptions {
  readonly RESP: 2;
  readonly name: string;
  readonly disableOfflineQueue: boolean;
  readonly commandsQueueMaxLength: number;
  readonly maintNotifications: 'disabled';
  readonly commandOptions: { readonly typeMapping: typeof BUFFERS };
}

/** Settings of every connection. RESP2: replies of one shape from all servers. */
export const CLIENT_OPTIONS: ClientOptions = {
  RESP: 2,
  name: 'foreshadow',
  disableOfflineQueue: true,
  commandsQueueMaxLength: MAX_QUEUE,
  maintNotifications: 'disabled',
  commandOptions: { typeMapping: BUFFERS },
};

interface SocketOptions {
  readonly connectTimeout: number;
  readonly keepAlive: boolean;
  readonly reconnectStrategy: false;
}

/** What of a socket depends on where it leads. */
export function encryption(tls: TlsOptions | undefined): { readonly tls?: true } & TlsOptions {
  return tls === undefined ? {} : { tls: true, ...tls };
}

/** A connection is never opened again by the client itself: whoever holds it opens another, to the primary of then. */
export const SOCKET_OPTIONS: SocketOptions = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  keepAlive: true,
  reconnectStrategy: false,
};
