import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import getPort from 'get-port';
import { runCommand } from './run-command.ts';

const NO_SERVER =
  spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'no redis-server on the PATH';

describe.skipIf(NO_SERVER !== undefined)(
  `commands on a Redis that will not do (${NO_SERVER ?? 'redis-server'})`,
  () => {
    const dir = mkdtempSync(join(tmpdir(), 'foreshadow-redis-input-'));
    const servers: ChildProcess[] = [];
    afterAll(async () => {
      for (const server of servers) {
        const gone = once(server, 'exit');
        server.kill('SIGKILL');
        await gone;
      }
      rmSync(dir, { recursive: true, force: true });
    });

    const cli = (port: number, ...args: string[]): string =>
      spawnSync('redis-cli', ['-p', String(port), ...args], { encoding: 'utf8' }).stdout.trim();

    async function serve(...args: string[]): Promise<number> {
      const port = await getPort({ host: '127.0.0.1' });
      const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
      servers.push(spawn('redis-server', [...fixed, ...args], { stdio: 'ignore' }));
      while (cli(port, 'PING') === '') await sleep(25);
      return port;
    }

    /** What `foreshadow edge` says on the Redis at `url`, and nothing else. */
    async function said(url: string): Promise<string> {
      const file = join(dir, 'foreshadow.json');
      const streams = [{ name: 'orders', partitions: 1 }];
      const config = { streams, edge: { port: 0 }, storage: { redis: { url } } };
      writeFileSync(file, JSON.stringify(config));
      const { code, out, err } = await runCommand('edge', '--config', file);
      expect([code === 0, out]).toEqual([false, '']);
      expect(err).not.toContain('\n    at ');
      return err;
    }

    it('say in one line what is wrong, where, and what to do', async () => {
      expect(await said('http://127.0.0.1')).toMatch(/storage\.redis\.url: redis:\/\//);
      const locked = await serve('--requirepass', 'right');
      expect(await said(`redis://:wrong@127.0.0.1:${locked}`)).toMatch(
        /^foreshadow: Redis at redis:\/\/127\.0\.0\.1:\d+ refuses: WRONGPASS.*set user and password in the URL.*$/,
      );
      const primary = await serve();
      const replica = await serve('--replicaof', '127.0.0.1', String(primary));
      expect(await said(`redis://127.0.0.1:${replica}`)).toMatch(
        new RegExp(
          `^foreshadow: .* is a read-only replica; give the address of its primary, 127.0.0.1:${primary}$`,
        ),
      );
      cli(primary, 'SET', 'fs:streams', 'mine');
      expect(await said(`redis://127.0.0.1:${primary}`)).toMatch(
        /^foreshadow: a key at .* has another type than Foreshadow gives it; choose another prefix.*$/,
      );
      const full = await serve('--maxmemory', '100kb');
      expect(await said(`redis://127.0.0.1:${full}`)).toMatch(
        /^foreshadow: .* is out of memory; raise maxmemory.*$/,
      );
      const evicting = await serve('--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru');
      expect(await said(`redis://127.0.0.1:${evicting}`)).toMatch(
        /^foreshadow: .*set maxmemory-policy noeviction$/,
      );
      expect(await said(`redis://127.0.0.1:${await getPort({ host: '127.0.0.1' })}`)).toMatch(
        /^foreshadow: .* does not answer.*ECONNREFUSED/,
      );
    });
  },
);
