import { getEventListeners } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { asJsonLine, produceLines } from '../src/produce-lines.ts';

let server: Server | undefined;
afterEach(() => server?.close());

interface Received {
  readonly url: string;
  readonly body: string;
}

async function edge(answers: readonly number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      response.statusCode = answers[received.length] ?? 200;
      received.push({ url: request.url ?? '', body });
      response.end(response.statusCode === 200 ? '{}' : '{"error":{"message":"no such"}}');
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

async function* lines(...texts: string[]): AsyncGenerator<string> {
  yield* texts;
}

const options = (edgeUrl: string, input: AsyncIterable<string>, retries: string[] = []) => ({
  lines: input,
  stream: 'web',
  key: 'user',
  edgeUrl,
  signal: new AbortController().signal,
  onRetry: (why: string) => void retries.push(why),
});

it('sends lines in one batch, text as JSON strings, blank lines left out', async () => {
  const { url, received } = await edge([]);
  expect(await produceLines(options(url, lines('{"user":1}', '', 'GET / 200')))).toBe(2);
  expect(received).toEqual([{ url: '/v1/streams/web/records?key=user', body: '{"user":1}\n"GET / 200"\n' }]);
});

it('sends full batches of a thousand', async () => {
  const { url, received } = await edge([]);
  expect(await produceLines(options(url, lines(...Array.from({ length: 2500 }, (_, i) => String(i)))))).toBe(
    2500,
  );
  expect(received.map((r) => r.body.split('\n').length - 1)).toEqual([1000, 1000, 500]);
});

it('keeps batches within a size in bytes', async () => {
  const { url, received } = await edge([]);
  const texts = Array.from({ length: 40 }, () => '€'.repeat(30_000));
  expect(await produceLines(options(url, lines(...texts)))).toBe(40);
  const sizes = received.map((r) => Buffer.byteLength(r.body));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(1024 * 1024);
  expect(sizes.length).toBe(4);
});

it('sends what was read before the input failed', async () => {
  const { url, received } = await edge([]);
  async function* failing(): AsyncGenerator<string> {
    yield '1';
    throw new Error('the input broke');
  }
  await expect(produceLines(options(url, failing()))).rejects.toThrow('the input broke');
  expect(received.map((r) => r.body)).toEqual(['1\n']);
});

it('ends when it is told to, with what was read, and leaves nothing on the signal', async () => {
  const { url, received } = await edge([]);
  const controller = new AbortController();
  let listeners = 0;
  async function* endless(): AsyncGenerator<string> {
    for (let i = 0; i < 500; i++) yield String(i);
    listeners = getEventListeners(controller.signal, 'abort').length;
    setTimeout(() => controller.abort(), 10);
    await new Promise(() => undefined);
  }
  expect(await produceLines({ ...options(url, endless()), signal: controller.signal })).toBe(500);
  expect(received.map((r) => r.body.split('\n').length - 1)).toEqual([500]);
  expect(listeners).toBeLessThan(3);
});

it('tries again while the edge cannot take them', async () => {
  const { url, received } = await edge([503, 200]);
  const retries: string[] = [];
  expect(await produceLines(options(url, lines('1'), retries))).toBe(1);
  expect(received).toHaveLength(2);
  expect(retries).toEqual(['edge answered 503']);
});

it('gives up at once when the edge refuses', async () => {
  const { url } = await edge([404]);
  await expect(produceLines(options(url, lines('1')))).rejects.toThrow(/refused the lines: 404 no such/);
});

it('keeps JSON as it is', () => {
  expect(asJsonLine('{"a": 1}')).toBe('{"a": 1}');
  expect(asJsonLine('say "hi"')).toBe('"say \\"hi\\""');
});
