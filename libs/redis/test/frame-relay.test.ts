import { getEventListeners } from 'node:events';
import { systemClock } from '@foreshadow/domain';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openRedis, type RedisLogger } from '../src/index.ts';
import { NO_SERVER, RedisServer } from './support/redis-server.ts';

describe.skipIf(NO_SERVER !== undefined)(`the frame relay (${NO_SERVER ?? 'redis-server'})`, () => {
  const start = async () => {
    const server = await RedisServer.start();
    onTestFinished(() => server.dispose());
    const said: string[] = [];
    const say: RedisLogger['warn'] = ({ reason }, message) => said.push(`${message}: ${String(reason)}`);
    const logger = { info: () => undefined, warn: say };
    const one = await openRedis(server.url, { callTimeoutMs: 500, logger });
    const two = await openRedis(server.url, { logger });
    onTestFinished(async () => {
      await one.close();
      await two.close();
    });
    const heard: string[] = [];
    const stop = new AbortController();
    const listen = (): Promise<void> =>
      two.relay.listen('up', (frame) => heard.push(Buffer.from(frame).toString()), stop.signal);
    const hears = async (count: number): Promise<void> => {
      for (let i = 0; i < 200 && heard.length < count; i++) await systemClock.sleep(25);
    };
    return { server, one: one.relay, heard, said, listen, hears, stop };
  };

  it('carries what is published from then on, in order, each channel for itself', async () => {
    const { one, heard, listen, hears, stop } = await start();
    one.publish('up', Buffer.from('before'));
    await systemClock.sleep(100);
    await listen();
    for (let i = 0; i < 500; i++) one.publish('up', Buffer.from(`${i}`));
    one.publish('down', Buffer.from('elsewhere'));
    await hears(500);
    expect(heard).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`));
    stop.abort();
    one.publish('up', Buffer.from('after'));
    await systemClock.sleep(100);
    expect(heard).toHaveLength(500);
  });

  it('holds a bounded number of frames, in the server and on the way to it', async () => {
    const { server, one } = await start();
    for (let i = 0; i < 5000; i++) {
      one.publish('up', Buffer.from(`${i}`));
      if (i % 500 === 0) await systemClock.sleep(50);
    }
    await systemClock.sleep(500);
    expect(Number(await server.run('XLEN', 'fs:{relay:up}'))).toBeLessThan(2048);
    server.freeze();
    const before = one.dropped;
    for (let i = 0; i < 3000; i++) one.publish('up', Buffer.from(`${i}`));
    expect(one.dropped - before).toBe(2000);
    server.thaw();
  });

  it('goes on after a server that lost all', async () => {
    const { server, one, heard, listen, hears } = await start();
    await listen();
    one.publish('up', Buffer.from('a'));
    await hears(1);
    await server.kill();
    await server.start();
    await systemClock.sleep(1500);
    one.publish('up', Buffer.from('b'));
    await hears(2);
    expect(heard).toEqual(['a', 'b']);
  });

  it('keeps nothing of the frames that it has passed on', async () => {
    const { one, listen, hears, stop } = await start();
    await listen();
    for (let i = 1; i <= 5; i++) {
      one.publish('up', Buffer.from(`${i}`));
      await hears(i);
    }
    // That of the read under way; the one before it may still be there.
    expect(getEventListeners(stop.signal, 'abort').length).toBeLessThanOrEqual(2);
  });

  it('says once what keeps frames away, and goes on when it is gone', async () => {
    const { server, one, heard, said, listen } = await start();
    await listen();
    await server.run('SET', 'fs:{relay:up}', 'mine');
    const about = (what: string): string[] => said.filter((line) => line.startsWith(what));
    const isSaid = (): boolean => about('cannot hear other actuators').length > 0;
    for (let i = 0; i < 200 && !(isSaid() && one.dropped > 4); i++) {
      one.publish('up', Buffer.from('lost'));
      await systemClock.sleep(50);
    }
    // Time for more attempts, of which nothing more is said.
    await systemClock.sleep(500);
    expect(one.dropped).toBeGreaterThan(4);
    expect(about('frames for another actuator are dropped')).toEqual([
      expect.stringMatching(/another type.*delete the foreign key/),
    ]);
    expect(about('cannot hear other actuators')).toEqual([expect.stringMatching(/another type/)]);
    await server.run('DEL', 'fs:{relay:up}');
    for (let i = 0; i < 200 && heard.length === 0; i++) {
      one.publish('up', Buffer.from('b'));
      await systemClock.sleep(50);
    }
    expect(heard[0]).toBe('b');
  });
});
