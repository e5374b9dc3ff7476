import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AlertView, LiveSnapshot } from '@foreshadow/domain';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ActuatorError } from '../../src/errors.ts';
import type { ActuatorApi, LiveMessage } from '../../src/http/api.ts';
import { type AppOptions, createApp } from '../../src/http/app.ts';
import { silentLogger } from '../../src/logger.ts';
import { Metrics } from '../../src/metrics.ts';
import { planOf } from '../helpers.ts';

const snapshot: LiveSnapshot = {
  atMs: 1,
  mode: 'advise',
  planIntervalMs: 10_000,
  pools: [],
  partitions: [],
  edges: [],
  sampling: [],
  alerts: [],
};
let listener: ((m: LiveMessage) => void) | undefined;
let reasons: string[] = [];
let broken: Error | undefined;

const ALERT: AlertView = {
  name: 'ForeshadowPoolSaturated',
  severity: 'warning',
  subject: 'p',
  labels: { pool: 'p' },
  summary: 'Pool p needs more than its bounds allow',
  description: 'said so',
  startsAtMs: 3,
};

const api: ActuatorApi = {
  snapshot: () => snapshot,
  streams: () => [{ name: 'orders', partitions: [], pools: ['p'], sampling: [] }],
  partition: () => {
    throw new ActuatorError('UNKNOWN_STREAM', "no stream 'x'; there are orders");
  },
  scorecard: () => ({ partition: 'orders/0', horizons: [], experts: [], forecasters: [] }),
  weights: (_stream, _index, horizonMs) => ({
    partition: 'orders/0',
    horizonMs: horizonMs ?? 60_000,
    horizonsMs: [5000, 60_000],
    atMs: [],
    experts: [],
    marks: [],
  }),
  pools: () => {
    if (broken !== undefined) throw broken;
    return [];
  },
  plan: () => ({ decidedAtMs: 5, pools: [planOf('p')] }),
  decisions: (limit) => [{ ...planOf('p'), id: limit, applied: false }],
  events: () => [],
  alerts: () => [ALERT],
  stuck: () => [],
  notReady: () => reasons,
  onLive: (l) => {
    listener = l;
    return () => {
      listener = undefined;
    };
  },
};

const closing = new AbortController();
const make = (changes: Partial<AppOptions> = {}) =>
  createApp({
    api,
    metrics: new Metrics({
      alerts: () => [ALERT],
      snapshot: () => snapshot,
      scorecards: () => [],
      loadScores: () => [],
      demandScores: () => [],
      unknownPartitions: () => 0,
      leadingExperts: () => [{ partition: 'orders/0', horizonMs: 5000, expert: 'ets' }],
      networks: () => [{ stream: 'orders', stepMs: 1000, version: 3 }],
      savedModels: () => ({ bytes: 7, skipped: 0 }),
      usage: () => ({ cpuSeconds: 1, residentBytes: 2 }),
    }),
    announce: {
      announcements: {
        list: () => [],
        announce: () => Promise.resolve(),
        withdraw: () => Promise.resolve(),
      },
      nowMs: () => 0,
      onChange: () => undefined,
    },
    link: (c) => Promise.resolve(c.text('link')),
    host: '127.0.0.1',
    version: '0.0.0',
    dashboardDir: undefined,
    closing: closing.signal,
    logger: silentLogger,
    ...changes,
  });
const get = (path: string, init?: RequestInit, app = make()) =>
  app.request(`http://127.0.0.1:7070${path}`, init);

afterEach(() => {
  reasons = [];
  broken = undefined;
});

