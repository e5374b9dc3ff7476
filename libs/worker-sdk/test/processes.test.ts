import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PartitionKey, partitionKey, systemClock } from '@foreshadow/domain';
import { type Local, openLocal } from '@foreshadow/local';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleWorker } from './fixtures/bundle.ts';

const PARTITIONS = 4;
const PARTITION_KEYS: PartitionKey[] = Array.from({ length: PARTITIONS }, (_, i) =>
  partitionKey('orders', i),
);
const dir = mkdtempSync(join(tmpdir(), 'workers-'));
const handledFile = join(dir, 'handled');
let bundle: string;
const children = new Map<string, ChildProcess>();
let local: Local;

beforeAll(async () => {
  bundle = await bundleWorker('worker-process');
  local = openLocal(join(dir, 'store'));
  await local.log.createStream('orders', PARTITIONS);
}, 30_000);

afterAll(async () => {
  for (const child of children.values()) child.kill('SIGKILL');
  await local.close();
  rmSync(dir, { recursive: true });
});

function start(id: string): void {
  const env = { ...process.env, STORE: join(dir, 'store'), HANDLED: handledFile, BURN_MS: '1' };
  children.set(id, spawn(process.execPath, [bundle, id, String(PARTITIONS)], { env, stdio: 'inherit' }));
}

function exitOf(id: string): Promise<number | string | null> {
  const child = children.get(id)!;
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve(child.exitCode ?? child.signalCode);
  }
  return new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    if (await condition()) return;
    await systemClock.sleep(50);
  }
  throw new Error(`never happened: ${what}`);
}

async function append(perPartition: number): Promise<void> {
  const record = { key: 'k', value: new Uint8Array(200), timestampMs: systemClock.nowMs() };
  const records = Array.from({ length: perPartition }, () => record);
  await local.log.append(new Map(PARTITION_KEYS.map((p) => [p, records])));
}

const lag = async (): Promise<number> => {
  const lags = await Promise.all(PARTITION_KEYS.map((p) => local.log.lag(p, 'g')));
  return lags.reduce((sum, l) => sum + l.records, 0);
};

interface Handled {
  readonly partition: string;
  readonly position: number;
  readonly token: number;
  readonly worker: string;
}

function handled(): Handled[] {
  return readFileSync(handledFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [partition, position, token, worker] = line.split(' ');
      return { partition: partition!, position: Number(position), token: Number(token), worker: worker! };
    });
}

it('processes: one is killed in the midst of its work, the others lose nothing; SIGTERM drains', async () => {
  const registry = new StateWorkerRegistry(local.state);
  const ownedBy = async (id: string): Promise<number> =>
    (await registry.reports('p')).find((r) => r.id === id)?.owns.length ?? 0;
  start('a');
  start('b');
  await until('both own two', async () => (await ownedBy('a')) === 2 && (await ownedBy('b')) === 2);

  await append(500);
  await until('b has begun', async () => (await lag()) < 1900);
  children.get('b')!.kill('SIGKILL');
  expect(await exitOf('b')).toBe('SIGKILL');
  await append(100);
  await until('a has taken over and finished', async () => (await lag()) === 0 && (await ownedBy('a')) === 4);

  const all = handled();
  for (const partition of PARTITION_KEYS) {
    const positions = all.filter((h) => h.partition === partition);
    expect(new Set(positions.map((h) => h.position)).size, `${partition}: nothing lost`).toBe(600);
    const firsts = positions.filter((h, i) => positions.findIndex((o) => o.position === h.position) === i);
    expect(
      firsts.map((h) => h.position),
      `${partition}: in order`,
    ).toEqual(firsts.map((_, i) => i));
    const tokens = positions.map((h) => h.token);
    expect(tokens, `${partition}: no older owner after a newer one`).toEqual(
      [...tokens].sort((x, y) => x - y),
    );
  }
  expect(new Set(all.map((h) => h.worker))).toEqual(new Set(['a', 'b']));
  // What was not committed when it died: at most one commit interval of work.
  expect(all.length - 2400).toBeLessThan(600);

  children.get('a')!.kill('SIGTERM');
  expect(await exitOf('a')).toBe(0);
  expect((await registry.reports('p')).find((r) => r.id === 'a')).toMatchObject({
    phase: 'drained',
    owns: [],
  });
}, 60_000);
