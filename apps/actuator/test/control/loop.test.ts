import type { PartitionKey, PoolPlan } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import {
  MemoryOrchestrator,
  MemoryStateStore,
  MemoryStreamLog,
  StateWorkerRegistry,
} from '@foreshadow/ports';
import { FakeClock } from '@foreshadow/testkit';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { assemble, type Parts } from '../../src/assemble.ts';
import { decodeState } from '../../src/control/saved-state.ts';
import { flatForecast, resources, sampleOf, usedFor, worldOf } from '../helpers.ts';

const PARTITIONS: readonly PartitionKey[] = ['orders/0', 'orders/1', 'orders/2', 'orders/3'];
const START_DELAY_MS = 4000;
const config = parseConfig({
  streams: [{ name: 'orders', partitions: PARTITIONS.length }],
  pools: [
    {
      name: 'workers',
      stream: 'orders',
      maxWorkers: 4,
      maxWorker: resources(0.2),
      policy: { leadTimeMs: 10_000, stabilizationMs: 20_000 },
    },
  ],
  forecast: { tickMs: 1000, horizonsMs: [5000, 60_000] },
  actuator: { mode: 'act', planIntervalMs: 5000 },
});

let clock: FakeClock;
let log: MemoryStreamLog;
let state: MemoryStateStore;
let orchestrator: MemoryOrchestrator;
let parts: Parts;

const assembleParts = (): Parts => assemble(config, worldOf(clock, { log, state, orchestrator }));

beforeEach(async () => {
  clock = new FakeClock();
  log = new MemoryStreamLog(clock);
  state = new MemoryStateStore(clock);
  orchestrator = new MemoryOrchestrator({ clock, startDelayMs: START_DELAY_MS });
  await log.createStream('orders', PARTITIONS.length);
  parts = assembleParts();
  orchestrator.onEvent((e) => parts.journal.note(e.atMs, `worker-${e.kind}`, e.worker, e.message));
});

/** What the workers report of a second in which each processed its partitions' load, at 1 ms of CPU a record. */
async function reportWork(rate: number): Promise<void> {
  const registry = new StateWorkerRegistry(state);
  const [situation] = parts.loop.situations;
  for (const worker of situation?.workers ?? []) {
    if (worker.phase !== 'ready' || worker.owns.length === 0) continue;
    await registry.report({
      worker: worker.id,
      pool: 'workers',
      atMs: clock.nowMs(),
      windowMs: 1000,
      used: usedFor(worker.owns.length * rate),
      allowance: worker.allowance,
      busyFraction: 0.5,
      throttledFraction: 0,
      partitions: worker.owns.map((partition) => ({
        partition,
        processedRecordsPerSec: rate,
        processedBytesPerSec: rate * 200,
        processedWorkPerSec: undefined,
        cpuCores: rate * 0.001,
        lagRecords: 0,
        lagSeconds: 0,
      })),
    });
  }
}

/** Let seconds pass in which every partition has `rate` and is forecast to have `forecast`. */
async function pass(seconds: number, rate: number | undefined, forecast = rate): Promise<void> {
  for (let s = 0; s < seconds; s++) {
    await clock.advance(1000);
    const at = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    if (rate !== undefined) {
      parts.book.onSamples(
        'edge',
        PARTITIONS.map((p) => sampleOf(p, at.wallMs, rate)),
        at,
      );
      const paths = PARTITIONS.map((p) => flatForecast(p, at.wallMs, forecast ?? rate, 1));
      parts.book.onForecasts('edge', paths, at);
      await reportWork(rate);
    }
    await parts.loop.cycle();
  }
}

const plan = (): PoolPlan => {
  const [first] = parts.board.plan().pools;
  if (first === undefined) throw new Error('no plan');
  return first;
};
const workers = () => parts.loop.situations[0]?.workers ?? [];

