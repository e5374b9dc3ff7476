import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { ShadowTap } from '@foreshadow/shadow';
import express from 'express';
import { type Context, Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { gatewayApp } from '../../examples/hono-gateway.ts';
import { expressTap, honoTap, tapAppend } from '../../src/middleware/index.ts';

const open: Server[] = [];

afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
});

function tapOf(): ShadowTap {
  return new ShadowTap({ stream: 's', partitions: 2, sampler: { kind: 'bernoulli', rate: 1, seed: 1 } });
}

async function listening(server: Server): Promise<string> {
  open.push(server);
  if (!server.listening) await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const post = (url: string, body: string): Promise<Response> => fetch(url, { method: 'POST', body });

describe('the middleware for Hono', () => {
  it('offers what was taken, and counts as refused what was not', async () => {
    const tap = tapOf();
    const app = new Hono();
    const sizeOf = (c: Context) => ({
      partition: 1,
      key: c.req.header('x-key'),
      sizeBytes: Number(c.req.header('content-length')),
    });
    app.post('/ok', honoTap(tap, sizeOf), (c) => c.json({}));
    app.post('/busy', honoTap(tap, sizeOf), (c) => c.text('slow down', 429));
    app.post('/broken', honoTap(tap, sizeOf), () => {
      throw new Error('broken');
    });
    app.post(
      '/odd',
      honoTap(tap, () => {
        throw new Error('no records');
      }),
      (c) => c.text('fine'),
    );
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
    const url = await listening(server);
    await post(`${url}/ok`, 'x'.repeat(100));
    for (const path of ['busy', 'broken']) await post(`${url}/${path}`, 'x');
    expect((await post(`${url}/odd`, 'x')).status).toBe(200);
    expect(tap.stats()).toMatchObject({ offered: 1, refused: 2, faults: 1 });
    expect(tap.tick(1, 1000)[1]!.recordsPerSec!.value).toBe(3);
  });

  it('serves the example gateway, which forecasts what passes', async () => {
    const { app, edge } = gatewayApp();
    const responses: Response[] = [];
    for (const key of ['a', 'b', 'a']) {
      const headers = { 'x-customer': key, 'content-length': '16' };
      responses.push(
        await app.request('/orders', { method: 'POST', body: `{"customer":"${key}"}`, headers }),
      );
    }
    expect(responses.map(({ status }) => status)).toEqual([202, 202, 202]);
    edge.tick(1_700_000_000_000);
    expect(edge.samples().reduce((sum, s) => sum + s.recordsPerSec!.value, 0)).toBe(3);
  });
});

describe('the middleware for Express', () => {
  it('offers what was taken, and counts as refused what was not, and who went before the answer', async () => {
    const tap = tapOf();
    const app = express();
    app.use(express.text());
    const seen = expressTap(tap, (req: { body?: unknown }) => ({
      partition: 0,
      sizeBytes: String(req.body).length,
    }));
    app.post('/ok', seen, (_req, res) => void res.json({}));
    app.post('/busy', seen, (_req, res) => void res.status(503).end());
    app.post('/slow', seen, () => undefined);
    const server = createServer(app).listen(0, '127.0.0.1');
    const url = await listening(server);
    const headers = { 'content-type': 'text/plain' };
    await fetch(`${url}/ok`, { method: 'POST', body: 'x'.repeat(50), headers });
    await fetch(`${url}/busy`, { method: 'POST', body: 'x', headers });
    const impatient = request(`${url}/slow`, { method: 'POST', headers });
    impatient.on('error', () => undefined);
    impatient.end('x');
    const arrived = once(server, 'request');
    await arrived;
    impatient.destroy();
    await expect.poll(() => tap.stats()).toMatchObject({ offered: 1, refused: 2, faults: 0 });
    expect(tap.tick(1, 1000)[0]!.bytesPerSec!.value).toBe(150);
  });
});

describe('a wrapped append', () => {
  it('gives back what the function gives, and shows its records', async () => {
    const tap = tapOf();
    const seen = (n: number) =>
      Array.from({ length: Math.abs(n) }, () => ({ partition: 0, key: 'k', sizeBytes: 10 }));
    const append = tapAppend(
      (n: number) => (n > 0 ? Promise.resolve(n) : Promise.reject(new Error('full'))),
      tap,
      seen,
    );
    expect(await append(3)).toBe(3);
    await expect(append(-2)).rejects.toThrow('full');
    const plain = tapAppend(
      (n: number) => {
        if (n < 0) throw new Error('no');
        return n * 2;
      },
      tap,
      seen,
    );
    expect(plain(4)).toBe(8);
    expect(() => plain(-1)).toThrow('no');
    expect(tap.stats()).toMatchObject({ offered: 7, refused: 3 });
  });
});
