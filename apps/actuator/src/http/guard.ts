import type { MiddlewareHandler } from 'hono';
import { errorBody } from './errors.ts';

/** Whether a host name or address is reachable from this machine alone. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}

/**
 * Whether a request may be served, by its `Host` and `Origin`. Bound to loopback, the host asked for must be a
 * loopback name: a foreign name that resolves here is a web page's attempt to get round the same-origin rule. An
 * origin is sent by browsers only; it must be the host itself, or on loopback any page of this machine.
 */
export function isTrusted(boundHost: string, host: string | undefined, origin: string | undefined): boolean {
  const local = isLoopback(boundHost);
  if (local && host !== undefined && !isLoopback(hostName(host))) return false;
  if (origin === undefined) return true;
  const from = URL.canParse(origin) ? new URL(origin) : undefined;
  if (from === undefined) return false;
  return from.host === host || (local && isLoopback(from.hostname));
}

function hostName(host: string): string {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : host;
}

/** Refuses what `isTrusted` does not trust, the link's upgrade included. */
export function guard(boundHost: string): MiddlewareHandler {
  return async (c, next) => {
    if (isTrusted(boundHost, c.req.header('host'), c.req.header('origin'))) return next();
    return c.json(errorBody('FORBIDDEN', 'this host or origin may not use the actuator'), 403);
  };
}
