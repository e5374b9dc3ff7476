import { Xoshiro128 } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AdaptiveSampling,
  decideRates,
  NO_RATES,
  OverheadMeter,
  type RateObservation,
  ShadowTap,
  type ShadowTapOptions,
} from '../src/index.ts';

const budget = { overheadShare: 0.01, floorSamples: 30 };
const cost = { pathMs: 1000, recordNs: 5, sampleNs: 200 };
const shareOf = (
  records: readonly number[],
  rates: readonly number[],
  { pathMs, recordNs, sampleNs }: RateObservation,
) => records.reduce((sum, n, p) => sum + n * (recordNs + rates[p]! * sampleNs), 0) / (pathMs * 1e6);

describe('adaptive rates', () => {
  it('keep the tap within its budget, and each partition at its floor', () => {
    const loads = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(loads, (records) => {
        const observation = { ...cost, records };
        const { decision } = decideRates(NO_RATES, observation, budget);
        records.forEach((n, p) => {
          expect(n * decision.rates[p]! + 1e-9).toBeGreaterThanOrEqual(Math.min(n, budget.floorSamples));
        });
        if (decision.reason === 'WITHIN_BUDGET') {
          expect(shareOf(records, decision.rates, observation)).toBeLessThanOrEqual(
            budget.overheadShare * 1.001,
          );
        }
      }),
    );
  });

  it('do not sample a quiet partition less for the sake of a busy one', () => {
    const { decision } = decideRates(NO_RATES, { ...cost, records: [1_000_000, 50] }, budget);
    expect(decision.rates[0]).toBeLessThan(0.05);
    expect(decision.rates[1]! * 50).toBeGreaterThanOrEqual(30);
  });

  it('keep the floor where the budget would not, and say so', () => {
    const records = new Array<number>(1000).fill(2000);
    const { decision } = decideRates(NO_RATES, { ...cost, records }, budget);
    expect(decision.reason).toBe('FLOOR_EXCEEDS_BUDGET');
    expect(decision.rates[0]! * 2000).toBeCloseTo(30);
  });

  it('follow a burst at once, and settle when it is over', () => {
    let state = NO_RATES;
    const rates = [100_000, 1_500_000, 100_000, ...new Array<number>(30).fill(100_000)].map((n) => {
      const next = decideRates(state, { ...cost, records: [n] }, budget);
      state = next.state;
      return next.decision.rates[0]!;
    });
    expect(rates[1]).toBeLessThan(rates[0]! / 10);
    expect(rates.at(-1)! / rates[0]!).toBeGreaterThan(0.8);
  });

  it('stay as they are where nothing was measured', () => {
    const { state } = decideRates(NO_RATES, { ...cost, records: [500_000] }, budget);
    for (const pathMs of [NaN, 0, -1]) {
      const { decision } = decideRates(state, { ...cost, pathMs, records: [10] }, budget);
      expect(decision).toMatchObject({ reason: 'NOTHING_MEASURED', rates: state.rates });
    }
  });
});

describe('OverheadMeter', () => {
  it('tells the cost of a record and of a sample by the clock it is given', () => {
    let now = 0;
    const make = (rate: number): ShadowTap =>
      new ShadowTap({ stream: 'x', partitions: 1, sampler: { kind: 'bernoulli', rate, seed: 1 } });
    const steps = [0, 0.00512, 0.00512, 0.10752];
    const meter = new OverheadMeter(make, () => (now = steps.shift() ?? now));
    const { recordNs, sampleNs } = meter.measure('key', 100)!;
    expect(recordNs).toBeCloseTo(10);
    expect(sampleNs).toBeCloseTo(190);
  });

  it('tells nothing where the clock does not move in a trial, and keeps what it knew', () => {
    let now = 0;
    const make = (rate: number): ShadowTap =>
      new ShadowTap({ stream: 'x', partitions: 1, sampler: { kind: 'bernoulli', rate, seed: 1 } });
    let stepMs = 0;
    const meter = new OverheadMeter(make, () => (now += stepMs));
    expect(meter.measure(undefined, 1)).toBeUndefined();
    stepMs = 0.0512;
    expect(meter.measure(undefined, 1)!.recordNs).toBeCloseTo(100);
    stepMs = 0;
    expect(meter.measure(undefined, 1)!.recordNs).toBeCloseTo(100);
  });
});

