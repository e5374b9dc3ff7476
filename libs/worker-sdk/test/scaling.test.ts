import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Assignment,
  type PartitionKey,
  partitionKey,
  type PoolPlan,
  systemClock,
  type WorkerPool,
  type WorkerStatus,
} from '@foreshadow/domain';
import { type Local, LocalOrchestrator, openLocal } from '@foreshadow/local';
import { assign, chooseRetiring } from '@foreshadow/plan';
import { StateWorkerRegistry, type WorkerEvent } from '@foreshadow/ports';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PLENTY } from './harness.ts';
import { bundleWorker } from './fixtures/bundle.ts';

const PARTITIONS: readonly PartitionKey[] = Array.from({ length: 6 }, (_, i) => partitionKey('orders', i));
const POOL: WorkerPool = {
  name: 'p',
  stream: 'orders',
  group: 'g',
  mode: 'ordered',
  partitions: PARTITIONS,
  bounds: { minWorkers: 0, maxWorkers: 3, minWorker: PLENTY, maxWorker: PLENTY },
};
const dir = mkdtempSync(join(tmpdir(), 'scaling-'));
const handledFile = join(dir, 'handled');
let bundle: string;
const events: WorkerEvent[] = [];
let local: Local;
let orchestrator: LocalOrchestrator;

beforeAll(async () => {
  bundle = await bundleWorker('scaled-worker');
  local = openLocal(join(dir, 'store'));
  await local.log.createStream('orders', PARTITIONS.length);
  orchestrator = new LocalOrchestrator({
    registry: new StateWorkerRegistry(local.state),
    command: ({ id }) => ({
      file: process.execPath,
      args: [bundle, id, String(PARTITIONS.length)],
      env: { STORE: join(dir, 'store'), HANDLED: handledFile, BURN_MS: '1' },
    }),
    clock: systemClock,
    startDelayMs: 0,
    drainTimeoutMs: 30_000,
  });
  orchestrator.onEvent((event) => events.push(event));
}, 30_000);

afterAll(async () => {
  await orchestrator.close('drain');
  await local.close();
  rmSync(dir, { recursive: true });
}, 30_000);

let assignment: Assignment = { version: 0, owners: {} };
let retiring: readonly string[] = [];

/** One step of a planner that wants `count` workers, and gives partitions only to all of them at once. */
function planFor(count: number, statuses: readonly WorkerStatus[]): PoolPlan {
  const there = new Set(statuses.map((w) => w.id));
  retiring = retiring.filter((id) => there.has(id));
  const live = statuses.filter((w) => !retiring.includes(w.id));
  retiring = [...retiring, ...chooseRetiring(live, live.length - count, () => 0)];
  const ready = live.filter((w) => w.phase === 'ready' && !retiring.includes(w.id));
  if (ready.length === count) {
    assignment = assign({
      partitions: PARTITIONS.map((value) => ({ value, weight: 1 })),
      workers: ready,
      before: assignment,
      baseShare: 0,
      mayBalance: true,
    });
  }
  return {
    pool: 'p',
    decidedAtMs: 0,
    allocation: { workers: count, perWorker: PLENTY },
    assignment,
    retiring,
    reason: 'PAUSED',
    basis: 'hold',
    message: '',
    ingredients: {},
    changed: true,
    unfulfilled: [],
  };
}

let appended = 0;

/** Carry plans out, under load, until there are `count` workers and each owns what it should. */
async function scaleTo(count: number): Promise<void> {
  for (;;) {
    const record = { key: 'k', value: new Uint8Array(10), timestampMs: 0 };
    await local.log.append(new Map(PARTITIONS.map((p) => [p, [record]])));
    appended++;
    const statuses = await orchestrator.observe(POOL);
    await orchestrator.apply(POOL, planFor(count, statuses));
    const isSettled = statuses.every((w) => w.owns.length === assignment.owners[w.id]?.length);
    if (statuses.length === count && isSettled) return;
    await systemClock.sleep(50);
  }
}

async function waiting(): Promise<number> {
  const lags = await Promise.all(PARTITIONS.map((p) => local.log.lag(p, 'g')));
  return lags.reduce((sum, lag) => sum + lag.records, 0);
}

interface Handled {
  readonly position: number;
  readonly token: number;
}

function handledOf(partition: string): Handled[] {
  const lines = readFileSync(handledFile, 'utf8').trimEnd().split('\n');
  const words = lines.map((line) => line.split(' ')).filter(([p]) => p === partition);
  return words.map(([, position, token]) => ({ position: Number(position), token: Number(token) }));
}

it('scaling 1 → 3 → 1 moves as few partitions as it takes, pauses only these, and handles nothing twice', async () => {
  for (const count of [1, 3, 1]) await scaleTo(count);
  while ((await waiting()) > 0) await systemClock.sleep(50);
  await orchestrator.close('drain');

  // Two stay with the first worker all the time; four go away and come back.
  const tokens = PARTITIONS.map((p) => new Set(handledOf(p).map((h) => h.token)).size);
  expect(tokens.sort()).toEqual([1, 1, 3, 3, 3, 3]);
  for (const partition of PARTITIONS) {
    const positions = handledOf(partition).map((h) => h.position);
    expect(positions, `${partition}: all, in order, once`).toEqual(
      Array.from({ length: appended }, (_, i) => i),
    );
  }
  // Youngest first, each drained before it was stopped.
  const kinds = (worker: string): string[] => events.filter((e) => e.worker === worker).map((e) => e.kind);
  for (const id of ['p-2', 'p-3']) {
    expect(kinds(id)).toEqual(['started', 'ready', 'draining', 'drained', 'stopped']);
  }
}, 60_000);
