import { RESOURCES, type Utilization, Xoshiro128 } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  calibrateDemand,
  createDemandCalibration,
  createDemandState,
  demandOf,
  type DemandState,
  followDemand,
  observeUtilization,
  workerBase,
} from '../src/index.ts';
import { tick } from './truth.ts';

const LOAD = { recordsPerSec: 100, bytesPerSec: 50_000, workPerSec: NaN, distinctKeys: NaN };

function learned(): DemandState {
  const rng = new Xoshiro128(5);
  let state = createDemandState();
  for (let t = 1; t <= 60; t++)
    state = observeUtilization(state, tick(rng, { atMs: t * 1000, rates: [100, 20] }));
  return state;
}

const good = (atMs: number): Utilization => tick(new Xoshiro128(8), { atMs, rates: [100, 20] });

describe('hostile input', () => {
  it.each([NaN, Infinity, -Infinity, -1])('ignores and counts processed records of %d', (bad) => {
    const before = learned();
    const u = good(61_000);
    const partitions = [{ ...u.partitions[0]!, processedRecordsPerSec: bad }, u.partitions[1]!];
    const after = observeUtilization(before, { ...u, partitions });
    expect(after).toEqual({ ...before, rejected: before.rejected + 1 });
  });

  it.each([NaN, Infinity, -1])('ignores and counts a use of %d, and learns the rest of the tick', (bad) => {
    const before = learned();
    const u = good(61_000);
    const after = observeUtilization(before, { ...u, used: { ...u.used, cpuCores: bad } });
    expect(after.rejected).toBe(before.rejected + 1);
    expect(after.models.cpuCores.fit).toEqual(before.models.cpuCores.fit);
    expect(after.models.networkBytesPerSec.moments.weight).toBeGreaterThan(
      before.models.networkBytesPerSec.moments.weight,
    );
  });

  it('ignores a tick without a time', () => {
    expect(observeUtilization(learned(), good(NaN)).rejected).toBe(1);
  });

  it('keeps its evidence over a long pause and when the clock goes back', () => {
    const before = learned();
    const expected = demandOf(before, LOAD)!.mean.cpuCores;
    for (const atMs of [1e12, -1e12, 0]) {
      const after = observeUtilization(before, good(atMs));
      expect(Math.abs(demandOf(after, LOAD)!.mean.cpuCores / expected - 1)).toBeLessThan(0.05);
      expect(after.models.cpuCores.moments.weight).toBeGreaterThan(
        before.models.cpuCores.moments.weight * 0.95,
      );
    }
  });

  it('counts again from a clock that went back', () => {
    let state = learned();
    for (let t = 1; t <= 300; t++) state = observeUtilization(state, good(t * 1000 - 1e9));
    // Without forgetting the weight would have grown to 360.
    expect(state.models.cpuCores.moments.weight).toBeLessThan(125);
  });

  it('stays finite and non-negative whatever it is told', () => {
    const value = fc.oneof(
      fc.double(),
      fc.constantFrom(0, NaN, Infinity, -1, 1e300, 1e-300),
      fc.double({ min: 0, max: 1e4 }),
    );
    const vector = fc.record({
      cpuCores: value,
      memoryBytes: value,
      networkBytesPerSec: value,
      diskBytesPerSec: value,
    });
    const part = fc.record({
      records: value,
      bytes: value,
      work: fc.option(value, { nil: undefined }),
      cpu: value,
    });
    const observation = fc.record({
      atMs: value,
      windowMs: value,
      used: vector,
      parts: fc.array(part, { maxLength: 3 }),
      throttled: value,
    });
    fc.assert(
      fc.property(fc.array(observation, { maxLength: 12 }), (observations) => {
        let state = createDemandState();
        for (const o of observations) {
          state = observeUtilization(state, {
            ...good(o.atMs),
            windowMs: o.windowMs,
            used: o.used,
            throttledFraction: o.throttled,
            partitions: o.parts.map((p, i) => ({
              partition: `orders/${i}` as const,
              processedRecordsPerSec: p.records,
              processedBytesPerSec: p.bytes,
              processedWorkPerSec: p.work,
              cpuCores: p.cpu,
              lagRecords: 0,
              lagSeconds: 0,
            })),
          });
        }
        const base = workerBase(state);
        const demand = demandOf(state, LOAD);
        for (const r of RESOURCES) {
          expect(base[r]).toBeGreaterThanOrEqual(0);
          expect(base[r]).toBeLessThan(Infinity);
          if (demand !== undefined) expect(demand.mean[r] < 0 || demand.mean[r] === Infinity).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});

const wild = fc.oneof(
  fc.double(),
  fc.constantFrom(0, NaN, Infinity, -Infinity, -5, 1e300),
  fc.double({ min: 0, max: 10 }),
);
const wildResources = fc.record({
  cpuCores: wild,
  memoryBytes: wild,
  networkBytesPerSec: wild,
  diskBytesPerSec: wild,
});
const sane = fc.double({ min: 0, max: 1e12, noNaN: true });
const saneResources = fc.record({
  cpuCores: sane,
  memoryBytes: sane,
  networkBytesPerSec: sane,
  diskBytesPerSec: sane,
});

it('calibrated quantiles never cross, are finite and not negative, whatever workers report', () => {
  const report = fc.record({
    used: wildResources,
    throttled: wild,
    window: wild,
    lag: wild,
    lower: wildResources,
    upper: wildResources,
    median: saneResources,
    late: wild,
  });
  fc.assert(
    fc.property(fc.array(report, { minLength: 40, maxLength: 80 }), (reports) => {
      let c = createDemandCalibration([1000, 5000]);
      reports.forEach((o, t) => {
        const nowMs = t * 1000;
        const points = [1000, 3000, 5000].map((horizonMs) => ({
          horizonMs,
          median: o.median,
          lower: o.lower,
          upper: o.upper,
        }));
        const forecast = { partition: 'orders/0' as const, issuedAtMs: nowMs, points };
        const odd = t % 7 === 0;
        const u = tick(new Xoshiro128(1), { atMs: nowMs, rates: [10] });
        const utilization = [
          {
            ...u,
            windowMs: odd ? o.window : 1000,
            used: o.used,
            throttledFraction: odd ? o.throttled : 0,
            partitions: u.partitions.map((p) => ({ ...p, lagSeconds: odd ? o.lag : 0 })),
          },
        ];
        const base = t % 5 === 0 ? o.used : o.median;
        c = followDemand(c, { forecasts: [forecast], base, utilization }, odd ? o.late : nowMs);
        for (const point of calibrateDemand(c, forecast).points) {
          for (const r of RESOURCES) {
            expect(point.lower[r]).toBeGreaterThanOrEqual(0);
            expect(point.lower[r]).toBeLessThanOrEqual(point.median[r]);
            expect(point.upper[r]).toBeGreaterThanOrEqual(point.median[r]);
            expect(point.upper[r]).toBeLessThan(Infinity);
          }
        }
      });
    }),
    { numRuns: 15 },
  );
}, 60_000);
