import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Daemon } from './daemon.ts';
import { FaultsError } from './errors.ts';

/** How the server of the run is set up, and so what its acknowledgements are worth. */
export const DURABILITY = 'appendonly yes, appendfsync always, no replica: what was acknowledged is on disk';

/** Whether there is a redis-server on the PATH. */
export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** A redis-server of the run's own, on loopback; it comes back with its data whenever it ends. */
export async function startRedis(dir: string, port: number): Promise<Daemon> {
  const data = join(dir, 'redis');
  mkdirSync(data, { recursive: true });
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', data, '--save', ''];
  const server = new Daemon({
    file: 'redis-server',
    args: [...args, '--appendonly', 'yes', '--appendfsync', 'always'],
    logFile: join(dir, 'redis.log'),
  });
  for (let tries = 0; tries < 200; tries++) {
    if (await accepts(port)) return server;
    await sleep(50);
  }
  await server.stop(1000);
  throw new FaultsError('TIMEOUT', `redis-server does not listen on port ${port}; its log is in ${dir}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (isOpen: boolean) => () => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}
