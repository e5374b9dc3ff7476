import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '@foreshadow/domain';
import { afterEach, describe, expect, it } from 'vitest';
import { Outbox } from '../../src/workload/outbox.ts';
import { runProducer } from '../../src/workload/producer.ts';
import type { RecordSource } from '../../src/workload/source.ts';

/** An edge that appends to one partition and can be told to misbehave. */
class FakeEdge {
  readonly lines: string[] = [];
  readonly urls: string[] = [];
  answer: 'take' | 'refuse' | 'fail' | 'take and break' = 'take';
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.urls.push(request.url ?? '');
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        if (this.answer === 'fail') return response.writeHead(503).end();
        if (this.answer === 'refuse')
          return response.writeHead(404).end('{"error":{"code":"UNKNOWN_STREAM"}}');
        const lines = body.trimEnd().split('\n');
        const first = this.lines.length;
        this.lines.push(...lines);
        if (this.answer === 'take and break') return request.socket.destroy();
        const partitions = { '0': { first, count: lines.length } };
        return response.end(JSON.stringify({ accepted: lines.length, partitions }));
      });
    });
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const open: FakeEdge[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((edge) => edge.close()));
});

async function newEdge(port?: number): Promise<{ edge: FakeEdge; port: number }> {
  const edge = new FakeEdge();
  const bound = await edge.listen(port);
  open.push(edge);
  return { edge, port: bound };
}

/** Numbered records, one every 10 ms. */
function numbers(durationMs: number): RecordSource {
  return {
    keyField: 'k',
    durationMs,
    due(fromMs, toMs) {
      const first = Math.ceil(fromMs / 10);
      const count = Math.ceil(toMs / 10) - first;
      return Array.from({ length: count }, (_, i) => JSON.stringify({ k: 'a', n: first + i }));
    },
  };
}

const numbersIn = (lines: readonly string[]): number[] =>
  lines.map((l) => (JSON.parse(l) as { n: number }).n);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const never = new AbortController().signal;
const base = { stream: 'orders', clock: systemClock, signal: never };

describe('runProducer', () => {
  it('delivers everything once and in order, and knows what was acknowledged', async () => {
    const { edge, port } = await newEdge();
    let seen = 0;
    const summary = await runProducer({
      ...base,
      edgeUrls: [`http://127.0.0.1:${port}`],
      source: numbers(500),
      onAck: (n) => void (seen += n),
    });
    expect(numbersIn(edge.lines)).toEqual(upTo(50));
    expect(edge.urls[0]).toBe('/v1/streams/orders/records?key=k');
    expect(summary).toMatchObject({ producedRecords: 50, ackedRecords: 50, retries: 0, unsentRecords: 0 });
    expect(summary.acked.get('orders/0')).toEqual([{ first: 0, end: 50 }]);
    expect(seen).toBe(50);
  });

  it('loses nothing while the edge fails, breaks off and goes away', async () => {
    const { edge, port } = await newEdge();
    edge.answer = 'fail';
    const why: string[] = [];
    const running = runProducer({
      ...base,
      edgeUrls: [`http://127.0.0.1:${port}`],
      source: numbers(1_500),
      onRetry: (reason) => void why.push(reason),
    });
    await pause(350);
    edge.answer = 'take and break';
    await pause(300);
    await edge.close();
    open.length = 0;
    await pause(300);
    const second = await newEdge(port);
    const summary = await running;
    expect(summary).toMatchObject({ producedRecords: 150, ackedRecords: 150, unsentRecords: 0 });
    expect(summary.retries).toBe(why.length);
    expect(why.some((w) => w.includes('503'))).toBe(true);
    expect(why.some((w) => w.includes('does not answer'))).toBe(true);
    const delivered = new Set(numbersIn([...edge.lines, ...second.edge.lines]));
    expect([...delivered].sort((a, b) => a - b)).toEqual(upTo(150));
  });

  it('spreads records over several edges in turn; what is made for one that is away waits', async () => {
    const [near, far, away] = [await newEdge(), await newEdge(), await newEdge()];
    away.edge.answer = 'fail';
    const running = runProducer({
      ...base,
      edgeUrls: [near, far, away].map(({ port }) => `http://127.0.0.1:${port}`),
      source: numbers(900),
    });
    await pause(600);
    expect(away.edge.lines).toEqual([]);
    away.edge.answer = 'take';
    expect(await running).toMatchObject({ producedRecords: 90, ackedRecords: 90, unsentRecords: 0 });
    for (const [i, { edge }] of [near, far, away].entries()) {
      expect(numbersIn(edge.lines)).toEqual(upTo(30).map((n) => 3 * n + i));
    }
  });

  it('stops when told, delivers what is pending and gives up what cannot be', async () => {
    const { edge, port } = await newEdge();
    const stop = new AbortController();
    const endless: RecordSource = { ...numbers(1), durationMs: undefined };
    const options = { ...base, edgeUrls: [`http://127.0.0.1:${port}`], source: endless, flushMs: 300 };
    const running = runProducer({ ...options, signal: stop.signal });
    await pause(250);
    edge.answer = 'fail';
    await pause(250);
    stop.abort();
    const summary = await running;
    expect(summary.unsentRecords).toBeGreaterThan(0);
    expect(summary.ackedRecords).toBe(edge.lines.length);
    expect(summary.producedRecords).toBe(summary.ackedRecords + summary.unsentRecords);
  });

  it('makes no more records than may wait', async () => {
    const { edge, port } = await newEdge();
    edge.answer = 'fail';
    const running = runProducer({
      ...base,
      edgeUrls: [`http://127.0.0.1:${port}`],
      source: numbers(2_000),
      maxPendingRecords: 20,
    });
    await pause(2_300);
    edge.answer = 'take';
    const summary = await running;
    expect(summary.producedRecords).toBeLessThan(150);
    expect(summary.heldBackMs).toBeGreaterThan(0);
    expect(summary.unsentRecords).toBe(0);
  });

  it('ends with the edge’s words when it refuses for good', async () => {
    const { edge, port } = await newEdge();
    edge.answer = 'refuse';
    const source: RecordSource = { ...numbers(1), durationMs: undefined };
    const running = runProducer({ ...base, edgeUrls: [`http://127.0.0.1:${port}`], source });
    await expect(running).rejects.toThrow(/404.*UNKNOWN_STREAM/);
  });
});

describe('Outbox', () => {
  it('hands out bounded batches in order and forgets what was acknowledged', async () => {
    const outbox = new Outbox();
    const lines = upTo(5_000).map(String);
    outbox.add(lines.slice(0, 2_500));
    outbox.add(lines.slice(2_500));
    outbox.close();
    const seen: string[] = [];
    while (await outbox.hasLines()) {
      const batch = outbox.peek();
      expect(batch.length).toBeLessThanOrEqual(2_000);
      seen.push(...batch);
      outbox.shift(batch.length);
    }
    expect(seen).toEqual(lines);
    expect(outbox).toMatchObject({ pending: 0, added: 5_000 });
  });

  it('hands out a line that is larger than a batch by itself', () => {
    const outbox = new Outbox();
    const large = 'x'.repeat(2 * 1024 * 1024);
    outbox.add([large, 'small']);
    expect(outbox.peek()).toEqual([large]);
  });

  it('waits for lines', async () => {
    const outbox = new Outbox();
    const waiting = outbox.hasLines();
    outbox.add(['a']);
    expect(await waiting).toBe(true);
    outbox.shift(1);
    const ending = outbox.hasLines();
    outbox.close();
    expect(await ending).toBe(false);
  });
});
