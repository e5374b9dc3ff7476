import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BatchCost, BatchSizer } from '../src/batch-sizer.ts';
import { Governors } from '../src/governors.ts';
import { prefetchRecords } from '../src/memory-governor.ts';
import { TokenBucket } from '../src/token-bucket.ts';
import { PLENTY } from './harness.ts';

describe('TokenBucket', () => {
  /** Use without end, in pieces; returns what was used by `untilMs`. */
  const useAlways = (bucket: TokenBucket, piece: () => number, fromMs: number, untilMs: number): number => {
    let nowMs = fromMs;
    let used = 0;
    while (nowMs < untilMs) {
      const waitMs = bucket.waitMs(nowMs);
      if (waitMs > 0) {
        nowMs += Math.max(1, waitMs);
        continue;
      }
      const amount = piece();
      nowMs += 1;
      used += amount;
      bucket.charge(amount, nowMs);
    }
    return used;
  };

  it('holds any sequence of uses to the rate, but for the burst and one use', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.02, max: 0.9, noNaN: true }),
        fc.array(fc.double({ min: 1, max: 30, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (rate, pieces) => {
          let i = 0;
          const bucket = new TokenBucket(rate, 100, 0);
          const used = useAlways(bucket, () => pieces[i++ % pieces.length]!, 0, 60_000);
          expect(used).toBeLessThanOrEqual(60_000 * rate + 100 + 30);
          expect(used).toBeGreaterThanOrEqual(60_000 * rate - 100);
        },
      ),
    );
  });

  it('holds to each rate of any sequence of rates, what is saved up when the rate falls is lost', () => {
    const rates = fc.array(fc.double({ min: 0.1, max: 50, noNaN: true }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(rates, fc.double({ min: 1, max: 500, noNaN: true }), (perMs, piece) => {
        const bucket = new TokenBucket(perMs[0]!, perMs[0]! * 1000, 0);
        let earned = perMs[0]! * 1000;
        let used = 0;
        for (const [i, rate] of perMs.entries()) {
          const nowMs = i * 10_000;
          bucket.setRate(rate, rate * 1000, nowMs);
          expect(bucket.credit(nowMs)).toBeLessThanOrEqual(rate * 1000);
          used += useAlways(bucket, () => piece, nowMs, nowMs + 10_000);
          // The last use of a stretch may end a millisecond into the next.
          earned += rate * 10_001;
        }
        expect(used).toBeLessThanOrEqual(earned + piece);
      }),
    );
  });

  it('follows a new rate at once', () => {
    const bucket = new TokenBucket(0.1, 100, 0);
    bucket.charge(200, 0);
    expect(bucket.waitMs(0)).toBeCloseTo(1000);
    bucket.setRate(0.5, 100, 500);
    expect(bucket.waitMs(500)).toBeCloseTo(100);
    bucket.setRate(0.05, 100, 500);
    expect(bucket.waitMs(500)).toBeCloseTo(1000);
  });

  it('saves no more than the burst while idle', () => {
    const bucket = new TokenBucket(1, 100, 0);
    bucket.charge(150, 3_600_000);
    expect(bucket.waitMs(3_600_000)).toBeCloseTo(50);
  });

  it('stands still without a rate and survives NaN, Infinity and a clock that goes back', () => {
    const bucket = new TokenBucket(0, 100, 1000);
    bucket.charge(101, 1000);
    expect(bucket.waitMs(2000)).toBe(Number.POSITIVE_INFINITY);
    bucket.setRate(Number.NaN, 100, 2000);
    bucket.setRate(1, 100, 2000);
    for (const amount of [Number.NaN, Number.POSITIVE_INFINITY, -5]) bucket.charge(amount, 1500);
    expect(bucket.waitMs(1500)).toBeCloseTo(1);
    expect(bucket.waitMs(2001)).toBe(0);
    bucket.setRate(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 3000);
    bucket.charge(1e12, 3001);
    expect(bucket.waitMs(3001)).toBe(0);
    bucket.setRate(1, 100, 3001);
    expect(bucket.credit(3001)).toBe(100);
    expect(new TokenBucket(Number.NaN, Number.NaN, 0).credit(1e9)).toBe(0);
  });
});

describe('Governors', () => {
  const allowance = { cpuCores: 0.5, memoryBytes: 1, networkBytesPerSec: 10_000, diskBytesPerSec: 2_000 };
  const none = { cpuMs: 0, networkBytes: 0, diskBytes: 0 };

  it('let work go on when what is overdrawn most is paid', () => {
    const governors = new Governors(allowance, none, 0);
    expect(governors.waitMs(0)).toBe(0);
    governors.charge({ cpuMs: 150, networkBytes: 11_000, diskBytes: 6_000 }, 0);
    expect(governors.readWaitMs(0)).toBeCloseTo(100);
    expect(governors.waitMs(0)).toBeCloseTo(2_000);
    governors.setAllowance({ ...allowance, diskBytesPerSec: 40_000 }, 0);
    expect(governors.waitMs(0)).toBeCloseTo(100);
  });

  it('charge only what is new', () => {
    const governors = new Governors(allowance, { ...none, cpuMs: 5_000 }, 0);
    for (let i = 0; i < 3; i++) governors.charge({ ...none, cpuMs: 5_120 }, 0);
    expect(governors.waitMs(0)).toBeCloseTo(40);
  });

  it('let a read carry what is saved up, and a tenth of a second without', () => {
    const governors = new Governors(allowance, none, 0);
    expect(governors.readableBytes(0)).toBe(10_000);
    governors.charge({ ...none, networkBytes: 10_000 }, 0);
    expect(governors.readableBytes(0)).toBe(1_000);
  });
});

describe('BatchSizer', () => {
  const cost = (cpuMs: number, networkBytes = 0, diskBytes = 0): BatchCost => ({
    cpuMs,
    networkBytes,
    diskBytes,
  });
  const learn = (sizer: BatchSizer, cpuMsPerRecord: number, batches = 60): void => {
    for (let i = 0; i < batches; i++) sizer.observe(sizer.records, cost(cpuMsPerRecord * sizer.records));
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
    sizer.setAllowance({ ...PLENTY, cpuCores: 0.05 });
    learn(sizer, 0.5);
    expect(sizer.records).toBe(10);
  });

  it('takes smaller batches where the handler writes or sends much for its allowance', () => {
    const settled = (networkBytes: number, diskBytes: number): number => {
      const sizer = new BatchSizer();
      sizer.setAllowance({ ...PLENTY, networkBytesPerSec: 100_000, diskBytesPerSec: 50_000 });
      for (let i = 0; i < 60; i++) {
        const n = sizer.records;
        sizer.observe(n, cost(0.1 * n, networkBytes * n, diskBytes * n));
      }
      return sizer.records;
    };
    expect(settled(0, 0)).toBe(200);
    expect(settled(500, 0)).toBe(20);
    expect(settled(500, 1_000)).toBe(5);
    expect(settled(1e9, 0)).toBe(1);
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
    sizer.observe(0, cost(5));
    sizer.observe(Number.NaN, cost(5));
    sizer.observe(5, cost(Number.NaN, Number.NaN, -1));
    sizer.observe(5, cost(-1));
    sizer.setAllowance({ cpuCores: NaN, memoryBytes: NaN, networkBytesPerSec: NaN, diskBytesPerSec: -1 });
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
