import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import type { EdgeEnv } from './app.ts';
import { EdgeError } from './errors.ts';

const CLOSE_TIMEOUT_MS = 10_000;

export interface HttpServer {
  readonly url: string;
  readonly port: number;
  /** Take no new connection, let requests in flight end (for at most ten seconds), then resolve. */
  close(): Promise<void>;
}

/**
 * Serve an app.
 * @throws {EdgeError} `PORT_IN_USE` or `LISTEN_FAILED`.
 */
export async function listen(
  app: Pick<Hono<EdgeEnv>, 'fetch'>,
  host: string,
  port: number,
): Promise<HttpServer> {
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.listen(port, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw listenError(cause as NodeJS.ErrnoException, host, port);
  });
  const { port: bound } = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${bound}`, port: bound, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT_MS);
  await closed;
  clearTimeout(timer);
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): EdgeError {
  if (cause.code === 'EADDRINUSE') {
    const advice = 'stop the process that holds it, or set edge.port (FORESHADOW__EDGE__PORT)';
    return new EdgeError('PORT_IN_USE', `port ${port} on ${host} is in use: ${advice}`, { cause });
  }
  return new EdgeError('LISTEN_FAILED', `cannot listen on ${host}:${port}: ${cause.message}`, { cause });
}
