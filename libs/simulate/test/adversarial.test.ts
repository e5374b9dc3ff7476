import { describe, expect, it } from 'vitest';
import {
  checkFaults,
  checkSettings,
  DEFAULT_SETTINGS,
  type Fault,
  type PoolSettings,
  traceOf,
} from '../src/index.ts';
import { constant, fixed, stageOf } from './fixtures.ts';

describe('what cannot be played is refused with key, value and range', () => {
  const settings: [Partial<PoolSettings>, RegExp][] = [
    [{ minWorkers: 9, maxWorkers: 8 }, /minWorkers: must be at most maxWorkers \(8\); got 9/],
    [{ recordsPerSecPerWorker: 0 }, /recordsPerSecPerWorker: must be above 0 and finite; got 0/],
    [{ recordsPerSecPerWorker: NaN }, /recordsPerSecPerWorker.*NaN/],
    [{ leadTimeSeconds: -1 }, /leadTimeSeconds: must be from 0 to 86400; got -1/],
    [{ sloSeconds: 0 }, /sloSeconds: must be a?.*from 1/],
    [{ maxWorkers: 2.5 }, /maxWorkers: must be a whole number/],
    [{ capacityNoise: Infinity }, /capacityNoise/],
  ];
  it.each(settings)('%o', (changed, message) => {
    expect(() => checkSettings({ ...DEFAULT_SETTINGS, ...changed })).toThrow(message);
  });

  it('faults', () => {
    const fault = (f: Partial<Fault>): Fault => ({
      kind: 'node-lost',
      fromSeconds: 0,
      durationSeconds: 1,
      ...f,
    });
    expect(() => checkFaults([fault({ kind: 'fire' as never })])).toThrow(
      /'fire': must be one of edge-silent/,
    );
    expect(() => checkFaults([fault({ fromSeconds: NaN })])).toThrow(/start: must be from 0/);
    expect(() => checkFaults([fault({ workers: 0 })])).toThrow(
      /workers: must be a whole number|workers: must be from 1/,
    );
  });

  it.each([
    ['no second', []],
    ['no value', [NaN, NaN]],
    ['a negative value', [1, -1]],
    ['an infinite value', [1, Infinity]],
  ])('a trace with %s', (_, perSecond) => {
    expect(() => traceOf({ name: 'bad', perSecond })).toThrow(/bad/);
  });

  it.each([0, 1.5, NaN, 1e9])('%d partitions', (partitions) => {
    expect(() => traceOf({ name: 't', perSecond: [1], partitions })).toThrow(
      /partitions: must be a whole number/,
    );
  });
});

describe('odd but possible worlds are played', () => {
  it('one second, no load, no worker', () => {
    const settings = { minWorkers: 0, initialWorkers: 0 };
    const outcome = stageOf({ perSecond: [0], partitions: 1, settings }).play(fixed(0));
    expect(outcome).toMatchObject({ latePct: 0, cost: 0, worstLagSeconds: 0 });
  });

  it('a load that nobody works on is all late', () => {
    const settings = { minWorkers: 0, initialWorkers: 0 };
    expect(stageOf({ perSecond: constant(60, 5), settings }).play(fixed(0)).latePct).toBe(100);
  });

  it('a load of 10¹² records a second', () => {
    const settings = { recordsPerSecPerWorker: 5e11, initialWorkers: 3, maxWorkers: 3 };
    expect(stageOf({ perSecond: constant(500, 1e12), settings }).play(fixed(3)).latePct).toBe(0);
  });

  it('more workers than partitions, and a pool that goes to zero and back', () => {
    const settings = {
      minWorkers: 0,
      maxWorkers: 50,
      initialWorkers: 50,
      leadTimeSeconds: 0,
      sharing: 'ordered' as const,
    };
    const stage = stageOf({ perSecond: constant(100, 10), partitions: 3, settings });
    expect(stage.play(fixed(0)).supply[99]).toBe(0);
    expect(stage.play(fixed(50)).latePct).toBe(0);
  });
});
