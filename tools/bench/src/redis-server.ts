import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { openRedis } from '@foreshadow/redis';

/** Give `work` the URL of a server of its own, without persistence; `undefined` if there is no redis-server to start. */
export async function withRedisServer<T>(work: (url: string) => Promise<T>): Promise<T | undefined> {
  const dir = mkdtempSync(join(tmpdir(), 'foreshadow-bench-redis-'));
  const port = await getPort({ host: '127.0.0.1' });
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', ''];
  const server = spawn('redis-server', args, { stdio: 'ignore' });
  const failed = new Promise<'failed'>((resolve) => server.once('error', () => resolve('failed')));
  try {
    const url = `redis://127.0.0.1:${port}`;
    const up = openRedis(url, { connectTimeoutMs: 10_000 }).then((redis) => redis.close());
    if ((await Promise.race([up, failed])) === 'failed') {
      up.catch(() => undefined);
      return undefined;
    }
    return await work(url);
  } finally {
    if (server.pid !== undefined && server.exitCode === null) {
      server.kill();
      await once(server, 'exit');
    }
    rmSync(dir, { recursive: true, force: true });
  }
}
