import { Xoshiro128 } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import {
  createDemandState,
  demandOf,
  type DemandState,
  observeUtilization,
  workerBase,
} from '../src/index.ts';
import { BYTES_PER_RECORD, marginalCores, tick, type TickOptions, TRUTH, type Truth } from './truth.ts';

const SEEDS = [1, 2, 3, 4, 5];
const FACTORS = [0.5, 0.75, 1, 1.5, 2];

type Schedule = (t: number) => readonly number[];

const seasonal: Schedule = (t) => [100 + 40 * Math.sin(t / 9), 30 + 10 * Math.sin(t / 5), 60];
const constant: Schedule = () => [100, 30, 60];

function learn(
  seed: number,
  ticks: number,
  rates: Schedule,
  options: Partial<TickOptions> = {},
  from: DemandState = createDemandState(),
  startMs = 0,
): DemandState {
  const rng = new Xoshiro128(seed);
  let state = from;
  for (let t = 0; t < ticks; t++) {
    state = observeUtilization(
      state,
      tick(rng, { ...options, atMs: startMs + (t + 1) * 1000, rates: rates(t) }),
    );
  }
  return state;
}

/** Largest relative error of a worker's demand (base and load) at multiples of today's load. */
function worstError(state: DemandState, truth: Truth = TRUTH): number {
  const errors = FACTORS.map((factor) => {
    const records = 190 * factor;
    const bytes = records * BYTES_PER_RECORD;
    const load = { recordsPerSec: records, bytesPerSec: bytes, workPerSec: NaN, distinctKeys: NaN };
    const estimate = workerBase(state).cpuCores + demandOf(state, load)!.mean.cpuCores;
    const actual = truth.baseCores + marginalCores(truth, records, bytes);
    return Math.abs(estimate - actual) / actual;
  });
  return Math.max(...errors);
}

describe('demand after 120 ticks, at half to twice the load', () => {
  it.each(SEEDS)('is within 5 % under a seasonal load (seed %i)', (seed) => {
    expect(worstError(learn(seed, 120, seasonal))).toBeLessThan(0.05);
  });

  it.each(SEEDS)('is within 5 % under a seasonal load without CPU per partition (seed %i)', (seed) => {
    expect(worstError(learn(seed, 120, seasonal, { attributed: false }))).toBeLessThan(0.05);
  });

  it.each(SEEDS)('is within 5 % under a load that never moved (seed %i)', (seed) => {
    expect(worstError(learn(seed, 120, constant))).toBeLessThan(0.05);
    expect(worstError(learn(seed, 120, constant, { exact: true }))).toBeLessThan(0.05);
  });

  it.each(SEEDS)('is within 5 % when the pool was throttled throughout (seed %i)', (seed) => {
    expect(worstError(learn(seed, 120, constant, { throttledFraction: 0.6 }))).toBeLessThan(0.05);
  });

  it('puts unexplained use down to load rather than base, which is the safe side when load rises', () => {
    const state = learn(1, 120, constant, { attributed: false, exact: true });
    const load = {
      recordsPerSec: 380,
      bytesPerSec: 380 * BYTES_PER_RECORD,
      workPerSec: NaN,
      distinctKeys: NaN,
    };
    const actual = marginalCores(TRUTH, 380, 380 * BYTES_PER_RECORD);
    expect(demandOf(state, load)!.mean.cpuCores).toBeGreaterThan(actual * 0.97);
    expect(worstError(state)).toBeLessThan(0.12);
  });
});

describe('a change of cost', () => {
  const dearer: Truth = {
    ...TRUTH,
    coresPerRecord: TRUTH.coresPerRecord * 2,
    coresPerByte: TRUTH.coresPerByte * 2,
  };
  const slightlyDearer: Truth = { ...TRUTH, coresPerRecord: 5e-4, coresPerByte: 1e-6 };

  it.each(SEEDS)('is followed within 60 ticks, whether large or small (seed %i)', (seed) => {
    const before = learn(seed, 600, seasonal);
    for (const truth of [dearer, slightlyDearer]) {
      const after = learn(seed + 100, 60, seasonal, { truth }, before, 600_000);
      expect(worstError(after, truth)).toBeLessThan(0.05);
      expect(after.changes).toBeGreaterThan(before.changes);
    }
  });

  it('is not seen where there was none', () => {
    expect(learn(7, 1000, seasonal).changes).toBeLessThanOrEqual(1);
  });
});
