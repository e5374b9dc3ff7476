import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Plan, PoolPlan } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { openStorage, type Storage } from '@foreshadow/storage';
import getPort from 'get-port';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleCommand } from './bundle.ts';

const NO_SERVER =
  spawnSync('redis-server', ['--version']).status === 0 ? undefined : 'no redis-server on the PATH';
const MAX_WAIT = { timeout: 50_000, interval: 50 };
const POOL = 'orders-workers';
const PARTITIONS = 4;

describe.skipIf(NO_SERVER !== undefined)(`two actuators on Redis (${NO_SERVER ?? 'redis-server'})`, () => {
  const dir = mkdtempSync(join(tmpdir(), 'foreshadow-lead-'));
  const handled = join(dir, 'handled');
  const children: ChildProcess[] = [];
  let main: string;
  let ports: { redis: number; edge: number; actuators: [number, number] };
  let storage: Storage;
  let registry: StateWorkerRegistry;

  const start = (file: string, args: readonly string[], env: Record<string, string> = {}): ChildProcess => {
    const child = spawn(file, args, { stdio: 'ignore', env: { ...process.env, ...env } });
    children.push(child);
    return child;
  };
  const foreshadow = (command: string, env: Record<string, string> = {}): ChildProcess =>
    start(process.execPath, [main, command, '--config', join(dir, 'foreshadow.json')], env);
  const actuator = (i: 0 | 1): ChildProcess =>
    foreshadow('actuator', { FORESHADOW__ACTUATOR__PORT: String(ports.actuators[i]) });
  const url = (i: 0 | 1): string => `http://127.0.0.1:${ports.actuators[i]}`;
  const statusOf = (i: 0 | 1): Promise<number> => fetch(`${url(i)}/readyz`).then((r) => r.status);
  const planOf = async (i: 0 | 1): Promise<PoolPlan> => {
    const { pools } = (await (await fetch(`${url(i)}/v1/plan`)).json()) as Plan;
    expect(pools).toHaveLength(1);
    return pools[0]!;
  };
  const pidsOfWorkers = async (): Promise<(number | undefined)[]> =>
    (await registry.reports(POOL)).filter((r) => r.phase === 'ready').map((r) => r.pid);
  const leaderToken = async (): Promise<number> =>
    (await storage.leases.holder('actuator/leader'))?.token ?? NaN;

  beforeAll(async () => {
    main = await bundleCommand('leader-kill');
    const [redis, edge, a, b] = [
      await getPort({ host: '127.0.0.1' }),
      await getPort({ host: '127.0.0.1' }),
      await getPort({ host: '127.0.0.1' }),
      await getPort({ host: '127.0.0.1' }),
    ];
    ports = { redis, edge, actuators: [a, b] };
    start('redis-server', ['--port', String(redis), '--bind', '127.0.0.1', '--dir', dir, '--save', '']);
    const handler = join(dir, 'handler.mjs');
    writeFileSync(
      handler,
      `import { appendFileSync } from 'node:fs';
       export default (records) => {
         for (const { value } of records) appendFileSync(${JSON.stringify(handled)}, new TextDecoder().decode(value) + '\\n');
       };`,
    );
    const config = {
      streams: [{ name: 'orders', partitions: PARTITIONS }],
      pools: [{ name: POOL, stream: 'orders', module: handler, minWorkers: 2, maxWorkers: 2 }],
      edge: { port: edge, actuatorUrl: [a, b].map((port) => `ws://127.0.0.1:${port}/v1/link`).join() },
      forecast: { tickMs: 500, horizonsMs: [1000] },
      actuator: { mode: 'act', planIntervalMs: 1000 },
      storage: { path: join(dir, 'store'), redis: { url: `redis://127.0.0.1:${redis}` } },
      local: { startDelayMs: 0 },
    };
    writeFileSync(join(dir, 'foreshadow.json'), JSON.stringify(config));
    storage = await openStorage(parseConfig(config).storage, {
      info: () => undefined,
      warn: () => undefined,
    });
    registry = new StateWorkerRegistry(storage.state);
  });

  afterAll(async () => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    for (const pid of await pidsLeft()) process.kill(pid, 'SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  });

  /** Workers outlive actuators that are killed: those of a test that failed. */
  async function pidsLeft(): Promise<number[]> {
    const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' });
    return stdout
      .split('\n')
      .filter((line) => line.includes(join(dir, 'foreshadow.json')))
      .map((line) => Number(line.trim().split(' ')[0]));
  }

  /** Sends records, each batch again and again until it is acknowledged; resolves to the ids of all that were. */
  async function produce(signal: AbortSignal): Promise<string[]> {
    const acked: string[] = [];
    const address = `http://127.0.0.1:${ports.edge}/v1/streams/orders/records?key=key`;
    const headers = { 'content-type': 'application/x-ndjson' };
    while (!signal.aborted) {
      const ids = Array.from({ length: 10 }, (_, i) => String(acked.length + i));
      const body = ids.map((id) => `${JSON.stringify({ id, key: `k${Number(id) % 50}` })}\n`).join('');
      const post = (): Promise<boolean> =>
        fetch(address, { method: 'POST', headers, body }).then(
          (r) => r.ok,
          () => false,
        );
      while (!(await post())) await sleep(50);
      acked.push(...ids);
      await sleep(50);
    }
    return acked;
  }

  const handledIds = (): Set<string> => {
    const lines = readFileSync(handled, { encoding: 'utf8', flag: 'a+' }).split('\n').slice(0, -1);
    return new Set(lines.map((line) => (JSON.parse(line) as { id: string }).id));
  };

  it('the leader is killed: the other goes on from its plan; workers, edge and records go on', async () => {
    const first = actuator(0);
    await vi.waitFor(async () => expect(await statusOf(0)).toBe(200), MAX_WAIT);
    const second = actuator(1);
    await vi.waitFor(async () => expect(await statusOf(1)).toBe(503), MAX_WAIT);
    foreshadow('edge');
    const stop = new AbortController();
    const producing = produce(stop.signal);
    await vi.waitFor(async () => {
      const { assignment, changed } = await planOf(0);
      expect(Object.values(assignment.owners).flat()).toHaveLength(PARTITIONS);
      expect(changed).toBe(false);
      expect(await pidsOfWorkers()).toHaveLength(2);
      expect(handledIds().size).toBeGreaterThan(100);
    }, MAX_WAIT);
    const [before, token, pids] = [await planOf(0), await leaderToken(), await pidsOfWorkers()];

    first.kill('SIGKILL');
    const sofar = handledIds().size;
    await vi.waitFor(async () => expect(await statusOf(1)).toBe(200), MAX_WAIT);
    expect(await leaderToken()).toBeGreaterThan(token);
    const after = await vi.waitFor(() => planOf(1), MAX_WAIT);
    expect(after.allocation.workers).toBe(before.allocation.workers);
    expect(after.assignment.version).toBeGreaterThanOrEqual(before.assignment.version);
    if (after.assignment.version === before.assignment.version) {
      expect(after.assignment).toEqual(before.assignment);
    }
    await vi.waitFor(async () => {
      expect(await (await fetch(`${url(1)}/v1/events`)).text()).toContain('edge-connected');
      expect(handledIds().size).toBeGreaterThan(sofar + 100);
    }, MAX_WAIT);
    expect(await pidsOfWorkers()).toEqual(pids);

    // The one that was killed comes back, and stands by.
    const again = actuator(0);
    await vi.waitFor(async () => expect(await statusOf(0)).toBe(503), MAX_WAIT);
    expect(await statusOf(1)).toBe(200);
    stop.abort();
    const acked = await producing;
    await vi.waitFor(() => {
      const there = handledIds();
      expect(acked.filter((id) => !there.has(id))).toEqual([]);
    }, MAX_WAIT);
    for (const replica of [again, second]) {
      const ended = once(replica, 'exit');
      replica.kill('SIGTERM');
      expect(await ended).toEqual([0, null]);
    }
    expect(await registry.reports(POOL), 'the leader has drained the workers').toEqual([]);
  }, 180_000);
});