describe('the control loop', () => {
  it('orders workers when the forecast asks for them, before the load is there', async () => {
    await pass(40, 20);
    const before = plan().allocation.workers;
    await pass(12, 20, 100);
    expect(plan()).toMatchObject({ basis: 'forecast' });
    expect(plan().allocation.workers).toBeGreaterThan(before);
    expect(workers().filter((w) => w.phase === 'ready').length).toBe(plan().allocation.workers);
  });

  it('plans at once when the forecast crosses the plan, not only each interval', async () => {
    await pass(41, 20);
    const { decidedAtMs } = plan();
    await pass(1, 20, 150);
    expect(clock.nowMs() - decidedAtMs).toBeLessThan(5000);
    expect(plan().decidedAtMs).toBe(clock.nowMs());
  });

  it('measures the lead time from the decision to ready', async () => {
    await pass(40, 20);
    await pass(20, 100);
    await pass(60, 20);
    await pass(20, 100);
    const [pool] = parts.board.pools();
    // The prior of 10 s stands until there are three starts.
    expect(pool?.leadTimeMs).toBeGreaterThanOrEqual(START_DELAY_MS);
    expect(pool?.leadTimeMs).toBeLessThan(10_000);
  });

  it('replaces a crashed worker and says so', async () => {
    await pass(40, 60);
    const ready = workers().filter((w) => w.phase === 'ready');
    orchestrator.crash(ready[0]?.id ?? '');
    await pass(8, 60);
    expect(workers().filter((w) => w.phase === 'ready')).toHaveLength(ready.length);
    expect(parts.board.events(50).map((e) => e.kind)).toContain('worker-crashed');
  });

  it('does not take capacity away while nothing is known', async () => {
    await pass(60, 100);
    const { workers: before } = plan().allocation;
    await pass(120, undefined);
    expect(plan().allocation.workers).toBeGreaterThanOrEqual(before);
    expect(parts.board.snapshot().partitions[0]).toMatchObject({ stale: true, recordsPerSec: null });
  });

  it('tries again to apply a plan that could not be applied', async () => {
    const apply = vi.spyOn(orchestrator, 'apply').mockRejectedValueOnce(new Error('api down'));
    await pass(1, 20);
    expect(parts.board.events(10).map((e) => e.kind)).toContain('apply-failed');
    await pass(2, 20);
    expect(apply).toHaveBeenCalledTimes(2);
    expect(workers().length).toBeGreaterThan(0);
  });

  it('carries out no plan that its successor does not know', async () => {
    const saved: unknown[] = [];
    const under = (term: number): Parts =>
      assemble(config, worldOf(clock, { log, state, orchestrator, term }));
    parts = under(5);
    await pass(3, 20);
    const apply = vi.spyOn(orchestrator, 'apply').mockImplementation(async (_pool, applied) => {
      const [entry] = await state.list('actuator/pools/');
      saved.push(decodeState(entry!.value));
      expect(decodeState(entry!.value)).toMatchObject({ term: 5, plan: applied });
    });
    await pass(12, 20, 100);
    expect(saved.length).toBeGreaterThan(0);
    const former = parts;
    parts = under(6);
    await parts.loop.restore();
    await parts.loop.save();
    apply.mockClear();
    parts = former;
    await pass(12, 20, 300);
    expect(apply).not.toHaveBeenCalled();
    expect(decodeState((await state.list('actuator/pools/'))[0]!.value)).toMatchObject({ term: 6 });
  });

  it('leaves the orchestrator alone between plans', async () => {
    await pass(30, 20);
    const apply = vi.spyOn(orchestrator, 'apply');
    await pass(10, 20);
    expect(apply.mock.calls.length).toBeLessThanOrEqual(3);
  });

  it('goes on after a restart as if nothing had happened', async () => {
    await pass(60, 60);
    const before = plan();
    const leadTimeMs = parts.board.pools()[0]?.leadTimeMs;
    await parts.loop.save();
    parts = assembleParts();
    await parts.loop.restore();
    expect(parts.board.decisions(10)).toEqual([]);
    await pass(1, 60);
    expect(plan().allocation).toEqual(before.allocation);
    expect(plan().assignment).toEqual(before.assignment);
    expect(plan().changed).toBe(false);
    expect(parts.board.pools()[0]?.leadTimeMs).toBe(leadTimeMs);
    expect(parts.loop.situations[0]?.demandScores[0]?.scored).toBeGreaterThan(20);
    expect([...parts.book.loadScores()][0]?.scores[0]?.scored).toBeGreaterThan(40);
  });

  it('survives a source that fails, counts it and plans on', async () => {
    vi.spyOn(log, 'lag').mockRejectedValue(new Error('log gone'));
    await pass(20, 20);
    expect(plan().allocation.workers).toBeGreaterThanOrEqual(1);
    expect((await parts.metrics.text()).body).toMatch(/collect_failures_total\{source="lag"\} \d+/);
    expect(parts.board.snapshot().partitions[0]?.lagRecords).toBeNull();
  });

  it('is ready once it has planned, and stuck when it stops running', async () => {
    expect(parts.board.notReady()).toEqual(['the first control cycle has not run']);
    await pass(1, 20);
    expect(parts.board.notReady()).toEqual([]);
    await clock.advance(16_000);
    expect(parts.board.stuck()).toHaveLength(1);
  });
});

