import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  partitionKey,
  type PoolPlan,
  type ResourceVector,
  systemClock,
  type WorkerPool,
} from '@foreshadow/domain';
import { type Local, LocalOrchestrator, openLocal } from '@foreshadow/local';
import { StateWorkerRegistry } from '@foreshadow/ports';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { bundleWorker } from './fixtures/bundle.ts';
import { PLENTY } from './harness.ts';

const PARTITIONS = [partitionKey('orders', 0), partitionKey('orders', 1)];
const RECORD_BYTES = 1_000;
const RECORDS = 2_000;
const POOL: WorkerPool = {
  name: 'p',
  stream: 'orders',
  group: 'g',
  mode: 'ordered',
  partitions: PARTITIONS,
  bounds: { minWorkers: 1, maxWorkers: 1, minWorker: PLENTY, maxWorker: PLENTY },
};
let bundle: string;
let dir: string;
let local: Local;
let registry: StateWorkerRegistry;
let orchestrator: LocalOrchestrator;

beforeAll(async () => {
  bundle = await bundleWorker('limited-worker');
}, 30_000);

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'allowances-'));
  local = openLocal(join(dir, 'store'));
  registry = new StateWorkerRegistry(local.state);
  await local.log.createStream('orders', PARTITIONS.length);
  orchestrator = new LocalOrchestrator({
    registry,
    command: ({ id }) => ({
      file: process.execPath,
      args: [bundle, id, String(PARTITIONS.length)],
      env: { STORE: join(dir, 'store'), HANDLED: join(dir, 'handled') },
    }),
    clock: systemClock,
    startDelayMs: 0,
    drainTimeoutMs: 30_000,
  });
});

afterEach(async () => {
  await orchestrator.close('drain');
  await local.close();
  rmSync(dir, { recursive: true });
}, 30_000);

function planOf(perWorker: ResourceVector): PoolPlan {
  return {
    pool: 'p',
    decidedAtMs: 0,
    allocation: { workers: 1, perWorker },
    assignment: { version: 0, owners: {} },
    retiring: [],
    reason: 'PAUSED',
    basis: 'hold',
    message: '',
    ingredients: {},
    changed: true,
    unfulfilled: [],
  };
}

function handled(): readonly string[] {
  try {
    return readFileSync(join(dir, 'handled'), 'utf8').trimEnd().split('\n');
  } catch {
    return [];
  }
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await systemClock.sleep(20);
}

/** Carry an allowance out, let it settle, and count what is handled under it: bytes a second. */
async function rateUnder(allowance: ResourceVector): Promise<number> {
  await orchestrator.apply(POOL, planOf(allowance));
  await until(async () => {
    const [u] = await registry.latest('p', systemClock.nowMs(), 5_000);
    return JSON.stringify(u?.allowance) === JSON.stringify(allowance) && handled().length > 0;
  });
  await systemClock.sleep(1_000);
  const fromMs = systemClock.monotonicMs();
  const before = handled().length;
  await systemClock.sleep(3_000);
  const seconds = (systemClock.monotonicMs() - fromMs) / 1000;
  return ((handled().length - before) * RECORD_BYTES) / seconds;
}

it.each(['networkBytesPerSec', 'diskBytesPerSec'] as const)(
  'a worker that runs keeps to a %s that is halved, says that it is held back, and loses nothing',
  async (resource) => {
    const record = { key: 'k', value: new Uint8Array(RECORD_BYTES), timestampMs: systemClock.nowMs() };
    await local.log.append(
      new Map(PARTITIONS.map((p) => [p, Array.from({ length: RECORDS }, () => record)])),
    );
    const full = await rateUnder({ ...PLENTY, [resource]: 160_000 });
    const pid = (await registry.reports('p'))[0]!.pid;
    const half = await rateUnder({ ...PLENTY, [resource]: 80_000 });
    // A batch of a tenth of a second more or less at either end.
    expect(full).toBeLessThan(160_000 * 1.15);
    expect(half).toBeLessThan(80_000 * 1.15);
    expect(half / full).toBeGreaterThan(0.4);
    expect(half / full).toBeLessThan(0.6);
    const [u] = await registry.latest('p', systemClock.nowMs(), 5_000);
    expect(u!.throttledFraction).toBeGreaterThan(0.02);
    expect(u!.used[resource]).toBeLessThan(2 * 80_000);

    await orchestrator.apply(POOL, planOf(PLENTY));
    await until(() => handled().length >= PARTITIONS.length * RECORDS);
    expect((await registry.reports('p'))[0]!.pid, 'without a restart').toBe(pid);
    for (const partition of PARTITIONS) {
      const lines = handled().map((line) => line.split(' '));
      const positions = lines.filter(([p]) => p === partition).map(([, position]) => Number(position));
      expect(positions, `${partition}: all, in order, once`).toEqual(
        Array.from({ length: RECORDS }, (_, i) => i),
      );
    }
  },
  60_000,
);
