import { type Estimate, type LoadForecast, RESOURCES, Xoshiro128 } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createDemandState,
  demandForecast,
  demandOf,
  type DemandState,
  observeUtilization,
  restoreDemandState,
  workerBase,
} from '../src/index.ts';
import { BYTES_PER_RECORD, tick, TRUTH } from './truth.ts';

const load = (recordsPerSec: number, bytesPerSec = NaN) => ({
  recordsPerSec,
  bytesPerSec,
  workPerSec: NaN,
  distinctKeys: NaN,
});

function learned(ticks: number, rates: (t: number) => readonly number[] = () => [100, 30]): DemandState {
  const rng = new Xoshiro128(3);
  let state = createDemandState();
  for (let t = 1; t <= ticks; t++) {
    state = observeUtilization(state, tick(rng, { atMs: t * 1000, rates: rates(t) }));
  }
  return state;
}

const forecast = (mean: readonly number[], width: number, ratio?: Estimate): LoadForecast => ({
  partition: 'orders/0',
  issuedAtMs: 5000,
  path: {
    horizonsMs: mean.map((_, i) => (i + 1) * 1000),
    mean,
    lower: mean.map((m) => m - width),
    upper: mean.map((m) => m + width),
  },
  ratios: { bytesPerRecord: ratio, workPerRecord: undefined, distinctKeysPerRecord: undefined },
  leadingExpert: 'naive',
  warmingUp: false,
});

describe('demand of a load', () => {
  it('is unknown without evidence, and after idle ticks only', () => {
    expect(demandOf(createDemandState(), load(100))).toBeUndefined();
    expect(
      demandOf(
        learned(20, () => [0, 0]),
        load(100),
      ),
    ).toBeUndefined();
  });

  it('is unknown for a load that is unknown', () => {
    expect(demandOf(learned(20), load(NaN))).toBeUndefined();
    expect(demandOf(learned(20), load(-1))).toBeUndefined();
  });

  it('derives bytes that were not observed from records', () => {
    const state = learned(60);
    const derived = demandOf(state, load(100))!.mean.cpuCores;
    const given = demandOf(state, load(100, 100 * BYTES_PER_RECORD))!.mean.cpuCores;
    expect(derived / given).toBeCloseTo(1, 1);
  });

  it('follows hints before evidence and evidence after', () => {
    const hints = { perRecord: { cpuCores: 0.01 }, base: { cpuCores: 0.3 } };
    let state = createDemandState({ hints });
    expect(demandOf(state, load(100))!.mean.cpuCores).toBeCloseTo(1);
    expect(workerBase(state).cpuCores).toBeCloseTo(0.3);
    const rng = new Xoshiro128(1);
    for (let t = 1; t <= 60; t++)
      state = observeUtilization(state, tick(rng, { atMs: t * 1000, rates: [80 + t] }));
    const actual =
      100 * (TRUTH.coresPerRecord + TRUTH.overheadPerRecord + TRUTH.coresPerByte * BYTES_PER_RECORD);
    expect(Math.abs(demandOf(state, load(100))!.mean.cpuCores / actual - 1)).toBeLessThan(0.1);
  });

  it('keeps hints through ticks that carried no load', () => {
    const rng = new Xoshiro128(1);
    let state = createDemandState({ hints: { perRecord: { cpuCores: 0.01 } } });
    for (let t = 1; t <= 20; t++)
      state = observeUtilization(state, tick(rng, { atMs: t * 1000, rates: [0] }));
    expect(demandOf(state, load(100))!.mean.cpuCores).toBeCloseTo(1);
  });

  it('refuses hints that are negative', () => {
    expect(() => createDemandState({ hints: { perByte: { cpuCores: -1 } } })).toThrow(
      'hints.perByte.cpuCores: at least 0 and finite; got -1',
    );
  });

  it('learns that one partition costs more than its pool', () => {
    const rng = new Xoshiro128(9);
    let state = createDemandState();
    for (let t = 1; t <= 120; t++) {
      const u = tick(rng, { atMs: t * 1000, rates: [50, 50, 50, 50] });
      const partitions = u.partitions.map((p, i) => (i === 2 ? { ...p, cpuCores: p.cpuCores * 2 } : p));
      const extra = u.partitions[2]!.cpuCores;
      state = observeUtilization(state, {
        ...u,
        partitions,
        used: { ...u.used, cpuCores: u.used.cpuCores + extra },
      });
    }
    const dear = demandOf(state, load(50), 'orders/2')!.mean.cpuCores;
    const cheap = demandOf(state, load(50), 'orders/0')!.mean.cpuCores;
    expect(dear / cheap).toBeGreaterThan(1.7);
    expect(dear / cheap).toBeLessThan(2.2);
  });

  it('takes memory as a stock that is known by its peaks', () => {
    const base = workerBase(learned(60)).memoryBytes;
    expect(base).toBeGreaterThan(84e6);
    expect(base).toBeLessThan(90e6);
    expect(demandOf(learned(60), load(100))!.mean.memoryBytes).toBeLessThan(5e6);
  });

  it('finds network by bytes and disk that is not used at zero', () => {
    const { mean } = demandOf(learned(60), load(100, 50_000))!;
    expect(Math.abs(mean.networkBytesPerSec / 55_000 - 1)).toBeLessThan(0.1);
    expect(mean.diskBytesPerSec).toBe(0);
  });

  it('never falls when load rises', () => {
    const state = learned(60, (t) => [100 + 30 * Math.sin(t / 7), 30]);
    const rate = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(rate, rate, (a, b) => {
        const low = demandOf(state, load(Math.min(a, b)))!.mean;
        const high = demandOf(state, load(Math.max(a, b)))!.mean;
        return RESOURCES.every((r) => low[r] <= high[r] && low[r] >= 0);
      }),
    );
  });
});

