import { randomUUID } from 'node:crypto';
import { systemClock } from '@foreshadow/domain';
import { leasesSuite, stateStoreSuite, streamLogSuite, type Subject } from '@foreshadow/ports/conformance';
import { afterAll, beforeAll, describe } from 'vitest';
import { openRedis, type Redis, type RedisOptions } from '../src/index.ts';
import { RedisCluster } from './support/redis-cluster.ts';
import { NO_SERVER, RedisServer } from './support/redis-server.ts';
import { ReplicatedRedis } from './support/replicated.ts';

interface Installation {
  readonly url: string;
  dispose(): Promise<void>;
}

/** All suites against one installation; each test has a prefix of its own there. */
function suites(name: string, start: () => Promise<Installation>, options: RedisOptions = {}): void {
  let installation: Installation;
  beforeAll(async () => {
    installation = await start();
  });
  afterAll(() => installation.dispose());
  const make = async <T>(pick: (redis: Redis) => T): Promise<Subject<T>> => {
    const redis = await openRedis(installation.url, { ...options, prefix: `test:${randomUUID()}` });
    // A server that was given outlives the test.
    const dispose = (): Promise<void> => redis.clear().finally(() => redis.close());
    return { adapter: pick(redis), advance: (ms) => systemClock.sleep(ms), dispose };
  };
  streamLogSuite(name, () => make((redis) => redis.log));
  stateStoreSuite(name, () => make((redis) => redis.state));
  leasesSuite(name, () => make((redis) => redis.leases));
}

const NAME = `servers of the test's own (${NO_SERVER ?? 'redis-server'})`;
/** The server's clock cannot be moved: where the machine stands still, a lease of 200 ms runs out between two calls. */
const REAL_TIME = { retry: 2 };

const given = process.env['REDIS_URL'];
if (given !== undefined) {
  describe('Redis at REDIS_URL', () => {
    suites('Redis, given', async () => ({ url: given, dispose: async () => undefined }));
  });
}

describe.skipIf(NO_SERVER !== undefined)(NAME, REAL_TIME, () => {
  describe('one server', () => suites('Redis', () => RedisServer.start()));
  describe('a primary with a replica that confirms', () => {
    suites('Redis, replicated', () => ReplicatedRedis.start(), { replicas: { atLeast: 1, withinMs: 2000 } });
  });
  describe('a cluster of three', () => suites('Redis Cluster', () => RedisCluster.start()));
});
