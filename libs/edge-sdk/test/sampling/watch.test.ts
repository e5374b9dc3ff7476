import type { Clock } from '@foreshadow/domain';
import type { SampleSink } from '@foreshadow/shadow';
import { FakeClock } from '@foreshadow/testkit';
import { describe, expect, it } from 'vitest';
import { type EdgeStreamOptions, ForeshadowEdge, type ForeshadowEdgeOptions } from '../../src/index.ts';
import { watchSampling, type WatchOptions } from '../../src/sampling/index.ts';

const NOW_MS = 1_700_000_000_000;
const forecast = { tickMs: 1000, horizonsMs: [5000], forecaster: 'last-value' } as const;

/** A clock on which a trial of records that pass takes 50 ns a record, and one of samples 250 ns. */
function trialClock(): Clock {
  const clock = new FakeClock({ nowMs: NOW_MS });
  const stepsMs = [0, 512 * 50e-6, 0, 512 * 250e-6];
  let [call, now] = [0, 0];
  return {
    nowMs: () => clock.nowMs(),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    monotonicMs: () => (now += stepsMs[call++ % 4]!),
  };
}

function edgeOf(
  stream: Partial<EdgeStreamOptions>,
  watch: WatchOptions = {},
  options: Partial<ForeshadowEdgeOptions> = {},
) {
  const streams = [{ name: 'orders', partitions: 2, ...stream }];
  const sampling = watchSampling(watch);
  const edge = new ForeshadowEdge({
    nodeId: 'edge-1',
    streams,
    forecast,
    clock: trialClock(),
    sampling,
    ...options,
  });
  const tap = edge.tap('orders');
  let ticks = 0;
  /** A tick of so many records in each partition, of 1000 to 1999 bytes; gives how many were sampled of each. */
  const tick = (...counts: readonly number[]): number[] => {
    counts.forEach((count, partition) => {
      for (let i = 0; i < count; i++) tap.offer(partition, `k${i % 50}`, 1000 + (i % 1000));
    });
    ticks += 1;
    edge.tick(NOW_MS + 1000 * ticks);
    return edge.samples().map(({ sampled }) => sampled);
  };
  return { edge, tick };
}

const rateOf = (edge: ForeshadowEdge) => edge.sampling()[0]!;

