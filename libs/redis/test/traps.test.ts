import { systemClock } from '@foreshadow/domain';
import { createClient } from 'redis';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openRedis, type Redis, type RedisOptions } from '../src/index.ts';
import { A, batchOf, textOf } from './support/records.ts';
import { NO_SERVER, RedisServer } from './support/redis-server.ts';
import { TcpProxy } from './support/tcp-proxy.ts';

/** For each trap of Redis and its client: that it is there for who goes the plain way, and that this adapter is out of it. */
describe.skipIf(NO_SERVER !== undefined)(`traps (${NO_SERVER ?? 'redis-server'})`, () => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await RedisServer.start();
  });
  afterEach(() => server.dispose());

  const open = async (options: RedisOptions = {}, url = server.url): Promise<Redis> => {
    const redis = await openRedis(url, options);
    onTestFinished(() => redis.close());
    return redis;
  };
  const opened = async (options: RedisOptions = {}, url = server.url): Promise<Redis> => {
    const redis = await open(options, url);
    await redis.log.createStream('orders', 2);
    return redis;
  };
  const plain = async (socket: object = {}, options: object = {}, url = server.url) => {
    const client = createClient({ url, socket, ...options });
    client.on('error', () => undefined);
    await client.connect();
    onTestFinished(() => void (client.isOpen && client.destroy()));
    return client;
  };
  const settledWithin = async (promise: Promise<unknown>, ms: number): Promise<boolean> =>
    Promise.race([
      promise.then(
        () => true,
        () => true,
      ),
      systemClock.sleep(ms).then(() => false),
    ]);

  describe('a server that froze', () => {
    it('plainly: the command timeout does not end a command that was written', async () => {
      const client = await plain({}, { commandOptions: { timeout: 100 } });
      server.freeze();
      const isSettled = await settledWithin(client.get('x'), 1000);
      server.thaw();
      expect(isSettled).toBe(false);
    });

    it('plainly: a socket timeout is put off by whatever is written', async () => {
      const client = await plain({ socketTimeout: 400 });
      server.freeze();
      const first = client.get('x');
      for (let i = 0; i < 15; i++) {
        void client.get('x').catch(() => undefined);
        await systemClock.sleep(100);
      }
      const isSettled = await settledWithin(first, 0);
      server.thaw();
      expect(isSettled).toBe(false);
    });

    it('plainly: after a socket timeout the default strategy closes for good', async () => {
      const client = await plain({ socketTimeout: 200 });
      server.freeze();
      await expect(client.get('x')).rejects.toThrow(/timeout/i);
      server.thaw();
      await systemClock.sleep(500);
      await expect(client.get('x')).rejects.toThrow(/closed/i);
    });

    it('here: calls end in their time under load, and go on once it thaws', async () => {
      const { log } = await opened({ replyTimeoutMs: 400, callTimeoutMs: 600 });
      server.freeze();
      const failed = expect(log.append(batchOf(A, 'r', 1))).rejects.toMatchObject({
        code: 'UNAVAILABLE',
        retryable: true,
      });
      for (let i = 0; i < 10; i++) {
        void log.endPosition(A).catch(() => undefined);
        await systemClock.sleep(100);
      }
      await failed;
      server.thaw();
      await systemClock.sleep(1000);
      await log.append(batchOf(A, 's', 1));
      // The one that failed may have been applied, once, and in its order.
      const read = (await log.read(A, 0, 10, 0)).map(textOf);
      expect([['s0'], ['r0', 's0']]).toContainEqual(read);
    });
  });

  it('a read that blocks: plainly it holds up what follows; here it does not', async () => {
    const client = await plain();
    const blocked = client.xRead({ key: 's', id: '$' }, { BLOCK: 2000 });
    expect(await settledWithin(client.ping(), 500)).toBe(false);
    await blocked;
    const { log } = await opened();
    const controller = new AbortController();
    const reading = log.read(A, 0, 1, 60_000, controller.signal);
    await systemClock.sleep(50);
    expect(await settledWithin(log.endPosition(A), 500)).toBe(true);
    controller.abort();
    expect(await reading).toEqual([]);
  });

  describe('a reply that was lost', () => {
    it('plainly: an append that is repeated is there twice', async () => {
      const proxy = await TcpProxy.start(server.port);
      onTestFinished(() => proxy.dispose());
      const client = await plain({}, {}, proxy.url);
      proxy.swallowNextReply = true;
      await expect(client.xAdd('s', '*', { v: '1' })).rejects.toThrow();
      await client.xAdd('s', '*', { v: '1' });
      expect(await client.xLen('s')).toBe(2);
    });

    it('here: it is there once, as are versions, claims and leases', async () => {
      const proxy = await TcpProxy.start(server.port);
      onTestFinished(() => proxy.dispose());
      const { log, state, leases } = await opened({}, proxy.url);
      await log.append(batchOf(A, 'r', 2));
      proxy.swallowNextReply = true;
      expect(await log.append(batchOf(A, 's', 2))).toEqual([{ partition: A, first: 2, count: 2 }]);
      expect((await log.read(A, 0, 10, 0)).map(textOf)).toEqual(['r0', 'r1', 's0', 's1']);

      await state.put('a', Buffer.from('1'));
      proxy.swallowNextReply = true;
      expect(await state.put('a', Buffer.from('2'), { ifVersion: 1 })).toBe(2);

      const before = await leases.acquire('l', 'one', 60_000);
      await leases.release(before!);
      proxy.swallowNextReply = true;
      const lease = await leases.acquire('l', 'one', 60_000);
      expect(await leases.holder('l')).toEqual(lease);
    });

    it('here: connections that break again and again cost no record, none twice, no order', async () => {
      const proxy = await TcpProxy.start(server.port);
      onTestFinished(() => proxy.dispose());
      const { log } = await opened({}, proxy.url);
      const breaking = setInterval(() => proxy.breakAll(), 23);
      const appends = Array.from({ length: 300 }, async (_, i) => {
        await systemClock.sleep(i);
        return log.append(batchOf(A, `${i}:`, 1));
      });
      const positions = (await Promise.all(appends)).map(([result]) => result?.first ?? -1);
      clearInterval(breaking);
      const read = await log.read(A, 0, 1000, 0);
      expect(read).toHaveLength(300);
      for (const [i, position] of positions.entries()) {
        expect(textOf(read[position] ?? { value: Buffer.of() })).toBe(`${i}:0`);
      }
    });
  });

  it('a server that is away: plainly the queue grows without bound; here it is bounded', async () => {
    const client = await plain();
    const { log } = await opened({ maxPendingBytes: 10_000, callTimeoutMs: 1000 });
    await server.kill();
    const queued = Array.from({ length: 5000 }, () => client.xAdd('s', '*', { v: 'x'.repeat(100) }));
    expect(await settledWithin(Promise.race(queued), 200)).toBe(false);
    for (const command of queued) command.catch(() => undefined);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, () => log.append(batchOf(A, 'x'.repeat(200), 1))),
    );
    const reasons = outcomes.map((o) => (o.status === 'rejected' ? (o.reason as Error).message : 'appended'));
    expect(reasons.filter((r) => r.includes('bytes wait')).length).toBeGreaterThan(50);
    expect(new Set(outcomes.map((o) => o.status))).toEqual(new Set(['rejected']));
  });

  it('lag: the server’s own can be null; here it is counted', async () => {
    const { log } = await opened();
    await log.append(batchOf(A, 'r', 5));
    await log.claim(A, 'g', 1);
    await server.run('XDEL', 'fs:{orders:0}', '0-3');
    const groups = (await server.run('XINFO', 'GROUPS', 'fs:{orders:0}')) as unknown[][];
    expect(groups[0]?.slice(-2)).toEqual(['lag', null]);
    expect(await log.lag(A, 'g')).toEqual({ records: 5, oldestTimestampMs: 0 });
  });

  it('lag: until then the usual tools see groups as this log does', async () => {
    const { log } = await opened();
    await log.append(batchOf(A, 'r', 5));
    await log.commit(A, 'g', 2, 1);
    const groups = (await server.run('XINFO', 'GROUPS', 'fs:{orders:0}')) as unknown[][];
    expect(groups[0]?.slice(-2)).toEqual(['lag', 3]);
  });

  it('trimming: by length it deletes what is pending; here the slowest group keeps it, a foreign one too', async () => {
    const client = await plain();
    await client.xAdd('s', '*', { v: '1' });
    await client.xGroupCreate('s', 'g', '0');
    await client.xReadGroup('g', 'c', { key: 's', id: '>' });
    await client.xTrim('s', 'MAXLEN', 0);
    expect((await client.xAutoClaim('s', 'g', 'd', 0, '0')).messages).toEqual([]);

    const { log } = await opened();
    await log.append(batchOf(A, 'r', 10));
    await log.commit(A, 'fast', 10, 1);
    await client.xGroupCreate('fs:{orders:0}', 'foreign', '0');
    await client.xReadGroup('foreign', 'c', { key: 'fs:{orders:0}', id: '>' }, { COUNT: 6 });
    await client.xAck('fs:{orders:0}', 'foreign', ['0-1', '0-2', '0-3']);
    expect(await log.trim(A, 0)).toBe(3);
    await client.xAck('fs:{orders:0}', 'foreign', ['0-4', '0-5', '0-6']);
    expect(await log.trim(A, 0)).toBe(3);
    expect((await log.read(A, 0, 10, 0)).map((r) => r.position)).toEqual([6, 7, 8, 9]);
  });

  it('a superseded owner: plainly its acknowledgement counts; here its commit is refused', async () => {
    const client = await plain();
    await client.xAdd('s', '*', { v: '1' });
    await client.xGroupCreate('s', 'g', '0');
    const [first] =
      ((await client.xReadGroup('g', 'old', { key: 's', id: '>' })) as { messages: { id: string }[] }[]) ??
      [];
    const id = first?.messages[0]?.id ?? '';
    await client.xAutoClaim('s', 'g', 'new', 0, '0');
    expect(await client.xAck('s', 'g', id)).toBe(1);

    const { log, leases } = await opened();
    await log.append(batchOf(A, 'r', 4));
    const old = await leases.acquire('orders/0', 'old', 30);
    await log.claim(A, 'g', old?.token ?? 0);
    await systemClock.sleep(60);
    const fresh = await leases.acquire('orders/0', 'new', 60_000);
    // What the old owner read and did not commit is read by the new one first.
    expect(await log.claim(A, 'g', fresh?.token ?? 0)).toBe(0);
    await expect(log.commit(A, 'g', 4, old?.token ?? 0)).rejects.toMatchObject({ code: 'FENCED' });
    expect(await log.committed(A, 'g')).toBe(0);
  });

  it('tokens: a counter starts anew with an empty server; here they grow', async () => {
    const client = await plain();
    const counter = await client.incr('counter');
    const { leases } = await open();
    const before = await leases.acquire('l', 'one', 60_000);
    await server.kill();
    await server.start();
    expect(await (await plain()).incr('counter')).toBe(counter);
    const after = await leases.acquire('l', 'two', 60_000);
    expect(after?.token).toBeGreaterThan(before?.token ?? Number.POSITIVE_INFINITY);
  });

  it('numbers: Lua writes 1e+15 for a large position; here it is one', async () => {
    expect(await server.run('EVAL', 'return tostring(10^15)', '0')).toBe('1e+15');
    const { log } = await opened();
    const end = 10 ** 15;
    await server.run('HSET', 'fs:{orders:0}:meta', 'end', String(end), 'start', String(end));
    expect(await log.append(batchOf(A, 'r', 2))).toEqual([{ partition: A, first: end, count: 2 }]);
    await log.commit(A, 'g', end + 1, 1);
    expect(await log.committed(A, 'g')).toBe(end + 1);
    expect((await log.read(A, end, 10, 0)).map((r) => r.position)).toEqual([end, end + 1]);
  });

  it('a script cache that was emptied, as a fail-over leaves it, is filled again', async () => {
    const { log } = await opened();
    await log.append(batchOf(A, 'r', 1));
    await server.run('SCRIPT', 'FLUSH');
    expect(await log.append(batchOf(A, 's', 1))).toEqual([{ partition: A, first: 1, count: 1 }]);
  });
});
