import { upgradeWebSocket } from '@hono/node-server';
import { OpenAPIHono } from '@hono/zod-openapi';
import { ActuatorLink, FrameOrder, instantOf } from '@foreshadow/protocol';
import type { Clock } from '@foreshadow/domain';
import type { WSContext, WSEvents } from 'hono/ws';
import { errorBody } from '../http/errors.ts';
import { guard } from '../http/guard.ts';
import type { RelayGuest } from './relay-guest.ts';

export interface StandbyOptions {
  readonly host: string;
  readonly clock: Clock;
  /** Link address of the leader, if there is one. */
  readonly leaderUrl: () => string | undefined;
  /** Passes edges' messages on to the leader; `undefined`: edges are sent to it. */
  readonly guest: RelayGuest | undefined;
}

/** Edges that find no leader named come back after this time. */
const RETRY_AFTER_MS = 1000;

/** The HTTP face of a replica that does not lead: it says who does. */
export function standbyApp(options: StandbyOptions): OpenAPIHono {
  const { host, leaderUrl } = options;
  const app = new OpenAPIHono();
  const says = (): string => `this replica stands by; the leader is ${leaderUrl() ?? 'not known yet'}`;
  app.use(guard(host));
  const away: WSEvents<unknown> = { onOpen: (_event, socket) => sendAway(socket, options) };
  app.get(
    '/v1/link',
    upgradeWebSocket(() => options.guest?.accept() ?? away),
  );
  app.get('/healthz', (c) => c.json({ status: 'ok', reasons: [] }, 200));
  app.get('/readyz', (c) => c.json({ status: 'not ready', reasons: [says()] }, 503));
  app.notFound((c) => c.json(errorBody('NOT_LEADER', says()), 503, { 'retry-after': '1' }));
  return app;
}

function sendAway(socket: WSContext<unknown>, { clock, leaderUrl }: StandbyOptions): void {
  const link = new ActuatorLink({ sessionId: 'standby', orderOf: () => new FrameOrder() });
  const at = instantOf(clock);
  const url = leaderUrl();
  link.handle({ kind: 'opened' }, at);
  const goodbye = {
    kind: 'goodbye',
    reason: 'not-leader',
    message: 'this replica stands by',
    retryAfterMs: url === undefined ? RETRY_AFTER_MS : 0,
    ...(url === undefined ? {} : { leaderUrl: url }),
  } as const;
  for (const action of link.handle(goodbye, at)) {
    if (action.kind === 'send') socket.send(action.bytes as Uint8Array<ArrayBuffer>);
    else if (action.kind === 'close') socket.close(action.code, action.reason);
  }
}
