import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesAdded, tapClient } from '../src/index.ts';
import { NO_SERVER, RedisServer } from './support/redis-server.ts';

describe.skipIf(NO_SERVER !== undefined)(`a tapped client (${NO_SERVER ?? 'redis-server'})`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.dispose());

  const connected = async () => {
    const client = createClient({ url: server.url });
    await client.connect();
    return client;
  };

  it('offers each record, with key and size, before it is appended; all else is the client’s', async () => {
    const client = await connected();
    const offered: unknown[] = [];
    const tap = {
      offer: (...args: unknown[]) => void offered.push(args),
    };
    const tapOf = (key: string) => (key === 'orders:3' ? { tap, partition: 3 } : undefined);
    const tapped = tapClient(client, tapOf, { keyField: 'customer' });
    const appending = tapped.xAdd('orders:3', '*', { customer: '17', body: 'äö' });
    expect(offered).toEqual([[3, '17', 'customer'.length + 2 + 'body'.length + 4]]);
    expect(await appending).toMatch(/^\d+-0$/);
    await tapped.xAdd('other', '*', { body: 'x' }, { TRIM: { strategy: 'MAXLEN', threshold: 1 } });
    expect(offered).toHaveLength(1);
    expect(await tapped.xLen('orders:3')).toBe(1);
    expect(await client.xRange('orders:3', '-', '+')).toMatchObject([
      { message: { customer: '17', body: 'äö' } },
    ]);
    tapped.destroy();
    expect(client.isOpen).toBe(false);
  });

  it('counts what was ever added, whatever was trimmed; what is not there is missing', async () => {
    const client = await connected();
    for (let i = 0; i < 10; i++) await client.xAdd('counted', '*', { i: String(i) });
    await client.xTrim('counted', 'MAXLEN', 2);
    await client.set('text', 'x');
    const counts = await entriesAdded(client, ['counted', 'missing', 'text']);
    expect([...counts]).toEqual([['counted', 10]]);
    client.destroy();
  });
});
