import type { PoolPlan, ResourceVector, WorkerPool } from '@foreshadow/domain';
import { FakeClock } from '@foreshadow/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryOrchestrator, type WorkerEvent } from '../src/index.ts';

const SMALL: ResourceVector = { cpuCores: 1, memoryBytes: 1, networkBytesPerSec: 1, diskBytesPerSec: 1 };
const POOL: WorkerPool = {
  name: 'p',
  stream: 'orders',
  group: 'g',
  mode: 'ordered',
  partitions: ['orders/0'],
  bounds: { minWorkers: 0, maxWorkers: 9, minWorker: SMALL, maxWorker: SMALL },
};

const planOf = (workers: number, more: Partial<PoolPlan> = {}): PoolPlan => ({
  pool: 'p',
  decidedAtMs: 0,
  allocation: { workers, perWorker: SMALL },
  assignment: { version: 1, owners: {} },
  retiring: [],
  reason: 'INITIAL',
  basis: 'reactive',
  message: '',
  ingredients: {},
  changed: true,
  unfulfilled: [],
  ...more,
});

describe('MemoryOrchestrator', () => {
  let clock: FakeClock;
  let orchestrator: MemoryOrchestrator;
  let events: WorkerEvent[];

  beforeEach(() => {
    clock = new FakeClock();
    orchestrator = new MemoryOrchestrator({ clock, startDelayMs: 15_000, drainMs: 2000 });
    events = [];
    orchestrator.onEvent((event) => events.push(event));
  });

  const phases = async (): Promise<string[]> =>
    (await orchestrator.observe(POOL)).map((w) => `${w.id} ${w.phase}`);

  it('starts workers that become ready after the delay', async () => {
    await orchestrator.apply(POOL, planOf(2));
    await orchestrator.apply(POOL, planOf(2));
    await clock.advance(14_999);
    expect(await phases()).toEqual(['p-1 starting', 'p-2 starting']);
    await clock.advance(1);
    expect(await phases()).toEqual(['p-1 ready', 'p-2 ready']);
    const [first] = await orchestrator.observe(POOL);
    expect((first?.readyAtMs ?? NaN) - (first?.startedAtMs ?? NaN)).toBe(15_000);
    expect(events.map((e) => e.kind)).toEqual(['started', 'started', 'ready', 'ready']);
  });

  it('lets workers own what the plan assigns once they are ready', async () => {
    const plan = planOf(1, { assignment: { version: 1, owners: { 'p-1': ['orders/0'] } } });
    await orchestrator.apply(POOL, plan);
    expect((await orchestrator.observe(POOL))[0]?.owns).toEqual([]);
    await clock.advance(15_000);
    await orchestrator.apply(POOL, plan);
    expect((await orchestrator.observe(POOL))[0]?.owns).toEqual(['orders/0']);
  });

  it('drains what retires and does not replace it', async () => {
    await orchestrator.apply(POOL, planOf(2));
    await clock.advance(15_000);
    await orchestrator.apply(POOL, planOf(1, { retiring: ['p-1'] }));
    expect(await phases()).toEqual(['p-1 draining', 'p-2 ready']);
    await clock.advance(2000);
    expect(await phases()).toEqual(['p-2 ready']);
    expect(events.filter((e) => e.worker === 'p-1').map((e) => e.kind)).toEqual([
      'started',
      'ready',
      'draining',
      'drained',
      'stopped',
    ]);
  });

  it('replaces a crashed worker under a new name', async () => {
    await orchestrator.apply(POOL, planOf(1));
    await clock.advance(15_000);
    expect(await phases()).toEqual(['p-1 ready']);
    orchestrator.crash('p-1');
    expect(await phases()).toEqual(['p-2 starting']);
    expect(() => orchestrator.crash('p-1')).toThrow(/no worker/);
  });

  it('changes allowances of running workers', async () => {
    await orchestrator.apply(POOL, planOf(1));
    const large = { ...SMALL, cpuCores: 4 };
    await orchestrator.apply(POOL, planOf(1, { allocation: { workers: 1, perWorker: large } }));
    expect((await orchestrator.observe(POOL))[0]?.allowance).toEqual(large);
    expect(events.map((e) => e.kind)).toEqual(['started', 'resized']);
  });

  it('stops all or leaves them when it closes', async () => {
    await orchestrator.apply(POOL, planOf(2));
    await orchestrator.close('drain');
    expect(events.filter((e) => e.kind === 'stopped')).toHaveLength(2);
    await expect(orchestrator.apply(POOL, planOf(1))).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
