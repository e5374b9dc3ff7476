import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@foreshadow/domain';
import { type Config, type ConfigInput, parseConfig } from '@foreshadow/domain/config';
import { decodeShadowRecord } from '@foreshadow/edge-sdk/shadow-log';
import { openLocal } from '@foreshadow/local';
import { MemoryStreamLog, PortError } from '@foreshadow/ports';
import { afterEach, describe, expect, it } from 'vitest';
import { EdgeError, type EdgeServer, partitionOf, startEdge } from '../src/index.ts';

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function configOf(edge: ConfigInput['edge'] = {}, rest: ConfigInput = {}): Config {
  return parseConfig({
    streams: [
      { name: 'orders', partitions: 4 },
      { name: 'web', partitions: 2 },
    ],
    // Port 9 takes no link: the node must run without an actuator.
    edge: { port: 0, actuatorUrl: 'ws://127.0.0.1:9/v1/link', ...edge },
    ...rest,
  });
}

async function start(config = configOf(), log = new MemoryStreamLog(systemClock)) {
  const edge = await startEdge(config, { log });
  open.push(() => edge.close());
  return { edge, log };
}

async function post(edge: EdgeServer, body: string, path = '/v1/streams/orders/records') {
  const response = await fetch(edge.url + path, { method: 'POST', body });
  return { status: response.status, headers: response.headers, json: (await response.json()) as unknown };
}

async function contents(log: MemoryStreamLog, stream: string, partitions: number) {
  const all = [];
  for (let p = 0; p < partitions; p++) all.push(await log.read(`${stream}/${p}`, 0, 10_000, 0));
  return all;
}

const lines = (n: number): string =>
  Array.from({ length: n }, (_, i) => JSON.stringify({ id: i, customer: `c${i % 20}` })).join('\n');

