import { type Rng, Xoshiro128 } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { type SamplerKind, ShadowTap } from '../src/index.ts';

/** Size of the i-th record of a tick. */
type Traffic = (rng: Rng) => { readonly records: number; readonly size: (i: number) => number };

const traffic: Readonly<Record<string, Traffic>> = {
  constant: () => ({ records: 10_037, size: () => 200 }),
  poisson: (rng) => ({ records: poisson(10_000, rng), size: () => exponential(200, rng) }),
};

/** Normal approximation; the mean is large. */
function poisson(mean: number, rng: Rng): number {
  return Math.round(mean + Math.sqrt(mean) * gaussian(rng));
}

function exponential(mean: number, rng: Rng): number {
  return -mean * Math.log(1 - rng.next());
}

function gaussian(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}

interface Outcome {
  /** Mean of estimate / truth − 1, in units of its own standard error. */
  readonly biasZ: number;
  readonly rmse: number;
  /** Share of 95 % intervals that hold the truth. */
  readonly coverage: number;
  readonly meanError: number;
}

/** Ticks of one tap against the truth of each. */
function trial(kind: SamplerKind, shape: Traffic, ticks: number, feedRate = 1, rate = 0.01) {
  const rng = new Xoshiro128(2024);
  const sampler = { kind, rate, seed: 77 };
  const tap = new ShadowTap({ stream: 's', partitions: 1, sampler, counting: 'sampled', feedRate });
  const records: number[][] = [];
  const bytes: number[][] = [];
  for (let t = 0; t < ticks; t++) {
    const tick = shape(rng);
    let total = 0;
    for (let i = 0; i < tick.records; i++) {
      const size = tick.size(i);
      total += size;
      if (feedRate === 1 || rng.next() < feedRate) tap.offer(0, undefined, size);
    }
    const [sample] = tap.tick(t * 1000, 1000);
    const { recordsPerSec: r, bytesPerSec: b } = sample!;
    records.push([r!.value / tick.records - 1, r!.standardError / tick.records]);
    if (b !== undefined) bytes.push([b.value / total - 1, b.standardError / total]);
  }
  return { records: outcome(records), bytes: outcome(bytes) };
}

function outcome(pairs: readonly (readonly number[])[]): Outcome {
  const n = pairs.length;
  const errors = pairs.map(([error]) => error!);
  const mean = errors.reduce((s, e) => s + e, 0) / n;
  const rmse = Math.sqrt(errors.reduce((s, e) => s + e * e, 0) / n);
  const held = pairs.filter(([error, se]) => Math.abs(error!) <= 1.96 * se!).length;
  const meanError = pairs.reduce((s, [, se]) => s + se!, 0) / n;
  return { biasZ: (mean / rmse) * Math.sqrt(n), rmse, coverage: held / n, meanError };
}

const TICKS = 600;

describe.each(Object.entries(traffic))('rates from a sample of %s traffic', (_, shape) => {
  it('are unbiased with 95 % intervals that hold (Bernoulli)', () => {
    const { records, bytes } = trial('bernoulli', shape, TICKS);
    for (const { biasZ, coverage } of [records, bytes]) {
      expect(Math.abs(biasZ)).toBeLessThan(3.5);
      expect(coverage).toBeGreaterThan(0.92);
      expect(coverage).toBeLessThan(0.98);
    }
    expect(records.rmse).toBeCloseTo(0.0995, 1);
  });

  it('are unbiased and state their error (stratified)', () => {
    const { records, bytes } = trial('stratified', shape, TICKS);
    expect(Math.abs(records.biasZ)).toBeLessThan(3.5);
    expect(Math.abs(bytes.biasZ)).toBeLessThan(3.5);
    expect(records.rmse).toBeLessThan(0.0075);
    expect(records.coverage).toBeGreaterThan(0.92);
    expect(bytes.coverage).toBeGreaterThan(0.92);
    expect(bytes.meanError / Math.max(bytes.rmse, 1e-9)).toBeGreaterThan(0.8);
  });

  it('are unbiased from a mirrored feed of one in fifty', () => {
    const { records, bytes } = trial('bernoulli', shape, TICKS, 0.02, 1);
    for (const { biasZ, coverage } of [records, bytes]) {
      expect(Math.abs(biasZ)).toBeLessThan(3.5);
      expect(coverage).toBeGreaterThan(0.92);
      expect(coverage).toBeLessThan(0.98);
    }
  });
});

describe('a tick without a sampled record', () => {
  it('has an error for its rate and says nothing of bytes', () => {
    const sampler = { kind: 'bernoulli', rate: 0.01, seed: 1 } as const;
    const tap = new ShadowTap({ stream: 's', partitions: 1, sampler, counting: 'sampled' });
    const { recordsPerSec, bytesPerSec, distinctKeys } = tap.tick(1000, 1000)[0]!;
    expect(recordsPerSec!.value).toBe(0);
    expect(recordsPerSec!.standardError).toBeCloseTo(Math.sqrt(0.99) / 0.01);
    expect(bytesPerSec).toBeUndefined();
    expect(distinctKeys).toBeUndefined();
  });
});

describe('a record in every hundred that is fifty times as large', () => {
  // The alias that plain 1-in-n sampling has with traffic of its own period.
  const periodic: Traffic = () => ({ records: 10_000, size: (i) => (i % 100 === 7 ? 5000 : 100) });

  it('makes systematic sampling miss them all or see nothing else', () => {
    const { bytes } = trial('systematic', periodic, 5);
    expect(bytes.rmse).toBeGreaterThan(0.3);
  });

  it('does not mislead stratified or Bernoulli sampling', () => {
    for (const kind of ['stratified', 'bernoulli'] as const) {
      const { bytes } = trial(kind, periodic, 300);
      expect(Math.abs(bytes.biasZ)).toBeLessThan(3.5);
      expect(bytes.rmse).toBeLessThan(0.5);
    }
  });
});

describe('the ring', () => {
  it('holds a uniform sample of a tick that overfills it', () => {
    const sampler = { kind: 'systematic', rate: 1, seed: 3 } as const;
    const tap = new ShadowTap({ stream: 's', partitions: 1, sampler, ringCapacity: 20 });
    const held = new Array<number>(10).fill(0);
    for (let t = 0; t < 500; t++) {
      for (let i = 0; i < 200; i++) tap.offer(0, undefined, i);
      for (const { sizeBytes } of tap.sampledRecords(0)) held[Math.floor(sizeBytes / 20)]!++;
      tap.tick(t, 1000);
    }
    const chiSquare = held.reduce((s, n) => s + (n - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(27.9); // 99.9 % of χ² with 9 degrees of freedom
  });
});

describe('distinct keys', () => {
  it.each([10, 300, 3000, 20_000])('of %i have 95 %% intervals that hold', (distinct) => {
    const sampler = { kind: 'bernoulli', rate: 0.01, seed: 1 } as const;
    const tap = new ShadowTap({ stream: 's', partitions: 1, sampler });
    const runs = distinct > 5000 ? 60 : 200;
    let held = 0;
    for (let run = 0; run < runs; run++) {
      for (let i = 0; i < distinct; i++) tap.offer(0, `${run}-${i}`, 1);
      const { value, standardError } = tap.tick(run, 1000)[0]!.distinctKeys!;
      // Counts are whole numbers: half of one belongs to the interval.
      if (Math.abs(value - distinct) <= 1.96 * standardError + 0.5) held += 1;
    }
    expect(held / runs).toBeGreaterThan(0.9);
  });
});
