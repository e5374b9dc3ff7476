import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { WebSocketServer } from 'ws';
import { ActuatorError } from './errors.ts';

/** Largest message of a link; what is larger closes it with 1009. */
const MAX_MESSAGE_BYTES = 256 * 1024;

/**
 * Serve over HTTP and WebSocket.
 * @throws {ActuatorError} `PORT_IN_USE`, or `CANNOT_LISTEN` for any other reason.
 */
export async function listen(fetch: OpenAPIHono['fetch'], host: string, port: number): Promise<Server> {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    clientTracking: false,
  });
  const server = createAdaptorServer({
    fetch: (request, env) => fetch(request, env),
    overrideGlobalObjects: false,
    // The types differ in what is optional only.
    websocket: { server: sockets as WebSocketServerLike },
  }) as Server;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  server.removeAllListeners('error');
  return server;
}

/** Address under which a server that listens on `host` can be reached from this machine. */
export function urlOf(server: Server, host: string): { readonly url: string; readonly port: number } {
  const { port } = server.address() as AddressInfo;
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return { url: `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`, port };
}

/** Stop taking connections, end those that are idle at once and the others, and what `terminate` ends, after `graceMs`. */
export async function closeServer(server: Server, graceMs: number, terminate: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => {
    terminate();
    server.closeAllConnections();
  }, graceMs);
  await closed;
  clearTimeout(timer);
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): ActuatorError {
  if (error.code === 'EADDRINUSE') {
    return new ActuatorError(
      'PORT_IN_USE',
      `port ${port} on ${host} is in use; stop what listens there, or set actuator.port to another one`,
      { cause: error },
    );
  }
  const message = `cannot listen on ${host}:${port} (${error.code ?? error.message}); check actuator.host and actuator.port`;
  return new ActuatorError('CANNOT_LISTEN', message, { cause: error });
}