describe('POST /v1/streams/{stream}/records', () => {
  it('appends a batch by key, in order, and says where', async () => {
    const { edge, log } = await start();
    const { status, json } = await post(edge, lines(100), '/v1/streams/orders/records?key=customer');
    const stored = await contents(log, 'orders', 4);
    const partitions = Object.fromEntries(stored.map((r, p) => [p, { first: 0, count: r.length }]));
    expect(status).toBe(200);
    expect(json).toEqual({ accepted: 100, partitions });
    for (const [p, records] of stored.entries()) {
      const ids = records.map((r) => (JSON.parse(Buffer.from(r.value).toString()) as { id: number }).id);
      expect(ids).toEqual([...ids].sort((a, b) => a - b));
      expect(records.every((r) => partitionOf(r.key!, 4) === p)).toBe(true);
    }
  });

  it('spreads records without a key evenly, across batches too', async () => {
    const { edge, log } = await start();
    for (let i = 0; i < 4; i++) await post(edge, lines(3));
    expect((await contents(log, 'orders', 4)).map((r) => r.length)).toEqual([3, 3, 3, 3]);
  });

  it('continues positions and takes event times from a field', async () => {
    const { edge, log } = await start();
    const path = '/v1/streams/web/records?key=k&timestamp=t';
    await post(edge, '{"k":"a","t":11}', path);
    const { json } = await post(edge, '{"k":"a","t":12}\n{"k":"a","t":13}', path);
    const p = partitionOf('a', 2);
    expect(json).toEqual({ accepted: 2, partitions: { [p]: { first: 1, count: 2 } } });
    const stored = await log.read(`web/${p}`, 0, 10, 0);
    expect(stored.map((r) => r.timestampMs)).toEqual([11, 12, 13]);
  });

  it('appends nothing of a batch with a malformed line, and names it', async () => {
    const { edge, log } = await start();
    const { status, json } = await post(edge, `${lines(50)}\n{"id":\n${lines(5)}`);
    expect(status).toBe(400);
    expect(json).toMatchObject({ error: { code: 'MALFORMED_LINE', line: 51 } });
    expect((json as { error: { message: string } }).error.message).toMatch(/^line 51 is not JSON: /);
    expect((await contents(log, 'orders', 4)).flat()).toEqual([]);
  });

  it('refuses an empty body', async () => {
    const { edge } = await start();
    expect(await post(edge, '\n')).toMatchObject({ status: 400, json: { error: { code: 'NO_RECORDS' } } });
  });

  it('refuses a record that is too large, with its line', async () => {
    const { edge, log } = await start(configOf({ maxRecordBytes: 20 }));
    const { status, json } = await post(edge, `1\n"${'x'.repeat(30)}"`);
    expect([status, json]).toMatchObject([413, { error: { code: 'RECORD_TOO_LARGE', line: 2 } }]);
    expect((await contents(log, 'orders', 4)).flat()).toEqual([]);
  });

  it('refuses a body that says it is too large before reading it', async () => {
    const { edge } = await start(configOf({ maxBatchBytes: 1000 }));
    const { status, json } = await post(edge, lines(100));
    expect([status, json]).toMatchObject([413, { error: { code: 'BATCH_TOO_LARGE' } }]);
  });

  it('stops reading a body that turns out too large, and goes on serving', async () => {
    const { edge, log } = await start(configOf({ maxBatchBytes: 100_000 }));
    const req = request(`${edge.url}/v1/streams/orders/records`, { method: 'POST' });
    const answered = once(req, 'response') as Promise<[import('node:http').IncomingMessage]>;
    req.on('error', () => undefined);
    const chunk = Buffer.from(`${JSON.stringify('x'.repeat(1000))}\n`);
    // Never ended: only a server that stops by itself can answer.
    for (let i = 0; i < 300; i++) req.write(chunk);
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    req.destroy();
    expect((await post(edge, '1')).status).toBe(200);
    expect((await contents(log, 'orders', 4)).flat()).toHaveLength(1);
  });

  it('answers 404 for an unknown stream and lists the known', async () => {
    const { edge } = await start();
    const { status, json } = await post(edge, '1', '/v1/streams/nope/records');
    expect(status).toBe(404);
    expect(json).toEqual({
      error: { code: 'UNKNOWN_STREAM', message: 'no stream "nope"; known: orders, web' },
    });
  });

  it('refuses a compressed body instead of taking it for text', async () => {
    const { edge } = await start();
    const response = await fetch(`${edge.url}/v1/streams/orders/records`, {
      method: 'POST',
      headers: { 'content-encoding': 'gzip' },
      body: 'x',
    });
    expect(response.status).toBe(415);
  });

  it('answers 503 when the log fails, counts the records as refused, and recovers', async () => {
    const log = new MemoryStreamLog(systemClock);
    const append = log.append.bind(log);
    let down = true;
    log.append = (batch) =>
      down ? Promise.reject(new PortError('UNAVAILABLE', 'disk full', { retryable: true })) : append(batch);
    const { edge } = await start(configOf(), log);
    const failed = await post(edge, lines(7));
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '1']);
    expect(failed.json).toMatchObject({ error: { code: 'LOG_UNAVAILABLE' } });
    down = false;
    expect((await post(edge, lines(3))).status).toBe(200);
    const stats = (await (await fetch(`${edge.url}/v1/stats`)).json()) as object;
    expect(stats).toMatchObject({ ingest: { orders: { batches: 1, records: 3, refused: 7 } } });
  });

  it('keeps running when a client goes away in the middle of a body', async () => {
    const { edge, log } = await start();
    const socket = connect(edge.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /v1/streams/orders/records HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"id":1}\n',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect((await post(edge, '1')).status).toBe(200);
    expect((await contents(log, 'orders', 4)).flat()).toHaveLength(1);
  });
});