describe('the API', () => {
  it('gives the plan with its ingredients, null where unknown', async () => {
    const response = await get('/v1/plan');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      decidedAtMs: 5,
      pools: [{ pool: 'p', ingredients: { needCpuCores: 0.1, unknown: null } }],
    });
  });

  it('answers 404 with what exists', async () => {
    const response = await get('/v1/partitions/x/0');
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: { code: 'UNKNOWN_STREAM', message: "no stream 'x'; there are orders" },
    });
    const nowhere = await get('/v1/nothing');
    expect(nowhere.status).toBe(404);
    expect(JSON.stringify(await nowhere.json())).toMatch(/NOT_FOUND.*\/v1\/streams.*\/v1\/decisions/);
  });

  it.each([
    '/v1/decisions?limit=0',
    '/v1/decisions?limit=many',
    '/v1/events?limit=1001',
    '/v1/partitions/x/-1',
    '/v1/partitions/x/1.5',
    '/v1/partitions/x/-1/scorecard',
    '/v1/partitions/x/0/weights?horizonMs=soon',
    '/v1/partitions/x/0/weights?horizonMs=0',
  ])('refuses %s', async (path) => {
    const response = await get(path);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'INVALID_ARGUMENT' } });
  });

  it('takes a limit, 100 by default', async () => {
    expect(await (await get('/v1/decisions')).json()).toMatchObject({ decisions: [{ id: 100 }] });
    expect(await (await get('/v1/decisions?limit=7')).json()).toMatchObject({ decisions: [{ id: 7 }] });
  });

  it('gives the alerts that fire, also as metrics', async () => {
    const response = await make().request('/v1/alerts');
    expect(await response.json()).toEqual({ alerts: [ALERT] });
    const metrics = await (await make().request('/metrics')).text();
    const labels = 'alertname="ForeshadowPoolSaturated",severity="warning",subject="p"';
    expect(metrics).toContain(`foreshadow_alerts_firing{${labels}} 1`);
  });

  it('says when it is not ready, and why', async () => {
    expect((await get('/readyz')).status).toBe(200);
    reasons = ['no plan yet'];
    const response = await get('/readyz');
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'not ready', reasons: ['no plan yet'] });
    expect((await get('/healthz')).status).toBe(200);
  });

  it('hides what went wrong inside', async () => {
    broken = new Error('secret path /etc/x');
    const response = await get('/v1/pools');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  it('describes itself by a document in which every reference resolves', async () => {
    const document = (await (await get('/v1/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, unknown>;
      components: { schemas: Record<string, unknown> };
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/v1/streams',
        '/v1/streams/{stream}/events',
        '/v1/streams/{stream}/events/{id}',
        '/v1/partitions/{stream}/{index}',
        '/v1/partitions/{stream}/{index}/scorecard',
        '/v1/partitions/{stream}/{index}/weights',
        '/v1/live',
        '/metrics',
      ]),
    );
    const references = JSON.stringify(document).match(/"#\/components\/schemas\/[^"]+"/g) ?? [];
    expect(references.length).toBeGreaterThan(5);
    for (const reference of references) {
      expect(document.components.schemas).toHaveProperty([reference.slice(22, -1)]);
    }
  });

  it('gives metrics in the text format', async () => {
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toMatch(/^process_resident_memory_bytes 2$/m);
    expect(text).toMatch(
      /^foreshadow_forecast_leading_expert_info\{partition="orders\/0",horizon_seconds="5",expert="ets"\} 1$/m,
    );
    expect(text).toMatch(/^foreshadow_forecast_network_version\{stream="orders",step_seconds="1"\} 3$/m);
  });
});

describe('who may use it', () => {
  it.each([{ host: 'evil.example' }, { origin: 'https://evil.example' }])('refuses %o', async (headers) => {
    expect((await get('/v1/plan', { headers })).status).toBe(403);
    expect((await get('/v1/link', { headers })).status).toBe(403);
  });

  it('sends headers that keep pages of others out', async () => {
    const { headers } = await get('/v1/plan');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
  });
});

it('feeds snapshots, decisions and events as they come, and ends when the server closes', async () => {
  const ending = new AbortController();
  const response = await get('/v1/live', {}, make({ closing: ending.signal }));
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toBe(`event: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`);
  listener?.({ event: 'decision', data: '{"id":1}' });
  expect((await reader.read()).value).toBe('event: decision\ndata: {"id":1}\n\n');
  ending.abort();
  expect((await reader.read()).done).toBe(true);
  expect(listener).toBeUndefined();
});

describe('the dashboard', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'foreshadow-dashboard-'));
    await mkdir(join(dir, 'assets'));
    await writeFile(join(dir, 'index.html'), '<!doctype html><title>Foreshadow</title>');
    await writeFile(join(dir, 'assets', 'index-1a2b.js'), 'export {};');
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('is served at the root, its hashed files for a year', async () => {
    const app = make({ dashboardDir: dir });
    const page = await get('/', {}, app);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    expect(await page.text()).toContain('Foreshadow');
    const script = await get('/assets/index-1a2b.js', {}, app);
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(script.headers.get('cache-control')).toContain('immutable');
    expect((await get('/assets/none.js', {}, app)).status).toBe(404);
    expect((await get('/../../etc/passwd', {}, app)).status).toBe(404);
    expect((await get('/v1/plan', {}, app)).status).toBe(200);
  });

  it('is not needed', async () => {
    const response = await get('/', {}, make({ dashboardDir: join(dir, 'not-built') }));
    expect(response.status).toBe(200);
    expect(await response.text()).toContain('/v1/openapi.json');
  });
});