describe('demand of a forecast', () => {
  it('has ordered quantiles that hold both uncertainties', () => {
    const state = learned(60);
    const demand = demandForecast(state, forecast([100, 120], 20))!;
    expect(demand.points.map((p) => p.horizonMs)).toEqual([1000, 2000]);
    for (const [i, point] of demand.points.entries()) {
      const rate = [100, 120][i]!;
      for (const r of RESOURCES) {
        expect(point.lower[r]).toBeGreaterThanOrEqual(0);
        expect(point.lower[r]).toBeLessThanOrEqual(point.median[r]);
        expect(point.upper[r]).toBeGreaterThanOrEqual(point.median[r]);
      }
      expect(point.upper.cpuCores).toBeGreaterThanOrEqual(demandOf(state, load(rate + 20))!.mean.cpuCores);
    }
  });

  it('is wider where the ratio of bytes to records is uncertain', () => {
    const state = learned(60);
    const sure = demandForecast(state, forecast([100], 5, { value: 500, standardError: 0 }))!;
    const unsure = demandForecast(state, forecast([100], 5, { value: 500, standardError: 200 }))!;
    expect(unsure.points[0]!.upper.networkBytesPerSec).toBeGreaterThan(
      sure.points[0]!.upper.networkBytesPerSec * 1.2,
    );
  });

  it('leaves out points that are not known, and is unknown without any', () => {
    const state = learned(60);
    expect(demandForecast(state, forecast([NaN, 50], 5))!.points.map((p) => p.horizonMs)).toEqual([2000]);
    expect(demandForecast(state, forecast([NaN], 5))).toBeUndefined();
    expect(demandForecast(createDemandState(), forecast([100], 5))).toBeUndefined();
  });
});

describe('state', () => {
  it('survives JSON without a change in what it says', () => {
    const state = learned(60);
    const again = restoreDemandState(JSON.parse(JSON.stringify(state)));
    expect(demandOf(again, load(77))).toEqual(demandOf(state, load(77)));
    expect(workerBase(again)).toEqual(workerBase(state));
  });

  it('refuses what another version wrote', () => {
    expect(() => restoreDemandState({ version: 2 })).toThrow('another version');
    expect(() => restoreDemandState(null)).toThrow('another version');
  });
});

describe('work that a probe measures', () => {
  /** Records cost 10 µs of CPU for each unit of work, of which they hold 100, beside a base. */
  const UNIT_CPU = 10e-6;
  const utilization = (atMs: number, rate: number, work: number) => {
    const u = tick(new Xoshiro128(atMs), { atMs, rates: [rate] });
    const cpuCores = rate * work * UNIT_CPU;
    return {
      ...u,
      used: { ...u.used, cpuCores: 0.02 + cpuCores },
      partitions: u.partitions.map((part) => ({ ...part, cpuCores, processedWorkPerSec: rate * work })),
    };
  };

  it.each([
    ['without hints', {}],
    ['with a hint for a record', { perRecord: { cpuCores: 0.0008 } }],
  ])('tells what records will cost when they change, before any worker has met them: %s', (_, hints) => {
    let state = createDemandState({ hints });
    for (let t = 1; t <= 120; t++)
      state = observeUtilization(state, utilization(t * 1000, 200 + (t % 9), 100));
    const demandAt = (work: number): number => {
      const present = { ...load(200, 200 * BYTES_PER_RECORD), workPerSec: 200 * work };
      return demandOf(state, present)?.mean.cpuCores ?? NaN;
    };
    expect(demandAt(100) / (200 * 100 * UNIT_CPU)).toBeCloseTo(1, 1);
    expect(demandAt(290) / demandAt(100)).toBeGreaterThan(2.6);
    expect(demandAt(290) / demandAt(100)).toBeLessThan(3.1);
  });

  it('falls back on what records cost on average where the probe is gone', () => {
    let state = createDemandState();
    for (let t = 1; t <= 120; t++) state = observeUtilization(state, utilization(t * 1000, 200, 100));
    const cpuCores = demandOf(state, load(200))?.mean.cpuCores ?? NaN;
    expect(cpuCores / (200 * 100 * UNIT_CPU)).toBeCloseTo(1, 1);
  });
});
