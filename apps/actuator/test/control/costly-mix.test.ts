import {
  type LoadForecast,
  type PartitionKey,
  partitionKey,
  type Utilization,
  Xoshiro128,
} from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { ForecastEngine } from '@foreshadow/forecast';
import { MemoryOrchestrator, MemoryStreamLog, StateWorkerRegistry } from '@foreshadow/ports';
import { WorkTracker } from '@foreshadow/shadow-thread';
import { FakeClock, poisson } from '@foreshadow/testkit';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { counted, resources, sampleOf, worldOf } from '../helpers.ts';

const PARTITIONS: readonly PartitionKey[] = Array.from({ length: 8 }, (_, i) => partitionKey('orders', i));
const MEAN = 30;
const COST_SECONDS = 0.00075;
const BASE = 0.01;
const CHANGES_AT = 180;
const TICKS = 280;
const PROBED = 0.1;
const START_DELAY_MS = 15_000;
const config = parseConfig({
  streams: [{ name: 'orders', partitions: PARTITIONS.length }],
  pools: [
    {
      name: 'workers',
      stream: 'orders',
      maxWorkers: PARTITIONS.length,
      minWorker: resources(0.05),
      maxWorker: resources(0.25),
      hints: { base: { cpuCores: BASE }, perRecord: { cpuCores: 0.0008 } },
      policy: { leadTimeMs: START_DELAY_MS + 1000 },
    },
  ],
  forecast: { tickMs: 1000, horizonsMs: [5000, 60_000] },
  actuator: { mode: 'act', planIntervalMs: 2000 },
});

/** What came of the change, in ticks after it. */
interface Outcome {
  readonly planned: number;
  readonly mostLagSeconds: number;
  readonly lateTicks: number;
}

/**
 * From some tick on one record in ten costs twenty times as much, at the same rate. Workers process what their allowance lets them, and
 * the log keeps the rest.
 */
async function run(isProbed: boolean): Promise<Outcome> {
  const clock = new FakeClock();
  const log = new MemoryStreamLog(clock);
  await log.createStream('orders', PARTITIONS.length);
  const orchestrator = new MemoryOrchestrator({ clock, startDelayMs: START_DELAY_MS });
  const world = worldOf(clock, { log, orchestrator });
  const parts = assemble(config, world);
  const registry = new StateWorkerRegistry(world.state);
  const engine = new ForecastEngine({ ...config.forecast, fits: false });
  const tracker = new WorkTracker(PARTITIONS.length);
  const rng = new Xoshiro128(5);
  /** CPU seconds of the records that wait, oldest first. */
  const waiting = PARTITIONS.map((): number[] => []);
  let planned = NaN;
  let mostLagSeconds = 0;
  let lateTicks = 0;
  let cores = 0;
  for (let tick = 1; tick <= TICKS; tick++) {
    await clock.advance(1000);
    const at = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    tracker.tick();
    for (const [i, partition] of PARTITIONS.entries()) await arrive(i, partition, tick, at);
    for (const worker of parts.loop.situations[0]?.workers ?? []) {
      if (worker.phase === 'ready' && worker.owns.length > 0) await registry.report(await process(worker));
    }
    await parts.loop.cycle();
    const plan = parts.board.plan().pools[0];
    const asked = (plan?.allocation.workers ?? 0) * (plan?.allocation.perWorker.cpuCores ?? 0);
    if (tick === CHANGES_AT) cores = asked;
    if (tick > CHANGES_AT && Number.isNaN(planned) && asked > cores * 1.2) planned = tick - CHANGES_AT;
    const lag = Math.max(...waiting.map((w) => w.length)) / MEAN;
    if (tick > CHANGES_AT) {
      mostLagSeconds = Math.max(mostLagSeconds, lag);
      if (lag > 2) lateTicks++;
    }
  }
  return { planned, mostLagSeconds, lateTicks };

  async function arrive(
    i: number,
    partition: PartitionKey,
    tick: number,
    at: { wallMs: number; monotonicMs: number },
  ) {
    const count = poisson(rng, MEAN);
    const costs = Array.from({ length: count }, () => {
      const isCostly = rng.next() < 0.1 && tick >= CHANGES_AT;
      return COST_SECONDS * (isCostly ? 20 : 1) * (0.5 + rng.next());
    });
    waiting[i]!.push(...costs);
    const value = new Uint8Array(1);
    await log.append(
      new Map([[partition, costs.map(() => ({ key: undefined, value, timestampMs: at.wallMs }))]]),
    );
    const probed = costs.filter(() => rng.next() < PROBED).map((cost) => 1e6 * cost);
    const sum = probed.reduce((a, b) => a + b, 0);
    const squares = probed.reduce((a, b) => a + b * b, 0);
    tracker.add({ partition: i, count: probed.length, sum, squares });
    engine.observe(partition, at.wallMs, count);
    const workPerRecord = isProbed ? tracker.workPerRecord(i) : undefined;
    const sample = sampleOf(partition, at.wallMs, count);
    const workPerSec = workPerRecord && counted(count * workPerRecord.value);
    parts.book.onSamples('edge', [{ ...sample, workPerSec }], at);
    const forecast = engine.forecast(partition);
    if (forecast === undefined) return;
    const ratios: LoadForecast['ratios'] = {
      bytesPerRecord: counted(200),
      workPerRecord,
      distinctKeysPerRecord: undefined,
    };
    parts.book.onForecasts('edge', [{ partition, ratios, ...forecast }], at);
  }

  async function process(worker: {
    readonly id: string;
    readonly allowance: Utilization['allowance'];
    readonly owns: readonly PartitionKey[];
  }): Promise<Utilization> {
    let left = worker.allowance.cpuCores - BASE;
    const partitions = [];
    for (const partition of worker.owns) {
      const queue = waiting[PARTITIONS.indexOf(partition)]!;
      let [done, cpuCores] = [0, 0];
      while (done < queue.length && queue[done]! <= left) {
        left -= queue[done]!;
        cpuCores += queue[done]!;
        done++;
      }
      queue.splice(0, done);
      const committed = await log.committed(partition, 'workers');
      await log.commit(partition, 'workers', committed + done, 1);
      partitions.push({
        partition,
        processedRecordsPerSec: done,
        processedBytesPerSec: done * 200,
        processedWorkPerSec: undefined,
        cpuCores,
        lagRecords: queue.length,
        lagSeconds: queue.length / MEAN,
      });
    }
    const cpuCores = worker.allowance.cpuCores - left;
    const isHeldBack = partitions.some((p) => p.lagRecords > 0);
    return {
      worker: worker.id,
      pool: 'workers',
      atMs: clock.nowMs(),
      windowMs: 1000,
      used: { ...resources(cpuCores), memoryBytes: 5e7, networkBytesPerSec: 0, diskBytesPerSec: 0 },
      allowance: worker.allowance,
      busyFraction: cpuCores / worker.allowance.cpuCores,
      throttledFraction: isHeldBack ? 0.3 : 0,
      partitions,
    };
  }
}

describe('records that begin to cost more at the same rate', { timeout: 120_000 }, () => {
  it('are planned for as soon as a probe shows it, and keep the workers behind for a shorter time', async () => {
    const [probed, reactive] = [await run(true), await run(false)];
    expect(probed.planned).toBeLessThan(reactive.planned / 2);
    expect(probed.lateTicks).toBeLessThan(reactive.lateTicks);
    expect(probed.mostLagSeconds).toBeLessThan(reactive.mostLagSeconds);
  });
});
