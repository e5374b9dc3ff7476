import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from '@foreshadow/domain';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Alert } from '../../src/alerts/alert.ts';
import { endpointOf, type PostableAlert } from '../../src/alerts/alertmanager.ts';
import { type NotificationOutcome, Notifier, type NotifierOptions } from '../../src/alerts/notifier.ts';

interface Received {
  readonly path: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly alerts: readonly PostableAlert[];
}

let server: Server;
let received: Received[];
let answer: (response: ServerResponse, count: number) => void;
let outcomes: NotificationOutcome[];
let warnings: string[];
let alerts: Alert[];
let closing: AbortController;
let running: Promise<void>;

const ALERT: Alert = {
  key: 'k',
  name: 'ForeshadowPoolSaturated',
  severity: 'warning',
  labels: { pool: 'p' },
  summary: 's',
  description: 'd',
  startsAtMs: Date.UTC(2026, 0, 1),
  resolvedAtMs: null,
};

beforeEach(async () => {
  received = [];
  outcomes = [];
  warnings = [];
  alerts = [];
  closing = new AbortController();
  running = Promise.resolve();
  answer = (response) => void response.writeHead(200).end();
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({
        path: request.url,
        headers: request.headers,
        alerts: JSON.parse(body) as PostableAlert[],
      });
      answer(response, received.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  closing.abort();
  await running;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const port = (): number => (server.address() as AddressInfo).port;

function start(changes: Partial<NotifierOptions> = {}): Notifier {
  const notifier = new Notifier({
    webhook: `http://127.0.0.1:${port()}`,
    resendMs: 60_000,
    timeoutMs: 5_000,
    labels: { cluster: 'c1' },
    generatorUrl: 'http://page/',
    alerts: () => alerts,
    mayAct: () => true,
    onOutcome: (outcome) => void outcomes.push(outcome),
    clock: systemClock,
    logger: { info: () => {}, warn: (_, m) => void warnings.push(m), error: () => {} },
    ...changes,
  });
  running = notifier.run(closing.signal);
  return notifier;
}

const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000, interval: 20 });

describe('a receiver', () => {
  it('gets what fires in the format of Alertmanager, and then what has resolved', async () => {
    const notifier = start();
    alerts = [ALERT];
    const beforeMs = systemClock.nowMs();
    notifier.wake();
    await eventually(() => expect(outcomes).toEqual(['delivered']));
    expect(received[0]!.path).toBe('/api/v2/alerts');
    expect(received[0]!.headers['content-type']).toBe('application/json');
    const [told] = received[0]!.alerts;
    expect(told).toEqual({
      labels: { alertname: 'ForeshadowPoolSaturated', severity: 'warning', pool: 'p', cluster: 'c1' },
      annotations: { summary: 's', description: 'd' },
      startsAt: '2026-01-01T00:00:00.000Z',
      endsAt: expect.any(String) as string,
      generatorURL: 'http://page/',
    });
    expect(Date.parse(told!.endsAt)).toBeGreaterThanOrEqual(beforeMs + 4 * 60_000);

    alerts = [{ ...ALERT, resolvedAtMs: Date.UTC(2026, 0, 2) }];
    notifier.wake();
    await eventually(() => expect(received).toHaveLength(2));
    expect(received[1]!.alerts[0]!.endsAt).toBe('2026-01-02T00:00:00.000Z');
  });

  it('is told again while an alert fires, and left alone while none does', async () => {
    start({ resendMs: 50 });
    await systemClock.sleep(200);
    expect(received).toEqual([]);
    alerts = [ALERT];
    await eventually(() => expect(received.length).toBeGreaterThan(2));
  });

  it('is told nothing by a replica that does not lead', async () => {
    let leads = false;
    alerts = [ALERT];
    start({ resendMs: 50, mayAct: () => leads }).wake();
    await systemClock.sleep(200);
    expect(received).toEqual([]);
    leads = true;
    await eventually(() => expect(received.length).toBeGreaterThan(0));
  });

  it('that fails is tried again, and gets what holds by then', async () => {
    answer = (response, count) => void response.writeHead(count < 2 ? 500 : 200).end();
    alerts = [ALERT];
    start().wake();
    await eventually(() => expect(outcomes).toEqual(['failed']));
    alerts = [ALERT, { ...ALERT, key: 'other', labels: { pool: 'q' } }];
    await eventually(() => expect(outcomes).toEqual(['failed', 'delivered']));
    expect(received.map((r) => r.alerts.length)).toEqual([1, 2]);
    expect(warnings).toEqual(['alerts are not delivered: the receiver answered with status 500']);
  });

  it('that hangs is given up after its time, and tried again', async () => {
    answer = (response, count) => void (count > 1 && response.writeHead(200).end());
    alerts = [ALERT];
    start({ timeoutMs: 150 }).wake();
    await eventually(() => expect(outcomes).toEqual(['failed', 'delivered']));
    expect(warnings).toHaveLength(1);
  });

  it('that hangs does not hold up the end', async () => {
    answer = () => undefined;
    alerts = [ALERT];
    start().wake();
    await eventually(() => expect(received).toHaveLength(1));
    closing.abort();
    await running;
    expect(outcomes).toEqual([]);
  });

  it('that answers without end is not read to its end', async () => {
    answer = (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'.repeat(1000)), 5);
      response.on('close', () => clearInterval(timer));
    };
    alerts = [ALERT];
    start().wake();
    await eventually(() => expect(outcomes).toEqual(['delivered']));
  });

  it('that refuses is not pressed', async () => {
    answer = (response) => void response.writeHead(400).end();
    alerts = [ALERT];
    start().wake();
    await eventually(() => expect(outcomes).toEqual(['refused']));
    await systemClock.sleep(1_300);
    expect(received).toHaveLength(1);
  });

  it('that sends elsewhere has refused: a redirected POST tells nobody anything', async () => {
    answer = (response) => void response.writeHead(302, { location: '/elsewhere' }).end();
    alerts = [ALERT];
    start().wake();
    await eventually(() => expect(outcomes).toEqual(['refused']));
    expect(received).toHaveLength(1);
  });

  it('that is not there is told of in the log, once', async () => {
    alerts = [ALERT];
    start({ webhook: 'http://127.0.0.1:1/hook' }).wake();
    await eventually(() => expect(outcomes).toEqual(['failed', 'failed']));
    expect(warnings).toEqual([expect.stringContaining('could not be reached')]);
  });

  it('gets at most 256 alerts a request', async () => {
    alerts = Array.from({ length: 300 }, (_, i) => ({ ...ALERT, key: `${i}`, labels: { pool: `p${i}` } }));
    start().wake();
    await eventually(() => expect(received.map((r) => r.alerts.length)).toEqual([256, 44]));
  });
});

it('an address may hold a login, which is sent as a header, and a path, which is kept', () => {
  expect(endpointOf('http://user:p%40ss@host:9093')).toEqual({
    url: 'http://host:9093/api/v2/alerts',
    authorization: `Basic ${Buffer.from('user:p@ss').toString('base64')}`,
  });
  expect(endpointOf('https://host/am/api/v2/alerts?x=1')).toEqual({
    url: 'https://host/am/api/v2/alerts?x=1',
    authorization: undefined,
  });
});
