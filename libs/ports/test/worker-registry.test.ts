import type { ResourceVector, Utilization } from '@foreshadow/domain';
import { FakeClock } from '@foreshadow/testkit';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryStateStore, StateWorkerRegistry, type WorkerReport } from '../src/index.ts';

const ALLOWANCE: ResourceVector = {
  cpuCores: 0.5,
  memoryBytes: 2 ** 27,
  networkBytesPerSec: Infinity,
  diskBytesPerSec: NaN,
};

const reportOf = (id: string, pool: string): WorkerReport => ({
  id,
  pool,
  phase: 'ready',
  pid: 7,
  owns: ['orders/0'],
  startedAtMs: 1,
  readyAtMs: 2,
  atMs: 3,
});

const utilizationOf = (worker: string, atMs: number): Utilization => ({
  worker,
  pool: 'p',
  atMs,
  windowMs: 1000,
  used: ALLOWANCE,
  allowance: ALLOWANCE,
  busyFraction: 0.5,
  throttledFraction: 0,
  partitions: [],
});

describe('StateWorkerRegistry', () => {
  let registry: StateWorkerRegistry;

  beforeEach(() => {
    registry = new StateWorkerRegistry(new MemoryStateStore(new FakeClock()));
  });

  it('gives back directives, numbers without an end and unknown ones too', async () => {
    const directive = { allowance: ALLOWANCE, partitions: ['orders/0'], drain: false } as const;
    await registry.direct('p', 'p-1', directive);
    expect(await registry.directive('p', 'p-1')).toEqual(directive);
    expect(await registry.directive('p', 'p-2')).toBeUndefined();
    expect(await registry.directive('q', 'p-1')).toBeUndefined();
  });

  it('gives back any number as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double(), async (cpuCores) => {
        const allowance = { ...ALLOWANCE, cpuCores };
        await registry.direct('p', 'p-1', { allowance, partitions: undefined, drain: true });
        const read = await registry.directive('p', 'p-1');
        // JSON knows no negative zero.
        expect(read?.allowance.cpuCores).toBe(cpuCores === 0 ? 0 : cpuCores);
        expect(read?.partitions).toBeUndefined();
      }),
    );
  });

  it('takes no directive of a leader that was succeeded', async () => {
    const directive = { allowance: ALLOWANCE, partitions: [], drain: false } as const;
    await registry.direct('p', 'p-1', { ...directive, term: 7 });
    await registry.direct('p', 'p-1', { ...directive, drain: true, term: 7 });
    await registry.direct('p', 'p-1', { ...directive, term: 9 });
    await expect(registry.direct('p', 'p-1', { ...directive, drain: true, term: 8 })).rejects.toMatchObject({
      code: 'FENCED',
    });
    expect(await registry.directive('p', 'p-1')).toEqual({ ...directive, term: 9 });
  });

  it('keeps the newest report of each worker, apart by pool', async () => {
    await registry.announce(reportOf('a-1', 'a'));
    await registry.announce({ ...reportOf('a-1', 'a'), phase: 'draining' });
    await registry.announce(reportOf('ab-1', 'ab'));
    expect(await registry.reports('a')).toEqual([{ ...reportOf('a-1', 'a'), phase: 'draining' }]);
  });

  it('gives utilization that is not too old', async () => {
    await registry.report(utilizationOf('p-1', 1000));
    await registry.report(utilizationOf('p-2', 5000));
    expect((await registry.latest('p', 6000, 1000)).map((u) => u.worker)).toEqual(['p-2']);
    expect(await registry.latest('p', 6000, 5000)).toHaveLength(2);
  });

  it('forgets a worker', async () => {
    await registry.direct('p', 'p-1', { allowance: ALLOWANCE, partitions: undefined, drain: false });
    await registry.announce(reportOf('p-1', 'p'));
    await registry.report(utilizationOf('p-1', 1000));
    await registry.announce(reportOf('p-10', 'p'));
    await registry.remove('p', 'p-1');
    expect(await registry.directive('p', 'p-1')).toBeUndefined();
    expect((await registry.reports('p')).map((r) => r.id)).toEqual(['p-10']);
    expect(await registry.latest('p', 1000, 1000)).toEqual([]);
  });
});
