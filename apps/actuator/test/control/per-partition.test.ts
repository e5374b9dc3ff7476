import { partitionKey } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { MemoryOrchestrator, MemoryStreamLog } from '@foreshadow/ports';
import { FakeClock } from '@foreshadow/testkit';
import { expect, it } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { flatForecast, resources, sampleOf, worldOf } from '../helpers.ts';

it('a pool for each partition gives each the size that it needs, the hot one more than the others', async () => {
  const config = parseConfig({
    streams: [{ name: 'orders', partitions: 4 }],
    pools: [
      {
        name: 'workers',
        stream: 'orders',
        mode: 'perPartition',
        minWorker: resources(0.05),
        maxWorker: resources(0.5),
        hints: { base: { cpuCores: 0.01 }, perRecord: { cpuCores: 0.001 } },
      },
    ],
    forecast: { tickMs: 1000, horizonsMs: [5000, 60_000] },
    actuator: { mode: 'act', planIntervalMs: 2000 },
  });
  const clock = new FakeClock();
  const log = new MemoryStreamLog(clock);
  await log.createStream('orders', 4);
  const orchestrator = new MemoryOrchestrator({ clock, startDelayMs: 1000 });
  const parts = assemble(config, worldOf(clock, { log, orchestrator }));
  const rates = [300, 60, 60, 60];
  for (let s = 0; s < 30; s++) {
    await clock.advance(1000);
    const at = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
    const keys = rates.map((_, p) => partitionKey('orders', p));
    parts.book.onSamples(
      'edge',
      keys.map((key, p) => sampleOf(key, at.wallMs, rates[p])),
      at,
    );
    parts.book.onForecasts(
      'edge',
      keys.map((key, p) => flatForecast(key, at.wallMs, rates[p]!, 1)),
      at,
    );
    await parts.loop.cycle();
  }
  const plans = parts.board.plan().pools;
  expect(plans.map(({ pool }) => pool)).toEqual(['workers-0', 'workers-1', 'workers-2', 'workers-3']);
  expect(plans.map(({ allocation }) => allocation.workers)).toEqual([1, 1, 1, 1]);
  const [hot, ...others] = plans.map(({ allocation }) => allocation.perWorker.cpuCores);
  expect(hot).toBeGreaterThan(0.3);
  for (const cores of others) expect(cores).toBeLessThan(0.15);
});