describe('an edge that watches its sampling', () => {
  it('holds each tick within its budget: a larger one, a larger rate', () => {
    // 20 000 records pass at 50 ns: 1 ms. What is left of the budget buys samples at 200 ns.
    const kept = [0.002, 0.003, 0.005].map((overheadShare) => {
      const { edge, tick } = edgeOf({ overhead: { overheadShare, floorSamples: 30 } });
      const sampled = Array.from({ length: 15 }, () => tick(10_000, 10_000)).at(-1)!;
      expect(rateOf(edge).budget).toEqual({ share: overheadShare, reason: 'WITHIN_BUDGET' });
      expect(rateOf(edge).overheadShare).toBeLessThan(overheadShare * 1.1);
      return sampled[0]! + sampled[1]!;
    });
    for (const [i, samples] of [5000, 10_000, 20_000].entries()) {
      expect(kept[i]! / samples).toBeGreaterThan(0.85);
      expect(kept[i]! / samples).toBeLessThan(1.1);
    }
  });

  it('never goes below the floor, not for a busy neighbour, and says that the budget cannot be kept', () => {
    const { edge, tick } = edgeOf({ overhead: { overheadShare: 1e-4, floorSamples: 100 } });
    const sums = [0, 0];
    for (let t = 0; t < 50; t++) {
      const [busy, quiet] = tick(50_000, 80);
      if (t < 5) continue;
      sums[0]! += busy!;
      sums[1]! += quiet!;
    }
    expect(sums[0]! / 45).toBeGreaterThan(96);
    expect(sums[0]! / 45).toBeLessThan(120);
    expect(sums[1]! / 45).toBe(80);
    expect(rateOf(edge).budget?.reason).toBe('FLOOR_EXCEEDS_BUDGET');
    expect(rateOf(edge).maxRate).toBe(1);
    expect(rateOf(edge).minRate).toBeCloseTo(0.002, 3);
  });

  it('takes the time of the record path where it is told', () => {
    const rates = [500, 1000].map((pathMs) => {
      const overhead = { overheadShare: 0.004, floorSamples: 10 };
      const { edge, tick } = edgeOf({ overhead }, { pathMs: () => pathMs });
      for (let t = 0; t < 15; t++) tick(10_000, 10_000);
      return rateOf(edge).minRate;
    });
    expect(rates[0]! / rates[1]!).toBeGreaterThan(0.25);
    expect(rates[0]! / rates[1]!).toBeLessThan(0.45);
  });

  it('reports rate, what was kept and dropped, cost, and errors, of shadow streams too', () => {
    const full: SampleSink = { sample: (partition) => partition === 0, tick: () => undefined };
    const { edge, tick } = edgeOf({
      sampler: { kind: 'stratified', rate: 0.1, seed: 1 },
      shadows: [{ name: 'orders.few', sampler: { kind: 'systematic', rate: 0.01, seed: 1 }, sink: full }],
    });
    for (let t = 0; t < 4; t++) tick(1000, 1000);
    expect(edge.sampling()).toEqual([]);
    tick(1000, 1000);
    const report = rateOf(edge);
    expect(report).toMatchObject({
      stream: 'orders',
      kind: 'stratified',
      minRate: 0.1,
      maxRate: 0.1,
      spanMs: 5000,
      offered: 10_000,
      kept: 1000,
      budget: undefined,
      recordsError: 0,
      bytesError: 0,
    });
    // Places for 64 of a tick's 100 in each partition.
    expect(report.dropped).toBe(5 * 2 * 36);
    expect(report.recordNs).toBeCloseTo(50 + 0.1 * 200, 3);
    expect(report.overheadShare).toBeCloseTo((2000 * 70e-6) / 1000, 9);
    expect(report.distinctKeysError).toBeGreaterThan(0);
    expect(report.sizes.map(({ quantile }) => quantile)).toEqual([0.5, 0.9, 0.99]);
    for (const { quantile, sizeBytes, low, high } of report.sizes) {
      expect(low).toBeLessThanOrEqual(sizeBytes);
      expect(high).toBeGreaterThanOrEqual(sizeBytes);
      expect(Math.abs(sizeBytes - (1000 + 1000 * quantile))).toBeLessThan(120);
    }
    expect(report.sizes[0]!.high / report.sizes[0]!.low).toBeGreaterThan(1.02);
    const [few] = report.shadows;
    expect(few).toMatchObject({ name: 'orders.few', kind: 'systematic', minRate: 0.01, maxRate: 0.01 });
    expect(few?.kept).toBe(100);
    expect(few?.dropped).toBe(50);
    // Reports count anew.
    for (let t = 0; t < 5; t++) tick(10, 10);
    expect(rateOf(edge)).toMatchObject({ offered: 100, kept: 10 });
  });

  it('says nothing that it does not know: no records, no errors and no cost; a clock that stands, neither', () => {
    const { edge, tick } = edgeOf({}, {}, { clock: new FakeClock({ nowMs: NOW_MS }) });
    for (let t = 0; t < 5; t++) tick(0, 0);
    expect(rateOf(edge)).toMatchObject({ offered: 0, kept: 0, sizes: [], recordNs: undefined });
    expect(rateOf(edge).recordsError).toBeUndefined();
    for (let t = 0; t < 5; t++) tick(10, 10);
    expect(rateOf(edge)).toMatchObject({ offered: 100, recordNs: undefined, overheadShare: undefined });
    expect(edge.stats().failures).toBe(0);
  });

  it('loses no sample where the watch itself fails', () => {
    const pathMs = (): number => {
      throw new Error('no such clock');
    };
    const { edge, tick } = edgeOf({}, { pathMs });
    tick(100, 100);
    expect(edge.samples().map(({ recordsPerSec }) => recordsPerSec?.value)).toEqual([100, 100]);
    expect(edge.stats().failures).toBe(1);
  });

  it('refuses a budget without a watch, and one that is none', () => {
    const overhead = { overheadShare: 0.1, floorSamples: 1 };
    const streams = [{ name: 'orders', partitions: 1, overhead }];
    expect(() => new ForeshadowEdge({ nodeId: 'e', streams, forecast })).toThrow(
      /streams\.orders\.overhead: only with sampling/,
    );
    expect(() => edgeOf({ overhead: { ...overhead, overheadShare: 3 } })).toThrow(
      /overheadShare: in \(0, 1\); got 3/,
    );
  });
});