describe('AdaptiveSampling', () => {
  const cost = { recordNs: 98, sampleNs: 879 };
  const sampler = { kind: 'bernoulli', rate: 0.5, seed: 2 } as const;
  const tapOf = (options: Partial<ShadowTapOptions> = {}): ShadowTap =>
    new ShadowTap({ stream: 's', partitions: 2, sampler, ...options });

  it('lowers the rate of a busy partition, not of a quiet one, and every sample carries its weight', () => {
    const tap = tapOf({ sampler: { ...sampler, rate: 1 } });
    const adaptive = new AdaptiveSampling(tap, { overheadShare: 0.01, floorSamples: 20 });
    for (let t = 0; t < 4; t++) {
      for (let i = 0; i < 50_000; i++) tap.offer(0, undefined, 1);
      for (let i = 0; i < 30; i++) tap.offer(1, undefined, 1);
      const rate = tap.rate(0);
      for (const { weight } of tap.sampledRecords(0)) expect(weight).toBeGreaterThanOrEqual(1 / rate);
      const samples = tap.tick(1000 * t, 1000);
      const { expectedShare } = adaptive.adapt(samples, cost, 1000);
      expect(expectedShare).toBeLessThan(0.0101);
      if (t > 1) expect(samples[1]!.sampled).toBeGreaterThan(8);
    }
    expect(tap.rate(0)).toBeLessThan(0.15);
    expect(tap.rate(1)).toBeGreaterThan(0.6);
  });

  it('leaves rates as they are while nothing is measured', () => {
    const tap = tapOf();
    const adaptive = new AdaptiveSampling(tap, { overheadShare: 0.01, floorSamples: 20 });
    for (let t = 0; t < 3; t++) {
      const decision = adaptive.adapt(tap.tick(1000 * t, 1000), undefined, 1000);
      expect(decision).toMatchObject({ reason: 'NOTHING_MEASURED', rates: [0.5, 0.5] });
    }
    expect(tap.rate(0)).toBe(0.5);
  });

  it('keeps the rate constant within a tick, and estimates unbiased while it changes from tick to tick', () => {
    const ticks = 3000;
    const errors = { records: 0, bytes: 0, recordSquares: 0, byteSquares: 0, held: 0 };
    const rates = new Set<number>();
    const tap = tapOf({ partitions: 1, counting: 'sampled' });
    const adaptive = new AdaptiveSampling(tap, { overheadShare: 0.0004, floorSamples: 30 });
    const rng = new Xoshiro128(5);
    for (let t = 0; t < ticks; t++) {
      // Bursts of ten times as many records, whose rate is lowered a tick late.
      const count = 300 + Math.floor(rng.next() * 300) * (t % 7 < 2 ? 10 : 1);
      let bytes = 0;
      const rate = tap.rate();
      for (let i = 0; i < count; i++) {
        const size = Math.floor(100 + 900 * rng.next());
        bytes += size;
        tap.offer(0, undefined, size);
      }
      expect(tap.rate()).toBe(rate);
      rates.add(rate);
      const samples = tap.tick(1000 * (t + 1), 1000);
      const { recordsPerSec: records, bytesPerSec } = samples[0]!;
      // An empty sample says nothing of bytes: rare above the floor, and none here.
      const [r, b] = [records!.value / count - 1, bytesPerSec!.value / bytes - 1];
      errors.records += r;
      errors.bytes += b;
      errors.recordSquares += r * r;
      errors.byteSquares += b * b;
      if (Math.abs(records!.value - count) <= 1.96 * records!.standardError) errors.held += 1;
      adaptive.adapt(samples, cost, 1000);
    }
    expect(rates.size).toBeGreaterThan(100);
    expect(Math.abs(errors.records)).toBeLessThan(4 * Math.sqrt(errors.recordSquares));
    expect(Math.abs(errors.bytes)).toBeLessThan(4 * Math.sqrt(errors.byteSquares));
    expect(errors.held / ticks).toBeGreaterThan(0.92);
    expect(errors.held / ticks).toBeLessThan(0.98);
  });

  it.each([
    [{ overheadShare: 0, floorSamples: 1 }, /overheadShare: in \(0, 1\); got 0/],
    [{ overheadShare: NaN, floorSamples: 1 }, /overheadShare: in \(0, 1\); got NaN/],
    [{ overheadShare: 0.1, floorSamples: 0 }, /floorSamples: ≥ 1; got 0/],
    [{ overheadShare: 0.1, floorSamples: 1, maxRate: 2 }, /maxRate: in \[1e-8, 1\]; got 2/],
  ])('refuses the budget %j', (wrong, message) => {
    expect(() => new AdaptiveSampling(tapOf(), wrong)).toThrow(message);
  });
});
