import type { LoadForecast, LoadSample, PartitionKey } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { MemoryOrchestrator, MemoryStateStore, StateWorkerRegistry } from '@foreshadow/ports';
import type { PartitionScores } from '@foreshadow/protocol';
import { FakeClock } from '@foreshadow/testkit';
import { beforeEach, describe, expect, it } from 'vitest';
import { assemble, type Parts } from '../src/assemble.ts';
import { flatForecast, modelOf, resources, sampleOf, usedFor, worldOf } from './helpers.ts';

const P: PartitionKey = 'orders/0';
const ABSURD = [NaN, Infinity, -Infinity, -1, 0, Number.MAX_VALUE, Number.MIN_VALUE];

let clock: FakeClock;
let state: MemoryStateStore;
let parts: Parts;

function make(partitions: number, pools = true): void {
  clock = new FakeClock();
  state = new MemoryStateStore(clock);
  const config = parseConfig({
    streams: partitions === 0 ? [] : [{ name: 'orders', partitions }],
    pools: pools && partitions > 0 ? [{ name: 'workers', stream: 'orders' }] : [],
    forecast: { horizonsMs: [5000, 60_000] },
    actuator: { mode: 'act', planIntervalMs: 1000 },
  });
  const orchestrator = new MemoryOrchestrator({ clock, startDelayMs: 1000 });
  parts = assemble(config, worldOf(clock, { state, orchestrator }));
}

const at = () => ({ wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() });

async function cycle(ms = 1000): Promise<void> {
  await clock.advance(ms);
  await parts.loop.cycle();
}

/** Cycles that failed so far; none may. */
async function failures(): Promise<number> {
  const { body } = await parts.metrics.text();
  return Number(/^foreshadow_actuator_cycle_failures_total (\d+)/m.exec(body)?.[1]);
}

function isFiniteOrNull(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isFiniteOrNull);
  return true;
}

/** Scores of which every number is absurd; the link lets none in, but what came in some other way must do no harm. */
function absurdScores(value: number): PartitionScores {
  const score = {
    scored: value,
    wape: value,
    wapeNaive: value,
    bias: value,
    coverage90: value,
    width90: value,
  };
  const model = modelOf({
    stepMs: value,
    score: value,
    trainedOn: { fromMs: value, toMs: value, count: value },
  });
  return {
    partition: P,
    atMs: value,
    horizons: [5000, 60_000].map((horizonMs) => ({ ...score, horizonMs })),
    experts: [{ name: 'naive', weights: [value, value, value] }],
    seasons: [{ stepMs: value, lengths: [value] }],
    drift: [{ atMs: value, kind: 'x' }],
    models: [model],
    features: [{ stepMs: value, name: 'x', isIn: true, saved: value, score: value }],
  };
}

beforeEach(() => make(2));

