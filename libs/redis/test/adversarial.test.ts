import { systemClock } from '@foreshadow/domain';
import { PortError } from '@foreshadow/ports';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import getPort from 'get-port';
import { openRedis, type Redis, type RedisLogger, type RedisOptions } from '../src/index.ts';
import { oldRedis } from './support/fake-server.ts';
import { A, B, batchOf, recordsOf, textOf } from './support/records.ts';
import { NO_SERVER, RedisServer } from './support/redis-server.ts';
import { RedisCluster } from './support/redis-cluster.ts';
import { ReplicatedRedis } from './support/replicated.ts';

async function failure(promise: Promise<unknown>): Promise<PortError> {
  const error: unknown = await promise.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(PortError);
  return error as PortError;
}

describe('what cannot be connected to', () => {
  it.each([
    '',
    'localhost:6379',
    'http://localhost',
    'redis://',
    'redis://a,,b',
    'redis://h:99999',
    'redis://h/x',
  ])('refuses %j as a URL and says what one looks like', async (url) => {
    const error = await failure(openRedis(url));
    expect(error.code).toBe('MISCONFIGURED');
    expect(error.message).toContain('redis://[user:password@]host');
  });

  it('does not tell the password', async () => {
    const error = await failure(openRedis('redis://user:secret@host:x'));
    expect(error.message).not.toContain('secret');
    const away = await failure(
      openRedis(`redis://user:secret@127.0.0.1:${await getPort({ host: '127.0.0.1' })}`, {
        connectTimeoutMs: 0,
      }),
    );
    expect(away.message).not.toContain('secret');
  });

  it('says where nothing answers', async () => {
    const port = await getPort({ host: '127.0.0.1' });
    const error = await failure(openRedis(`redis://127.0.0.1:${port}`, { connectTimeoutMs: 100 }));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(error.message).toContain(`127.0.0.1:${port}`);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it('refuses a server that is too old, and says which is not', async () => {
    const server = await oldRedis('6.2.14');
    onTestFinished(() => server.dispose());
    const error = await failure(openRedis(server.url));
    expect(error.code).toBe('MISCONFIGURED');
    expect(error.message).toMatch(/6\.2\.14.*7 or newer/);
  });

  it('refuses options out of range', async () => {
    for (const options of [
      { callTimeoutMs: Number.NaN },
      { replyTimeoutMs: 100, replicas: { atLeast: 1, withinMs: 100 } },
      { prefix: 'a{b}' },
      { prefix: '' },
    ]) {
      expect(await failure(openRedis('redis://127.0.0.1:1', options))).toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });
});

describe.skipIf(NO_SERVER !== undefined)(`servers that refuse (${NO_SERVER ?? 'redis-server'})`, () => {
  const disposals: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const dispose of disposals.splice(0).reverse()) await dispose();
  });
  const start = async (...args: string[]): Promise<RedisServer> => {
    const server = await RedisServer.start(...args);
    disposals.push(() => server.dispose());
    return server;
  };
  const opened = async (url: string, options: RedisOptions = {}): Promise<Redis> => {
    const redis = await openRedis(url, options);
    disposals.push(() => redis.close());
    await redis.log.createStream('orders', 2);
    return redis;
  };

  it('says that the password is wrong, and where it goes', async () => {
    const { port } = await start('--requirepass', 'right');
    for (const login of ['', ':wrong@']) {
      const error = await failure(openRedis(`redis://${login}127.0.0.1:${port}`));
      expect(error.code).toBe('MISCONFIGURED');
      expect(error.message).toMatch(/refuses: (NOAUTH|WRONGPASS).*password in the URL/);
    }
    await opened(`redis://:right@127.0.0.1:${port}`);
  });

  it('says which rights are missing', async () => {
    const server = await start();
    await server.run('ACL', 'SETUSER', 'weak', 'on', '>pw', '~fs:*', '+@all', '-xadd');
    const { log } = await opened(`redis://weak:pw@127.0.0.1:${server.port}`);
    const error = await failure(log.append(batchOf(A, 'r', 1)));
    expect(error.message).toContain('allow the user all commands');
    expect(error.code).toBe('MISCONFIGURED');
  });

  it('refuses a server that would evict keys', async () => {
    const server = await start('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
    const error = await failure(openRedis(server.url));
    expect(error.code).toBe('MISCONFIGURED');
    expect(error.message).toMatch(/allkeys-lru.*noeviction/);
  });

  it('refuses a replica and names its primary', async () => {
    const pair = await ReplicatedRedis.start();
    disposals.push(() => pair.dispose());
    const error = await failure(openRedis(pair.replica.url));
    expect(error.code).toBe('MISCONFIGURED');
    expect(error.message).toContain(`127.0.0.1:${pair.primary.port}`);
  });

  it('goes to the replica that became the primary, and loses nothing that it had confirmed', async () => {
    const pair = await ReplicatedRedis.start();
    disposals.push(() => pair.dispose());
    const { log } = await opened(pair.url, {
      replicas: { atLeast: 1, withinMs: 500 },
      callTimeoutMs: 3000,
    });
    await log.append(batchOf(A, 'r', 3));
    await pair.primary.kill();
    const waiting = log.append(batchOf(A, 's', 1));
    await pair.replica.run('REPLICAOF', 'NO', 'ONE');
    // Nobody is left to confirm.
    const error = await failure(waiting);
    expect(error.code).toBe('UNAVAILABLE');
    expect(error.message).toContain('0 of 1 replicas');
    expect((await log.read(A, 0, 10, 0)).map(textOf)).toEqual(['r0', 'r1', 'r2', 's0']);
  });

  it('follows a primary that was made a replica', async () => {
    const pair = await ReplicatedRedis.start();
    disposals.push(() => pair.dispose());
    const { log } = await opened(pair.url, { replicas: { atLeast: 1, withinMs: 1000 } });
    await log.append(batchOf(A, 'r', 1));
    await pair.replica.run('REPLICAOF', 'NO', 'ONE');
    await pair.primary.run('REPLICAOF', '127.0.0.1', String(pair.replica.port));
    expect(await log.append(batchOf(A, 's', 1))).toEqual([{ partition: A, first: 1, count: 1 }]);
  });

  it('says that memory is full, takes nothing of the batch, and goes on when there is room', async () => {
    const server = await start('--maxmemory', '20mb');
    const { log, leases, state } = await opened(server.url);
    await log.append(batchOf(A, 'r', 1));
    await server.run('CONFIG', 'SET', 'maxmemory', '1mb');
    const error = await failure(
      log.append(
        new Map([
          [A, recordsOf('s', 3)],
          [B, recordsOf('t', 3)],
        ]),
      ),
    );
    expect(error).toMatchObject({ code: 'OUT_OF_SPACE', retryable: true });
    expect(error.message).toContain('maxmemory');
    // What makes room, and keeps the rest going, goes on.
    const lease = await leases.acquire('l', 'me', 60_000);
    expect(lease).toBeDefined();
    await log.commit(A, 'g', 1, 1);
    expect(await log.trim(A, 0)).toBe(1);
    expect(await state.put('k', Buffer.from('v'))).toBe(1);
    expect(await leases.renew(lease!, 60_000)).toBe(true);
    await server.run('CONFIG', 'SET', 'maxmemory', '20mb');
    expect(await log.endPosition(A)).toBe(1);
    expect(await log.endPosition(B)).toBe(0);
    expect(await log.append(batchOf(A, 's', 1))).toEqual([{ partition: A, first: 1, count: 1 }]);
  });

  it('says that a key has another type; the other partitions go on, and nothing is written by half', async () => {
    const server = await start();
    const { log, state, leases } = await opened(server.url);
    await server.run('SET', 'fs:{orders:1}', 'mine');
    const both = new Map([
      [A, recordsOf('a', 1)],
      [B, recordsOf('b', 1)],
    ]);
    const [whole, alone] = await Promise.allSettled([log.append(both), log.append(batchOf(A, 'c', 1))]);
    expect(whole).toMatchObject({ reason: { code: 'CORRUPT' } });
    expect(alone.status).toBe('fulfilled');
    expect((await log.read(A, 0, 10, 0)).map(textOf)).toEqual(['c0']);
    expect((await failure(log.read(B, 0, 10, 0))).message).toMatch(/another type.*prefix/);
    await server.run('LPUSH', 'fs:{state}:k', 'mine');
    expect((await failure(state.put('k', Buffer.from('v')))).code).toBe('CORRUPT');
    await server.run('LPUSH', 'fs:{lease:l}', 'mine');
    expect((await failure(leases.acquire('l', 'me', 1000))).code).toBe('CORRUPT');
    expect(await server.run('GET', 'fs:{orders:1}')).toBe('mine');
  });

  it('says which entry somebody else added; what was there stays readable', async () => {
    const server = await start();
    const { log } = await opened(server.url);
    await log.append(batchOf(A, 'r', 2));
    const id = String(await server.run('XADD', 'fs:{orders:0}', '*', 'x', 'y'));
    const both = new Map([
      [B, recordsOf('b', 1)],
      [A, recordsOf('a', 1)],
    ]);
    const error = await failure(log.append(both));
    expect(error.code).toBe('CORRUPT');
    expect(error.message).toContain(id);
    expect(error.message).toContain('XDEL');
    expect(await log.endPosition(B)).toBe(0);
    expect((await log.read(A, 0, 2, 0)).map(textOf)).toEqual(['r0', 'r1']);
    // A read that would wait for ever says so too.
    expect((await failure(log.read(A, 2, 10, 60_000))).code).toBe('CORRUPT');
    // What the message advises helps.
    await server.run('XDEL', 'fs:{orders:0}', id);
    await server.run('XSETID', 'fs:{orders:0}', '0-2', 'ENTRIESADDED', '2', 'MAXDELETEDID', '0-0');
    expect(await log.append(batchOf(A, 's', 1))).toEqual([{ partition: A, first: 2, count: 1 }]);
    expect((await log.read(A, 2, 10, 0)).map(textOf)).toEqual(['s0']);
  });

  it('says that Redis is away and that it is back, and forgets nothing that was waiting', async () => {
    const server = await start('--appendonly', 'yes', '--appendfsync', 'always');
    const said: string[] = [];
    const logger: RedisLogger = {
      info: (_, message) => said.push(message),
      warn: (_, message) => said.push(message),
    };
    const { log } = await opened(server.url, { logger });
    await log.append(batchOf(A, 'r', 100));
    const reading = log.read(A, 100, 10, 20_000);
    await systemClock.sleep(20);
    await server.kill();
    const appended = log.append(batchOf(A, 's', 1));
    await systemClock.sleep(300);
    await server.start();
    expect(await appended).toEqual([{ partition: A, first: 100, count: 1 }]);
    expect((await reading).map(textOf)).toEqual(['s0']);
    expect((await log.read(A, 0, 200, 0)).length).toBe(101);
    expect(said).toContain('the connection to Redis was lost');
    expect(said).toContain('Redis is away; trying on');
    expect(said).toContain('connected to Redis again');
  });

  it('says that a whole cluster is away and that it is back, and goes on', async () => {
    const cluster = await RedisCluster.start();
    disposals.push(() => cluster.dispose());
    const said: string[] = [];
    const logger: RedisLogger = {
      info: ({ redis }, message) => said.push(`${message}: ${String(redis)}`),
      warn: ({ redis, reason }, message) => said.push(`${message}: ${String(redis)} ${String(reason)}`),
    };
    const { log } = await opened(cluster.url, { logger, callTimeoutMs: 1000 });
    await log.append(batchOf(A, 'r', 1));
    await Promise.all(cluster.nodes.map((node) => node.kill()));
    expect((await failure(log.append(batchOf(A, 's', 1)))).code).toBe('UNAVAILABLE');
    for (const { port } of cluster.nodes) {
      const [first] = said.filter((line) => line.includes(`is away; trying on: 127.0.0.1:${port}`));
      expect(first).toMatch(/does not answer/);
    }
    await Promise.all(cluster.nodes.map((node) => node.start()));
    await expect
      .poll(() => log.append(batchOf(A, 't', 1)).catch(() => undefined), { timeout: 30_000 })
      .toBeDefined();
    expect(said.join('\n')).toContain('connected to a node of the cluster again');
  });

  it('with no time to wait rejects at once', async () => {
    const server = await start();
    const { log } = await opened(server.url, { callTimeoutMs: 0 });
    await server.kill();
    expect((await failure(log.append(batchOf(A, 'r', 1)))).code).toBe('UNAVAILABLE');
  });

  it('ends what is under way when it closes', async () => {
    const server = await start();
    const redis = await opened(server.url);
    server.freeze();
    const outcome = failure(redis.log.append(batchOf(A, 'r', 1)));
    await redis.close();
    expect((await outcome).code).toBe('CLOSED');
    server.thaw();
  });
});
