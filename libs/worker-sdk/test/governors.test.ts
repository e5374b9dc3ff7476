import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BatchSizer } from '../src/batch-sizer.ts';
import { CpuGovernor } from '../src/cpu-governor.ts';
import { prefetchRecords } from '../src/memory-governor.ts';

describe('CpuGovernor', () => {
  /** Work without end in batches; returns CPU used by `untilMs`. */
  const workAlways = (governor: CpuGovernor, batchCpuMs: () => number, untilMs: number): number => {
    let nowMs = 0;
    let usedMs = 0;
    while (nowMs < untilMs) {
      const waitMs = governor.waitMs(nowMs);
      if (waitMs > 0) {
        nowMs += Math.max(1, waitMs);
        continue;
      }
      const cpuMs = batchCpuMs();
      nowMs += cpuMs;
      usedMs += cpuMs;
      governor.charge(cpuMs, nowMs);
    }
    return usedMs;
  };

  it('holds any sequence of batches to the allowance, but for the burst and one batch', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 0.9, noNaN: true }),
        fc.array(fc.double({ min: 0.1, max: 30, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (cores, costs) => {
          let i = 0;
          const used = workAlways(new CpuGovernor(cores, 0), () => costs[i++ % costs.length]!, 60_000);
          expect(used).toBeLessThanOrEqual(60_000 * cores + 100 + 30);
          expect(used).toBeGreaterThanOrEqual(60_000 * cores - 100);
        },
      ),
    );
  });

  it('follows a new allowance at once', () => {
    const governor = new CpuGovernor(0.1, 0);
    governor.charge(200, 0);
    expect(governor.waitMs(0)).toBeCloseTo(1000);
    governor.setAllowance(0.5, 500);
    expect(governor.waitMs(500)).toBeCloseTo(100);
    governor.setAllowance(0.05, 500);
    expect(governor.waitMs(500)).toBeCloseTo(1000);
  });

  it('saves no more than the burst while idle', () => {
    const governor = new CpuGovernor(1, 0);
    governor.charge(150, 3_600_000);
    expect(governor.waitMs(3_600_000)).toBeCloseTo(50);
  });

  it('stands still without an allowance and survives NaN and a clock that goes back', () => {
    const governor = new CpuGovernor(0, 1000);
    governor.charge(101, 1000);
    expect(governor.waitMs(2000)).toBe(Number.POSITIVE_INFINITY);
    governor.setAllowance(Number.NaN, 2000);
    governor.setAllowance(1, 2000);
    governor.charge(Number.NaN, 1500);
    governor.charge(-5, 1500);
    expect(governor.waitMs(1500)).toBeCloseTo(1);
    expect(governor.waitMs(2001)).toBe(0);
  });
});

describe('BatchSizer', () => {
  const learn = (sizer: BatchSizer, cpuMsPerRecord: number, batches = 60): void => {
    for (let i = 0; i < batches; i++) sizer.observe(sizer.records, cpuMsPerRecord * sizer.records);
  };

  it('settles where a batch costs 20 ms', () => {
    const sizer = new BatchSizer();
    learn(sizer, 0.5);
    expect(sizer.records).toBe(40);
    learn(sizer, 2);
    expect(sizer.records).toBe(10);
  });

  it('takes smaller batches under a small allowance', () => {
    const sizer = new BatchSizer();
    sizer.setAllowance(0.05);
    learn(sizer, 0.5);
    expect(sizer.records).toBe(10);
  });

  it('never exceeds 512 and never falls below 1', () => {
    const sizer = new BatchSizer();
    learn(sizer, 0);
    expect(sizer.records).toBe(512);
    learn(sizer, 500);
    expect(sizer.records).toBe(1);
  });

  it('ignores what is no observation', () => {
    const sizer = new BatchSizer();
    const before = sizer.records;
    sizer.observe(0, 5);
    sizer.observe(Number.NaN, 5);
    sizer.observe(5, Number.NaN);
    sizer.observe(5, -1);
    sizer.setAllowance(Number.NaN);
    expect(sizer.records).toBe(before);
  });
});

describe('prefetchRecords', () => {
  const MIB = 1024 * 1024;
  const state = {
    residentBytes: 50 * MIB,
    allowanceBytes: 256 * MIB,
    averageRecordBytes: 500,
    partitions: 1,
  };

  it('reads far ahead while there is room', () => {
    expect(prefetchRecords(state)).toBe(512);
  });

  it('bounds what it holds by bytes, shared among the partitions', () => {
    const large = { ...state, averageRecordBytes: 256 * 1024 };
    expect(prefetchRecords(large)).toBe(16);
    expect(prefetchRecords({ ...large, partitions: 100 })).toBe(2);
  });

  it('falls to a single record as the allowance is used up', () => {
    const at = (share: number): number =>
      prefetchRecords({ ...state, residentBytes: 256 * MIB * share, averageRecordBytes: 64 * 1024 });
    const counts = [0.5, 0.7, 0.8, 0.9, 0.95, 1, 2].map(at);
    expect(counts).toEqual([...counts].sort((a, b) => b - a));
    expect(counts[0]).toBeGreaterThan(50);
    expect(counts.slice(-3)).toEqual([1, 1, 1]);
  });

  it('is always a count, whatever it is given', () => {
    const any = fc.double();
    fc.assert(
      fc.property(any, any, any, any, (residentBytes, allowanceBytes, averageRecordBytes, partitions) => {
        const n = prefetchRecords({ residentBytes, allowanceBytes, averageRecordBytes, partitions });
        expect(Number.isInteger(n) && n >= 1 && n <= 512).toBe(true);
      }),
      { examples: [[0, 5e-324, 0, NaN]], numRuns: 500 },
    );
  });
});