describe('metrics', () => {
  it('say what the page says', async () => {
    await pass(25, 60);
    const { body } = await parts.metrics.text();
    const value = (pattern: RegExp): number => Number(pattern.exec(body)?.[1]);
    expect(value(/^foreshadow_partition_load_records_per_second\{partition="orders\/0"\} (.+)$/m)).toBe(60);
    expect(value(/^foreshadow_pool_planned_workers\{pool="workers"\} (.+)$/m)).toBe(
      plan().allocation.workers,
    );
    expect(
      value(
        /^foreshadow_partition_forecast_records_per_second\{partition="orders\/1",horizon_seconds="5",bound="upper"\} (.+)$/m,
      ),
    ).toBe(61);
    expect(
      value(/^foreshadow_forecast_coverage_ratio\{partition="orders\/0",horizon_seconds="5"\} (.+)$/m),
    ).toBe(1);
    for (const line of body.split('\n').filter((l) => l !== '' && !l.startsWith('#'))) {
      expect(line).toMatch(/^[a-z_]+(\{[^}]*\})? (-?[0-9.e+-]+|\+Inf|NaN)$/);
    }
  });

  it('tell how demand quantiles held against what workers used', async () => {
    await pass(120, 60);
    const { body } = await parts.metrics.text();
    const labels = '{pool="workers",resource="cpuCores",horizon_seconds="5"}';
    const value = (name: string): number =>
      Number(
        body
          .split('\n')
          .find((line) => line.startsWith(`foreshadow_demand_${name}${labels}`))
          ?.split(' ')[1],
      );
    expect(value('scored')).toBeGreaterThan(30);
    expect(value('coverage_ratio')).toBeGreaterThan(0.8);
    expect(value('given_coverage_ratio')).toBeGreaterThan(0.8);
  });

  it('tell how intervals of whole partitions and of cumulative loads held', async () => {
    await pass(100, 60);
    const { body } = await parts.metrics.text();
    for (const name of ['recent', 'given', 'cumulative', 'given_cumulative']) {
      const line = `foreshadow_forecast_${name}_coverage_ratio{partition="orders/0",horizon_seconds="5"} 1`;
      expect(body.split('\n')).toContain(line);
    }
    // One edge: there is nothing to correlate.
    expect(body).not.toMatch(/^foreshadow_forecast_edge_correlation\{/m);
  });

  it('carry no zero for what is unknown', async () => {
    await pass(2, undefined);
    const { body } = await parts.metrics.text();
    expect(body).not.toMatch(/^foreshadow_partition_load_records_per_second\{/m);
    expect(body).not.toMatch(/^foreshadow_pool_demand_cpu_cores\{/m);
  });
});