describe('absurd reports', () => {
  it.each(ABSURD)('of load: %d', async (value) => {
    for (let i = 0; i < 10; i++) {
      const wallMs = clock.nowMs();
      const good = sampleOf(P, wallMs, 50);
      const estimate = { value, standardError: value };
      const sample: LoadSample = { ...good, recordsPerSec: estimate, bytesPerSec: estimate };
      const forecast: LoadForecast = flatForecast(P, wallMs, value, value);
      parts.book.onSamples('bad', [sample, { ...good, atMs: value }], at());
      parts.book.onForecasts('bad', [forecast, { ...forecast, issuedAtMs: value }], at());
      const model = {
        atMs: value,
        state: new Uint8Array(3),
        clockOffsetMs: value,
        nodeId: 'bad',
        epoch: value,
      };
      parts.models.onModel(P, model, parts.book.onModel(P, model, at()));
      parts.models.book.onScores('bad', [absurdScores(value)], value);
      await cycle();
    }
    parts.book.endSession('bad');
    await cycle();
    expect(await failures()).toBe(0);
    // NaN would become null on the way out, where the page expects numbers.
    expect(isFiniteOrNull(parts.board.snapshot().partitions)).toBe(true);
    expect(parts.board.plan().pools[0]?.allocation.workers).toBeGreaterThanOrEqual(1);
    const weights = parts.board.weights('orders', 0, undefined);
    expect(weights.experts.flatMap((e) => e.weights).every((w) => w >= 0 && w <= 1)).toBe(true);
    expect((await parts.metrics.text()).body).toContain('foreshadow_forecast_leading_expert_info');
  });

  it.each(ABSURD)('of utilization: %d', async (value) => {
    const registry = new StateWorkerRegistry(state);
    await cycle();
    for (let i = 0; i < 10; i++) {
      await registry.report({
        worker: 'workers-1',
        pool: 'workers',
        atMs: clock.nowMs(),
        windowMs: 1000,
        used: { ...usedFor(10), cpuCores: value, memoryBytes: value },
        allowance: resources(value),
        busyFraction: value,
        throttledFraction: value,
        partitions: [
          {
            partition: P,
            processedRecordsPerSec: value,
            processedBytesPerSec: value,
            processedWorkPerSec: value,
            cpuCores: value,
            lagRecords: value,
            lagSeconds: value,
          },
        ],
      });
      parts.book.onSamples('edge', [sampleOf(P, clock.nowMs(), 50)], at());
      await cycle();
    }
    expect(await failures()).toBe(0);
    const workers = parts.board.plan().pools[0]?.allocation.workers ?? NaN;
    expect(workers).toBeGreaterThanOrEqual(1);
    expect(workers).toBeLessThanOrEqual(8);
  });
});

describe('clocks', () => {
  it('that are set back or forward cost no plan and no series for good', async () => {
    for (const stepMs of [0, -3_600_000, 7_200_000]) {
      clock.stepWall(stepMs);
      for (let i = 0; i < 5; i++) {
        parts.book.onSamples('edge', [sampleOf(P, clock.nowMs(), 50)], at());
        parts.book.onForecasts('edge', [flatForecast(P, clock.nowMs(), 50)], at());
        await cycle();
      }
    }
    expect(await failures()).toBe(0);
    const { view, series } = parts.board.partition('orders', 0);
    expect(view.recordsPerSec).toBe(50);
    const newestMs = series.at(-1)?.atMs ?? NaN;
    expect(Math.abs(newestMs - clock.nowMs())).toBeLessThan(5000);
    expect(parts.board.plan().pools[0]?.decidedAtMs).toBeGreaterThan(clock.nowMs() - 5000);
  });
});

describe('sizes', () => {
  it('of nothing at all', async () => {
    make(0);
    await cycle();
    expect(await failures()).toBe(0);
    expect(parts.board.snapshot()).toMatchObject({ pools: [], partitions: [], edges: [] });
    expect(parts.board.plan()).toEqual({ decidedAtMs: 0, pools: [] });
    expect(() => parts.board.partition('orders', 0)).toThrowError(/there are \(none\)/);
  });

  it('of a stream that no pool serves', async () => {
    make(2, false);
    parts.book.onSamples('edge', [sampleOf(P, clock.nowMs(), 50)], at());
    await cycle();
    expect(parts.board.partition('orders', 0).view).toMatchObject({ owner: null, lagRecords: null });
    expect(() => parts.board.partition('orders', 2)).toThrowError(/partitions 0 to 1, not 2/);
  });

  it('of many partitions, all of which fall silent at once', async () => {
    make(300);
    const all = Array.from({ length: 300 }, (_, i): PartitionKey => `orders/${i}`);
    for (let i = 0; i < 3; i++) {
      parts.book.onSamples(
        'edge',
        all.map((p) => sampleOf(p, clock.nowMs(), 10)),
        at(),
      );
      parts.book.onForecasts(
        'edge',
        all.map((p) => flatForecast(p, clock.nowMs(), 10)),
        at(),
      );
      await cycle();
    }
    parts.book.endSession('edge');
    await cycle();
    const bases = new Set([...parts.loop.loads.values()].map((load) => load.basis));
    expect(bases).toEqual(new Set(['forecast', 'actuator-forecast']));
    for (let i = 0; i < 8; i++) await cycle();
    expect([...parts.loop.loads.values()].every((load) => load.basis === 'actuator-forecast')).toBe(true);
    expect(await failures()).toBe(0);
  });
});