describe('the other endpoints', () => {
  it('list streams, health and counters, and answer 404 as JSON elsewhere', async () => {
    const { edge } = await start();
    const get = async (path: string) => {
      const response = await fetch(edge.url + path);
      return [response.status, await response.json()] as const;
    };
    expect(await get('/v1/streams')).toEqual([
      200,
      {
        streams: [
          { name: 'orders', partitions: 4 },
          { name: 'web', partitions: 2 },
        ],
      },
    ]);
    expect(await get('/healthz')).toEqual([200, { status: 'ok' }]);
    expect(await get('/readyz')).toEqual([200, { status: 'ready' }]);
    await post(edge, lines(10));
    expect(await get('/v1/stats')).toMatchObject([
      200,
      { nodeId: 'edge-1', ingest: { orders: { records: 10 } } },
    ]);
    expect(await get('/nowhere')).toMatchObject([404, { error: { code: 'NOT_FOUND' } }]);
  });

  it('say that the node is not ready while its log does not answer', async () => {
    const log = new MemoryStreamLog(systemClock);
    const { edge } = await start(configOf(), log);
    await log.close();
    const response = await fetch(`${edge.url}/readyz`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('startEdge', () => {
  it('says what to do when the port is in use', async () => {
    const { edge } = await start();
    const second = startEdge(configOf({ port: edge.port }), { log: new MemoryStreamLog(systemClock) });
    await expect(second).rejects.toThrow(EdgeError);
    await expect(second).rejects.toMatchObject({
      code: 'PORT_IN_USE',
      message: `port ${edge.port} on 127.0.0.1 is in use: stop the process that holds it, or set edge.port (FORESHADOW__EDGE__PORT)`,
    });
  });

  it('says so when it cannot listen at all', async () => {
    const start = startEdge(configOf({ host: '203.0.113.7' }), { log: new MemoryStreamLog(systemClock) });
    await expect(start).rejects.toMatchObject({ code: 'LISTEN_FAILED' });
  });

  it('fails where a stream is there with another partition count', async () => {
    const log = new MemoryStreamLog(systemClock);
    await log.createStream('orders', 3);
    await expect(startEdge(configOf(), { log })).rejects.toMatchObject({ code: 'STREAM_MISMATCH' });
  });

  it('keeps records in the embedded log for whoever opens it next', async () => {
    const path = await mkdtemp(join(tmpdir(), 'foreshadow-edge-'));
    open.push(() => rm(path, { recursive: true, force: true }));
    const edge = await startEdge(configOf({}, { storage: { path } }));
    await post(edge, lines(40), '/v1/streams/orders/records?key=customer');
    await edge.close();
    const local = openLocal(path);
    const ends = await Promise.all([0, 1, 2, 3].map((p) => local.log.endPosition(`orders/${p}`)));
    await local.close();
    expect(ends.reduce((a, b) => a + b)).toBe(40);
  });

  it('finishes what is in flight when it closes, and takes nothing new', async () => {
    const log = new MemoryStreamLog(systemClock);
    const append = log.append.bind(log);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let reached = (): void => undefined;
    const appending = new Promise<void>((resolve) => (reached = resolve));
    log.append = async (batch) => {
      reached();
      await held;
      return append(batch);
    };
    const { edge } = await start(configOf(), log);
    const inFlight = post(edge, lines(5));
    await appending;
    const closed = edge.close();
    release();
    const { status, headers } = await inFlight;
    expect([status, headers.get('connection')]).toEqual([200, 'close']);
    await closed;
    await edge.close();
    await expect(fetch(`${edge.url}/healthz`)).rejects.toThrow();
    expect((await contents(log, 'orders', 4)).flat()).toHaveLength(5);
  });

  it('shows the shadow every record it accepts', async () => {
    const { edge } = await start(configOf({}, { forecast: { tickMs: 20, horizonsMs: [100] } }));
    await post(edge, lines(200), '/v1/streams/orders/records?key=customer');
    const stats = (await (await fetch(`${edge.url}/v1/stats`)).json()) as { shadow: object };
    expect(JSON.stringify(stats.shadow)).toMatch(/"offered":200/);
  });
});

describe('the shadow streams of a node', () => {
  it('go into the log, each at its own rate, and tell of themselves', async () => {
    const shadows: NonNullable<ConfigInput['streams']>[number]['shadows'] = [
      { name: 'orders.tenth', sampler: { kind: 'stratified', block: 10 } },
      { name: 'orders.keys', sampler: { kind: 'keyed', rate: 0.5 } },
    ];
    const config = configOf({}, { streams: [{ name: 'orders', partitions: 1, shadows }] });
    const { edge, log } = await start(config);
    await post(edge, lines(1000), '/v1/streams/orders/records?key=customer');
    await edge.close();
    const tenth = (await log.read('orders.tenth/0', 0, 10_000, 0)).map(decodeShadowRecord);
    expect(tenth).toHaveLength(100);
    expect(
      tenth.every(({ weight, key, value }) => weight === 10 && key !== undefined && value.length > 10),
    ).toBe(true);
    const keys = new Set((await log.read('orders.keys/0', 0, 10_000, 0)).map(({ key }) => key));
    expect((await log.read('orders.keys/0', 0, 10_000, 0)).length).toBe(50 * keys.size);
    expect((await log.read('orders/0', 0, 10_000, 0)).length).toBe(1000);
  });
});
