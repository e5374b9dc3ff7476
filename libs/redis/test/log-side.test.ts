import { type PartitionKey, partitionKey, type StreamRecord, Xoshiro128 } from '@foreshadow/domain';
import { LogTap } from '@foreshadow/edge-sdk/shadow-log';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesAdded, openRedis } from '../src/index.ts';
import { NO_SERVER, RedisServer } from './support/redis-server.ts';

const PARTITIONS = 2;
const KEYS: readonly PartitionKey[] = Array.from({ length: PARTITIONS }, (_, p) => partitionKey('orders', p));
const record: StreamRecord = { key: 'a', value: new Uint8Array(100), timestampMs: 0 };

describe.skipIf(NO_SERVER !== undefined)(`a tap behind the log (${NO_SERVER ?? 'redis-server'})`, () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  afterAll(() => server.dispose());

  it('gives the rates that `entries-added` counts, whatever was trimmed meanwhile', async () => {
    const redis = await openRedis(server.url);
    const client = createClient({ url: server.url });
    await client.connect();
    const { log } = redis;
    await log.createStream('orders', PARTITIONS);
    const tap = new LogTap({ log, stream: 'orders', partitions: PARTITIONS, rng: new Xoshiro128(1) });
    const counted = async (): Promise<number[]> => {
      const counts = await entriesAdded(
        client,
        KEYS.map((key) => `fs:{${key.replace('/', ':')}}`),
      );
      return [...counts.values()];
    };
    await log.append(new Map(KEYS.map((key) => [key, [record]])));
    await tap.tick(0, 1000);
    let before = await counted();
    for (let tick = 1; tick <= 5; tick++) {
      const batch = new Map(
        KEYS.map((key, p) => [key, new Array<StreamRecord>(40 * tick + 7 * p).fill(record)]),
      );
      await log.append(batch);
      if (tick === 3) {
        await log.commit(KEYS[0]!, 'g', await log.endPosition(KEYS[0]!), 1);
        await log.trim(KEYS[0]!, 0);
      }
      const samples = await tap.tick(tick * 500, 500);
      const now = await counted();
      const added = now.map((n, p) => n - before[p]!);
      expect(added).toEqual(KEYS.map((_, p) => 40 * tick + 7 * p));
      expect(samples.map(({ recordsPerSec }) => recordsPerSec)).toEqual(
        added.map((n) => ({ value: n / 0.5, standardError: 0 })),
      );
      before = now;
    }
    client.destroy();
    await redis.close();
  });
});
