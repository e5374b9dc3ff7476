import type { Alert } from './alert.ts';

/** One alert of `POST /api/v2/alerts` of Prometheus Alertmanager (`postableAlert` of its OpenAPI document). */
export interface PostableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL?: string;
}

export interface Posting {
  readonly nowMs: number;
  /** An alert that is not told again for so long has ended: whoever told it is gone. */
  readonly expiresMs: number;
  /** Added to the labels of each. */
  readonly labels: Readonly<Record<string, string>>;
  readonly generatorUrl: string | undefined;
}

/** Alerts as Alertmanager takes them; what fires ends in the future, and is to be told again before. */
export function postable(alert: Alert, { nowMs, expiresMs, labels, generatorUrl }: Posting): PostableAlert {
  const endsAtMs = alert.resolvedAtMs ?? nowMs + expiresMs;
  return {
    labels: { ...labels, ...alert.labels, alertname: alert.name, severity: alert.severity },
    annotations: { summary: alert.summary, description: alert.description },
    startsAt: new Date(alert.startsAtMs).toISOString(),
    endsAt: new Date(endsAtMs).toISOString(),
    ...(generatorUrl !== undefined && { generatorURL: generatorUrl }),
  };
}

/** Where to post to, and with what login: a URL without a path is that of an Alertmanager, and `fetch` takes no login. */
export function endpointOf(webhook: string): {
  readonly url: string;
  readonly authorization: string | undefined;
} {
  const url = new URL(webhook);
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const authorization = login === ':' ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  url.username = '';
  url.password = '';
  if (url.pathname === '/') url.pathname = '/api/v2/alerts';
  return { url: url.href, authorization };
}
