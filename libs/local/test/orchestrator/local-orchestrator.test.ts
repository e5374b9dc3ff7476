import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@foreshadow/domain';
import { StateWorkerRegistry, type WorkerEvent } from '@foreshadow/ports';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Local, LocalOrchestrator, type LocalOrchestratorOptions, openLocal } from '../../src/index.ts';
import { isRunning } from '../../src/processes.ts';
import { buildChild, printed, startChild } from '../children.ts';
import { temporaryDirectory } from '../temporary-directory.ts';
import { planOf, poolOf, SMALL } from './plans.ts';

const POOL = poolOf('workers');
let script: string;

beforeAll(() => {
  script = buildChild('worker');
});

describe('LocalOrchestrator', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let local: Local;
  let registry: StateWorkerRegistry;
  let events: WorkerEvent[];
  const open: LocalOrchestrator[] = [];

  beforeEach(() => {
    directory = temporaryDirectory();
    local = openLocal(directory.path);
    registry = new StateWorkerRegistry(local.state);
    events = [];
  });

  afterEach(async () => {
    for (const orchestrator of open.splice(0)) await orchestrator.close('drain');
    await local.close();
    directory.remove();
  });

  function orchestrate(behaviour: string, more: Partial<LocalOrchestratorOptions> = {}): LocalOrchestrator {
    const orchestrator = new LocalOrchestrator({
      registry,
      command: ({ id, pool }) => ({
        file: process.execPath,
        args: [script, directory.path, pool, id, behaviour],
      }),
      clock: systemClock,
      startDelayMs: 0,
      drainTimeoutMs: 200,
      killGraceMs: 200,
      pollIntervalMs: 20,
      ...more,
    });
    orchestrator.onEvent((event) => events.push(event));
    open.push(orchestrator);
    return orchestrator;
  }

  /** Resolves once `isTrue`; the test's own time limit ends it otherwise. */
  async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await isTrue())) await systemClock.sleep(20);
  }

  const kinds = (worker: string): string[] => events.filter((e) => e.worker === worker).map((e) => e.kind);
  const pidOf = async (id: string): Promise<number> =>
    (await registry.reports('workers')).find((r) => r.id === id)?.pid ?? NaN;

  async function ready(orchestrator: LocalOrchestrator, ...ids: string[]): Promise<void> {
    await until(async () => {
      const statuses = await orchestrator.observe(POOL);
      return ids.every((id) => statuses.some((s) => s.id === id && s.phase === 'ready'));
    });
  }

  it('starts real processes that become ready, once however often the plan is applied', async () => {
    const orchestrator = orchestrate('obedient');
    const plan = planOf('workers', 2);
    for (let i = 0; i < 3; i++) await orchestrator.apply(POOL, plan);
    await ready(orchestrator, 'workers-1', 'workers-2');
    for (let i = 0; i < 3; i++) await orchestrator.apply(POOL, plan);
    const statuses = await orchestrator.observe(POOL);
    expect(statuses.map((s) => s.id)).toEqual(['workers-1', 'workers-2']);
    expect(statuses[0]).toMatchObject({ pool: 'workers', phase: 'ready', allowance: SMALL });
    expect(statuses[0]?.readyAtMs).toBeGreaterThanOrEqual(statuses[0]?.startedAtMs ?? NaN);
    expect(isRunning(await pidOf('workers-1'))).toBe(true);
    expect(kinds('workers-1')).toEqual(['started', 'ready']);
  });

  it('passes the start delay on, and reports a worker as starting until it is over', async () => {
    const orchestrator = orchestrate('obedient', { startDelayMs: 300 });
    await orchestrator.apply(POOL, planOf('workers', 1));
    expect((await orchestrator.observe(POOL)).map((s) => s.phase)).toEqual(['starting']);
    await ready(orchestrator, 'workers-1');
    const [status] = await orchestrator.observe(POOL);
    expect((status?.readyAtMs ?? NaN) - (status?.startedAtMs ?? NaN)).toBeGreaterThanOrEqual(300);
  });

  it('passes allowance and assignment on to running processes, without a restart', async () => {
    const orchestrator = orchestrate('obedient');
    await orchestrator.apply(POOL, planOf('workers', 1));
    await ready(orchestrator, 'workers-1');
    const pid = await pidOf('workers-1');
    const large = { ...SMALL, cpuCores: 2 };
    const owners = { 'workers-1': ['orders/0', 'orders/1'] } as const;
    await orchestrator.apply(POOL, planOf('workers', 1, { perWorker: large, owners }));
    expect(await registry.directive('workers', 'workers-1')).toEqual({
      allowance: large,
      partitions: owners['workers-1'],
      drain: false,
    });
    await until(async () => (await orchestrator.observe(POOL))[0]?.owns.length === 2);
    expect((await orchestrator.observe(POOL))[0]?.allowance).toEqual(large);
    expect(await pidOf('workers-1')).toBe(pid);
    expect(kinds('workers-1')).toEqual(['started', 'ready', 'resized']);
  });

  describe('where a heap limit must move', () => {
    const roomy = { ...SMALL, memoryBytes: 2 ** 29 };
    const limited: Partial<LocalOrchestratorOptions> = {
      drainTimeoutMs: 20_000,
      command: ({ id, pool, heapLimitMebibytes }) => ({
        file: process.execPath,
        args: [`--max-old-space-size=${heapLimitMebibytes}`, script, directory.path, pool, id, 'obedient'],
      }),
    };
    const limitOf = async (id: string): Promise<number> =>
      (await registry.reports('workers')).find((r) => r.id === id)?.heapLimitBytes ?? NaN;

    it('replaces workers one by one, each drained once its successor is ready', async () => {
      const orchestrator = orchestrate('', limited);
      await orchestrator.apply(POOL, planOf('workers', 2));
      await ready(orchestrator, 'workers-1', 'workers-2');
      expect(await limitOf('workers-1')).toBeLessThan(2 ** 29);
      await orchestrator.apply(POOL, planOf('workers', 2, { perWorker: roomy }));
      const working: number[] = [];
      await until(async () => {
        const statuses = await orchestrator.observe(POOL);
        working.push(statuses.filter((s) => s.phase === 'ready').length);
        return statuses.map((s) => s.id).join() === 'workers-3,workers-4';
      });
      expect(new Set(working), 'never fewer and never more than planned').toEqual(new Set([2]));
      for (const id of ['workers-1', 'workers-2']) {
        expect(kinds(id)).toEqual(['started', 'ready', 'resized', 'draining', 'drained', 'stopped']);
      }
      const order = events.map((e) => `${e.worker} ${e.kind}`);
      expect(order.indexOf('workers-3 ready')).toBeLessThan(order.indexOf('workers-1 draining'));
      expect(order.indexOf('workers-1 stopped')).toBeLessThan(order.indexOf('workers-4 started'));
      expect(await limitOf('workers-3')).toBeGreaterThan(2 ** 29);
      await systemClock.sleep(200);
      expect(
        (await orchestrator.observe(POOL)).map((s) => s.id),
        'and that is all',
      ).toEqual(['workers-3', 'workers-4']);
    });

    it('gives the successor up where the plan retires the worker', async () => {
      const orchestrator = orchestrate('', { ...limited, startDelayMs: 60_000 });
      await orchestrator.apply(POOL, planOf('workers', 1));
      // The first one is taken for ready without waiting for it.
      const report = (await registry.reports('workers'))[0]!;
      const beReady = async (): Promise<void> => {
        await registry.announce({
          ...report,
          phase: 'ready',
          readyAtMs: 1,
          atMs: systemClock.nowMs(),
          heapLimitBytes: 2 ** 28,
        });
      };
      await until(async () => {
        await beReady();
        await orchestrator.apply(POOL, planOf('workers', 1, { perWorker: roomy }));
        return events.some((e) => e.worker === 'workers-2' && e.kind === 'started');
      });
      expect(
        (await orchestrator.observe(POOL)).map((s) => s.id),
        'it is not more capacity',
      ).toEqual(['workers-1']);
      await orchestrator.apply(POOL, planOf('workers', 0, { perWorker: roomy, retiring: ['workers-1'] }));
      expect(kinds('workers-2')).toEqual(['started', 'draining']);
    });

    it('tries once where workers do not heed the limit', async () => {
      const orchestrator = orchestrate('obedient', {
        drainTimeoutMs: 20_000,
        command: ({ id, pool }) => ({
          file: process.execPath,
          args: ['--max-old-space-size=256', script, directory.path, pool, id, 'obedient'],
        }),
      });
      await orchestrator.apply(POOL, planOf('workers', 1, { perWorker: roomy }));
      await until(async () => {
        await orchestrator.observe(POOL);
        return kinds('workers-2').includes('stopped');
      });
      await systemClock.sleep(200);
      expect((await orchestrator.observe(POOL)).map((s) => s.id)).toEqual(['workers-1']);
      expect(events.filter((e) => e.kind === 'started').map((e) => e.worker)).toEqual([
        'workers-1',
        'workers-2',
      ]);
    });
  });

  it('drains what retires and forgets it', async () => {
    const orchestrator = orchestrate('obedient', { drainTimeoutMs: 20_000 });
    await orchestrator.apply(POOL, planOf('workers', 2));
    await ready(orchestrator, 'workers-1', 'workers-2');
    await orchestrator.apply(POOL, planOf('workers', 1, { retiring: ['workers-1'] }));
    await until(async () => (await orchestrator.observe(POOL)).length === 1);
    expect(kinds('workers-1')).toEqual(['started', 'ready', 'draining', 'drained', 'stopped']);
    expect(events.at(-1)?.message).toBe('exit code 0');
    expect((await registry.reports('workers')).map((r) => r.id)).toEqual(['workers-2']);
    expect(await registry.directive('workers', 'workers-1')).toBeUndefined();
  });

  it('sends SIGTERM to a worker that does not drain in time', async () => {
    const orchestrator = orchestrate('deaf', { killGraceMs: 20_000 });
    await orchestrator.apply(POOL, planOf('workers', 1));
    await ready(orchestrator, 'workers-1');
    await orchestrator.apply(POOL, planOf('workers', 0, { retiring: ['workers-1'] }));
    expect((await orchestrator.observe(POOL))[0]?.phase).toBe('draining');
    await until(async () => (await orchestrator.observe(POOL)).length === 0);
    expect(events.at(-1)).toMatchObject({
      kind: 'stopped',
      message: 'signal SIGTERM; not drained within 200 ms; what it had not committed is delivered again',
    });
  });

  it('kills a worker that does not heed SIGTERM either', async () => {
    const orchestrator = orchestrate('stubborn');
    await orchestrator.apply(POOL, planOf('workers', 1));
    await ready(orchestrator, 'workers-1');
    await orchestrator.apply(POOL, planOf('workers', 0, { retiring: ['workers-1'] }));
    await until(async () => (await orchestrator.observe(POOL)).length === 0);
    expect(events.at(-1)).toMatchObject({
      kind: 'stopped',
      message: 'signal SIGKILL; not drained within 200 ms; what it had not committed is delivered again',
    });
  });

  it('replaces a worker that was killed, under a new number', async () => {
    const orchestrator = orchestrate('obedient');
    await orchestrator.apply(POOL, planOf('workers', 1));
    await ready(orchestrator, 'workers-1');
    process.kill(await pidOf('workers-1'), 'SIGKILL');
    await ready(orchestrator, 'workers-2');
    expect(kinds('workers-1')).toEqual(['started', 'ready', 'crashed']);
    expect(events.find((e) => e.kind === 'crashed')?.message).toMatch(/^signal SIGKILL/);
    expect((await orchestrator.observe(POOL)).map((s) => s.id)).toEqual(['workers-2']);
  });

  it('replaces a worker that is frozen: its process lives and says nothing', async () => {
    const orchestrator = orchestrate('obedient', { frozenAfterMs: 1000 });
    await orchestrator.apply(POOL, planOf('workers', 1));
    await ready(orchestrator, 'workers-1');
    const pid = await pidOf('workers-1');
    process.kill(pid, 'SIGSTOP');
    await until(async () => (await orchestrator.observe(POOL))[0]?.phase === 'failed');
    expect(isRunning(pid), 'not counted on, and not stopped yet').toBe(true);
    await ready(orchestrator, 'workers-2');
    expect(isRunning(pid)).toBe(false);
    expect(events.find((e) => e.kind === 'crashed')?.message).toMatch(
      /^signal SIGKILL; it runs and has said nothing for 1000 ms; what it had not committed is delivered again; replaced/,
    );
  });

  it('spares a worker that goes on before its time is up', async () => {
    const orchestrator = orchestrate('obedient', { frozenAfterMs: 20_000 });
    await orchestrator.apply(POOL, planOf('workers', 1));
    await ready(orchestrator, 'workers-1');
    const pid = await pidOf('workers-1');
    process.kill(pid, 'SIGSTOP');
    await systemClock.sleep(300);
    process.kill(pid, 'SIGCONT');
    await ready(orchestrator, 'workers-1');
    expect(kinds('workers-1')).toEqual(['started', 'ready']);
  });

  it('stops a worker that has drained and does not end', async () => {
    const orchestrator = orchestrate('lingering', { drainTimeoutMs: 60_000 });
    await orchestrator.apply(POOL, planOf('workers', 1));
    await ready(orchestrator, 'workers-1');
    await orchestrator.apply(POOL, planOf('workers', 0, { retiring: ['workers-1'] }));
    await until(async () => (await orchestrator.observe(POOL)).length === 0);
    expect(kinds('workers-1')).toEqual(['started', 'ready', 'draining', 'drained', 'stopped']);
    expect(events.at(-1)?.message).toBe('signal SIGTERM; it has drained and does not end');
  });

  it('hears the last word of a worker that ends while its reports are on their way', async () => {
    const slow = new (class extends StateWorkerRegistry {
      override async reports(pool: string): ReturnType<StateWorkerRegistry['reports']> {
        const reports = await super.reports(pool);
        await systemClock.sleep(300);
        return reports;
      }
    })(local.state);
    const orchestrator = orchestrate('obedient', { registry: slow, drainTimeoutMs: 60_000 });
    await orchestrator.apply(POOL, planOf('workers', 3));
    await ready(orchestrator, 'workers-1', 'workers-2', 'workers-3');
    await orchestrator.close('drain');
    for (const id of ['workers-1', 'workers-2', 'workers-3']) {
      expect(kinds(id).slice(-3)).toEqual(['draining', 'drained', 'stopped']);
    }
  });

  it('waits longer and longer before it replaces workers that keep failing', async () => {
    const orchestrator = orchestrate('failing', {
      restartBackoff: { baseMs: 100, maxMs: 60_000, stableMs: 60_000 },
    });
    await orchestrator.apply(POOL, planOf('workers', 1));
    await until(() => events.filter((e) => e.kind === 'crashed').length >= 4);
    const messages = events.filter((e) => e.kind === 'crashed').map((e) => e.message);
    expect(messages.slice(0, 4)).toEqual([
      'exit code 3; what it had not committed is delivered again; replaced at once',
      'exit code 3; what it had not committed is delivered again; replaced in 100 ms',
      'exit code 3; what it had not committed is delivered again; replaced in 200 ms',
      'exit code 3; what it had not committed is delivered again; replaced in 400 ms',
    ]);
  });

  it('reports a command that cannot be started', async () => {
    const orchestrator = orchestrate('', { command: () => ({ file: '/nowhere/worker', args: [] }) });
    await orchestrator.apply(POOL, planOf('workers', 1));
    await until(() => events.some((e) => e.kind === 'crashed'));
    expect(events.find((e) => e.kind === 'crashed')?.message).toMatch(/could not start: .*ENOENT/);
  });

  it('writes what workers print to files', async () => {
    const logDirectory = join(directory.path, 'logs');
    const orchestrator = orchestrate('', {
      logDirectory,
      command: () => ({ file: process.execPath, args: ['-e', 'console.log("hello"); console.error("oh")'] }),
    });
    await orchestrator.apply(POOL, planOf('workers', 1));
    await until(() => events.some((e) => e.kind === 'crashed'));
    expect(readFileSync(join(logDirectory, 'workers-1.log'), 'utf8')).toBe('hello\noh\n');
  });

  it('takes over what a killed orchestrator left, without starting anything', async () => {
    const former = startChild(buildChild('orchestrate'), directory.path, script);
    await printed(former, 'two ready');
    former.process.kill('SIGKILL');
    await former.ended;
    const pids = [await pidOf('workers-1'), await pidOf('workers-2')];
    const orchestrator = orchestrate('obedient', { drainTimeoutMs: 20_000 });
    await orchestrator.apply(POOL, planOf('workers', 2));
    await ready(orchestrator, 'workers-1', 'workers-2');
    expect((await orchestrator.observe(POOL)).map((s) => s.id)).toEqual(['workers-1', 'workers-2']);
    expect([await pidOf('workers-1'), await pidOf('workers-2')]).toEqual(pids);
    expect(events.map((e) => [e.worker, e.kind])).toEqual([
      ['workers-1', 'started'],
      ['workers-2', 'started'],
    ]);
    process.kill(pids[0] ?? NaN, 'SIGKILL');
    await ready(orchestrator, 'workers-3');
    expect(events.find((e) => e.worker === 'workers-1' && e.kind === 'crashed')?.message).toMatch(/is gone/);
    await orchestrator.close('drain');
    expect(pids.map((pid) => isRunning(pid))).toEqual([false, false]);
    expect(kinds('workers-2').slice(-3)).toEqual(['draining', 'drained', 'stopped']);
  });

  it('that has lost the lead does nothing any more; what it says late is refused', async () => {
    let isHeld = true;
    const former = orchestrate('obedient', { lead: { token: 1, isHeld: () => isHeld } });
    await former.apply(POOL, planOf('workers', 1));
    await ready(former, 'workers-1');
    isHeld = false;
    const successor = orchestrate('obedient', { lead: { token: 2, isHeld: () => true } });
    await successor.apply(POOL, planOf('workers', 2));
    await ready(successor, 'workers-1', 'workers-2');
    await expect(former.apply(POOL, planOf('workers', 3))).rejects.toMatchObject({ code: 'FENCED' });
    process.kill(await pidOf('workers-1'), 'SIGKILL');
    await ready(successor, 'workers-2', 'workers-3');
    await systemClock.sleep(200);
    expect((await registry.reports('workers')).map((r) => r.id)).toEqual(['workers-2', 'workers-3']);
    // It stood still between its look at the lead and its word to the worker.
    isHeld = true;
    await former.apply(POOL, planOf('workers', 2, { retiring: ['workers-2'] })).catch(() => undefined);
    isHeld = false;
    await systemClock.sleep(100);
    expect(await registry.directive('workers', 'workers-2')).toMatchObject({ drain: false, term: 2 });
    await ready(successor, 'workers-2', 'workers-3');
  });

  it('forgets dead workers and spares processes that are not the worker they claim to be', async () => {
    const report = {
      pool: 'workers',
      owns: [],
      readyAtMs: 1,
      startedAtMs: 1,
      atMs: 1,
      phase: 'ready',
    } as const;
    const dead = startChild(buildChild('worker'), directory.path, 'none', 'none');
    dead.process.kill('SIGKILL');
    await dead.ended;
    await registry.announce({ ...report, id: 'workers-7', pid: dead.process.pid });
    // This very process lives, but is no worker.
    await registry.announce({ ...report, id: 'workers-8', pid: process.pid });
    await registry.announce({ ...report, id: 'by-hand', pid: process.pid });
    const orchestrator = orchestrate('obedient');
    await orchestrator.apply(POOL, planOf('workers', 1));
    await ready(orchestrator, 'workers-9');
    expect((await registry.reports('workers')).map((r) => r.id)).toEqual(['by-hand', 'workers-9']);
  });

  it('leaves workers running when told to', async () => {
    const first = orchestrate('obedient');
    await first.apply(POOL, planOf('workers', 1));
    await ready(first, 'workers-1');
    const pid = await pidOf('workers-1');
    await first.close('leave');
    await expect(first.apply(POOL, planOf('workers', 1))).rejects.toMatchObject({ code: 'CLOSED' });
    expect(isRunning(pid)).toBe(true);
    const second = orchestrate('obedient');
    await second.apply(POOL, planOf('workers', 1));
    expect((await second.observe(POOL)).map((s) => s.id)).toEqual(['workers-1']);
  });

  it.each([NaN, -1, Infinity])('refuses %d as a duration', (drainTimeoutMs) => {
    expect(() => orchestrate('obedient', { drainTimeoutMs })).toThrow(/drainTimeoutMs/);
  });

  it('goes on when a listener throws', async () => {
    const orchestrator = orchestrate('obedient');
    const stop = orchestrator.onEvent(() => {
      throw new Error('from a listener');
    });
    await orchestrator.apply(POOL, planOf('workers', 1));
    stop();
    await ready(orchestrator, 'workers-1');
    expect(kinds('workers-1')).toEqual(['started', 'ready']);
  });
});
