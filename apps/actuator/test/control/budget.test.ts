import { type PartitionKey, type PoolPlan, partitionKey } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { MemoryOrchestrator, MemoryStreamLog } from '@foreshadow/ports';
import { FakeClock } from '@foreshadow/testkit';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../src/assemble.ts';
import { flatForecast, resources, sampleOf, worldOf } from '../helpers.ts';

const STREAMS = ['orders', 'clicks'] as const;
const PARTITIONS = 4;
const keysOf = (stream: string): PartitionKey[] =>
  Array.from({ length: PARTITIONS }, (_, p) => partitionKey(stream, p));

/** Two pools that take what they get from one budget; a record costs a millisecond of CPU. */
async function twoPools(budget: Record<string, number>, weights: readonly number[]) {
  const config = parseConfig({
    streams: STREAMS.map((name) => ({ name, partitions: PARTITIONS })),
    pools: STREAMS.map((stream, i) => ({
      name: `${stream}-workers`,
      stream,
      maxWorkers: PARTITIONS,
      minWorker: resources(0.05),
      maxWorker: resources(0.5),
      weight: weights[i],
      hints: { base: { cpuCores: 0.01 }, perRecord: { cpuCores: 0.001 } },
      policy: { leadTimeMs: 5000 },
    })),
    forecast: { tickMs: 1000, horizonsMs: [5000, 60_000] },
    actuator: { mode: 'act', planIntervalMs: 2000, budget },
  });
  const clock = new FakeClock();
  const log = new MemoryStreamLog(clock);
  for (const stream of STREAMS) await log.createStream(stream, PARTITIONS);
  const orchestrator = new MemoryOrchestrator({ clock, startDelayMs: 1000 });
  const parts = assemble(config, worldOf(clock, { log, orchestrator }));
  return {
    /** Let seconds pass with these records/s on each partition of the two streams. */
    pass: async (seconds: number, rates: readonly number[]): Promise<void> => {
      for (let s = 0; s < seconds; s++) {
        await clock.advance(1000);
        const at = { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
        for (const [i, stream] of STREAMS.entries()) {
          const keys = keysOf(stream);
          const rate = rates[i]!;
          parts.book.onSamples(
            'edge',
            keys.map((p) => sampleOf(p, at.wallMs, rate)),
            at,
          );
          parts.book.onForecasts(
            'edge',
            keys.map((p) => flatForecast(p, at.wallMs, rate, 1)),
            at,
          );
        }
        await parts.loop.cycle();
      }
    },
    plans: (): readonly PoolPlan[] => parts.board.plan().pools,
  };
}

const coresOf = ({ allocation }: PoolPlan): number => allocation.workers * allocation.perWorker.cpuCores;

describe('a budget for all pools', () => {
  it('cuts nobody while it is enough', async () => {
    const { pass, plans } = await twoPools({ cpuCores: 4 }, [1, 1]);
    await pass(30, [50, 100]);
    for (const plan of plans()) expect(plan.reason).not.toBe('OVER_BUDGET');
  });

  it('is kept, gives the small pool all it needs, and says what the other one lacks', async () => {
    const { pass, plans } = await twoPools({ cpuCores: 0.8 }, [1, 1]);
    await pass(40, [40, 300]);
    const [small, large] = plans() as [PoolPlan, PoolPlan];
    expect(coresOf(small)).toBeGreaterThan(0.16);
    expect(small.reason).not.toBe('OVER_BUDGET');
    expect(large.reason).toBe('OVER_BUDGET');
    expect(coresOf(small) + coresOf(large)).toBeLessThanOrEqual(0.8 + 1e-6);
    expect(large.unfulfilled.join()).toMatch(/cpuCores: 2 asked for, 0\.\d+ within the budget/);
  });

  it('is shared by weight when both lack', async () => {
    const { pass, plans } = await twoPools({ cpuCores: 0.8 }, [3, 1]);
    await pass(40, [300, 300]);
    const [first, second] = plans().map(coresOf) as [number, number];
    expect(first / second).toBeCloseTo(3, 1);
  });

  it('gives back what the other no longer asks for', async () => {
    const { pass, plans } = await twoPools({ cpuCores: 0.8 }, [1, 1]);
    await pass(40, [300, 300]);
    await pass(120, [20, 300]);
    expect(coresOf(plans()[1]!)).toBeGreaterThan(0.6);
  });
});
