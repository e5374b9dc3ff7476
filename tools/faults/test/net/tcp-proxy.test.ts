import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TcpProxy } from '../../src/net/tcp-proxy.ts';

let server: Server;
let proxy: TcpProxy;
let client: Socket;

beforeEach(async () => {
  server = createServer((socket) => socket.pipe(socket));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address() as { port: number };
  let turn = 0;
  // Every fourth piece is lost once.
  proxy = await TcpProxy.open({ host: '127.0.0.1', port: address.port }, () => (turn++ % 4 === 0 ? 0 : 1));
  client = connect(proxy.port, '127.0.0.1');
});

afterEach(async () => {
  client.destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

async function received(bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of client as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= bytes) break;
  }
  return Buffer.concat(chunks);
}

const TEXT = Buffer.from(Array.from({ length: 20_000 }, (_, i) => i % 251));

it('carries everything both ways, in order, also where pieces are lost', async () => {
  proxy.set({ dropShare: 0.5 });
  client.write(TEXT);
  expect(await received(TEXT.length)).toEqual(TEXT);
});

it('keeps the connection and lets nothing through while a direction is blocked', async () => {
  proxy.set({ blockDown: true });
  let arrived = 0;
  client.on('data', (chunk) => (arrived += chunk.length));
  client.write(TEXT);
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(arrived).toBe(0);
  expect(client.destroyed).toBe(false);
  proxy.set({});
  while (arrived < TEXT.length) await once(client, 'data');
  expect(arrived).toBe(TEXT.length);
});

it('ends both sides when one ends', async () => {
  client.end('bye');
  client.resume();
  await once(client, 'close');
  expect(client.errored).toBeNull();
});
