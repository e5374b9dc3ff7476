import { Xoshiro128 } from '@foreshadow/domain';
import { beforeAll, describe, expect, it } from 'vitest';
import { hearsTimeOfDay, type Network } from '../src/network.ts';
import type { TrainingOptions, TrainingSeries } from '../src/options.ts';
import type { TrainingResult } from '../src/result.ts';
import { sampleSeries } from '../src/sample.ts';
import { trainNetwork } from '../src/train.ts';
import { drawnNetwork, KernelSeries, waves } from './support.ts';

const OPTIONS: TrainingOptions = {
  steps: [1, 3, 6],
  stepMs: 5000,
  units: 8,
  window: 16,
  epochs: 8,
  nowMs: 77,
};
const SERIES = waves(8, 240);

/** One that has learned a little, and one that has learned. */
let young: Network;
let grown: TrainingResult;
const losses: number[] = [];

beforeAll(async () => {
  young = networkOf(await trainNetwork(SERIES, { ...OPTIONS, epochs: 2 }));
  grown = await trainNetwork(SERIES, OPTIONS, { onEpoch: ({ loss }) => losses.push(loss) });
});

function networkOf(result: TrainingResult): Network {
  if (!result.accepted) throw new Error(`the training was rejected: ${result.reason}`);
  return result.network;
}

/** Σ|error| of a network over that of last value from step `from` on, a horizon each. */
function errorRatios(network: Network, series: readonly TrainingSeries[], from: number): number[] {
  const errors = network.steps.map(() => ({ own: 0, naive: 0 }));
  for (const { values } of series) {
    const kernel = new KernelSeries(network);
    for (let t = 0; t < values.length; t++) {
      kernel.step(values[t]!);
      if (t < from) continue;
      for (const [h, [, median]] of kernel.predict().entries()) {
        const then = values[t + network.steps[h]!];
        if (then === undefined) continue;
        errors[h]!.own += Math.abs(then - median!);
        errors[h]!.naive += Math.abs(then - values[t]!);
      }
    }
  }
  return errors.map(({ own, naive }) => own / naive);
}

describe('training', () => {
  it('learns eight noisy sines better than last value, on what it has not seen', () => {
    const result = grown;
    const network = networkOf(result);
    expect(result.report.lossAfter).toBeLessThan(0.6 * result.report.lossNaive);
    expect(result.report.lossAfter).toBe(Math.min(...losses));
    expect(losses).toHaveLength(result.report.epochs);
    expect(network).toMatchObject({ inputs: 6, units: 8, steps: [1, 3, 6], stepMs: 5000, trainedAtMs: 77 });
    expect(network.loss).toBe(result.report.lossAfter);
    const [near, middle, far] = errorRatios(network, SERIES, 192) as [number, number, number];
    expect(near).toBeLessThan(0.9);
    expect(middle).toBeLessThan(0.5);
    expect(far).toBeLessThan(0.4);
  });

  it('serves a series that it never saw', () => {
    const [, middle, far] = errorRatios(networkOf(grown), waves(1, 120, 99), 24) as [number, number, number];
    expect(middle).toBeLessThan(0.6);
    expect(far).toBeLessThan(0.5);
  });

  it('gives the same weights for the same seed, others for another', async () => {
    const options = { ...OPTIONS, epochs: 2 };
    const [first, second, other] = [
      young,
      networkOf(await trainNetwork(SERIES, options)),
      networkOf(await trainNetwork(SERIES, { ...options, seed: 2 })),
    ];
    expect(second.weights).toEqual(first.weights);
    expect(other.weights).not.toEqual(first.weights);
  });

  it('goes on from weights that it began with, and has to better them', async () => {
    const warmStart = young;
    const result = await trainNetwork(SERIES, { ...OPTIONS, warmStart, epochs: 4 });
    expect(result.report.warmStarted).toBe(true);
    expect(result.report.lossBefore).toBeCloseTo(warmStart.loss, 6);
    expect(networkOf(result).loss).toBeLessThan(warmStart.loss);
  });

  it('begins anew where the weights are of another shape or resolution', async () => {
    for (const warmStart of [
      drawnNetwork(12, OPTIONS.steps),
      drawnNetwork(8, [1, 2]),
      { ...drawnNetwork(8, OPTIONS.steps), stepMs: 1000 },
    ]) {
      const { report } = await trainNetwork(SERIES, { ...OPTIONS, epochs: 1, warmStart });
      expect(report.warmStarted).toBe(false);
    }
  });

  it('stops once what is held out grows no better', async () => {
    const { report } = await trainNetwork(SERIES, { ...OPTIONS, epochs: 50, patience: 1, learningRate: 0.3 });
    expect(report.epochs).toBeLessThan(50);
  });

  it('ends when it is aborted', async () => {
    const controller = new AbortController();
    const training = trainNetwork(SERIES, OPTIONS, {
      signal: controller.signal,
      onEpoch: () => controller.abort(),
    });
    await expect(training).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('makes a network deaf to a time of day that it could not learn from', async () => {
    const day = { ...OPTIONS, stepMs: 3_600_000, epochs: 2 };
    const timed = SERIES.map((one) => ({ ...one, startMs: 0 }));
    expect(hearsTimeOfDay(networkOf(await trainNetwork(SERIES, day)))).toBe(false);
    expect(hearsTimeOfDay(networkOf(await trainNetwork(timed, { ...day, stepMs: 5000 })))).toBe(false);
    expect(hearsTimeOfDay(networkOf(await trainNetwork(timed, day)))).toBe(true);
  });
});

describe('a training that goes wrong', () => {
  it.each([1e30, 1e3, 30])('is rejected with its weights at a learning rate of %s', async (learningRate) => {
    const warmStart = young;
    const before = warmStart.weights.slice();
    const result = await trainNetwork(SERIES, { ...OPTIONS, learningRate, warmStart, epochs: 4 });
    expect(result).toMatchObject({
      accepted: false,
      reason: learningRate > 1e4 ? 'DIVERGED' : 'NOT_BETTER_THAN_BEFORE',
    });
    expect(result).not.toHaveProperty('network');
    expect(warmStart.weights).toEqual(before);
  });

  it('is rejected where it came to less than last value', async () => {
    const rng = new Xoshiro128(5);
    let sum = 100;
    const walk = { values: Float64Array.from({ length: 1000 }, () => (sum += rng.next() - 0.5)) };
    const result = await trainNetwork([walk], { ...OPTIONS, epochs: 1, learningRate: 1 });
    expect(result).toMatchObject({ accepted: false, reason: 'NOT_BETTER_THAN_NAIVE' });
  });

  it.each<[string, readonly TrainingSeries[]]>([
    ['no series', []],
    ['empty ones', [{ values: [] }, { values: [] }]],
    ['single values', [{ values: [1] }, { values: [2] }]],
    ['only missing values', [{ values: new Float64Array(5000).fill(NaN) }]],
    ['values that are no rates', [{ values: new Float64Array(5000).fill(Infinity) }]],
    ['a few steps', waves(2, 30)],
  ])('is rejected with %s', async (_, series) => {
    const result = await trainNetwork(series, OPTIONS);
    expect(result).toMatchObject({ accepted: false, reason: 'TOO_LITTLE_DATA' });
  });

  it('survives series of every kind beside good ones', async () => {
    const odd: TrainingSeries[] = [
      { values: new Float64Array(240) },
      { values: new Float64Array(240).fill(1e30) },
      { values: Float64Array.from({ length: 240 }, (_, t) => (t % 2 === 0 ? 1e30 : -1e30)) },
      { values: Float64Array.from({ length: 240 }, (_, t) => (t % 7 === 0 ? NaN : 1e-300 * t)) },
      { values: Float64Array.from({ length: 240 }, (_, t) => 1.3 ** t) },
      { values: Float64Array.from({ length: 240 }, (_, t) => (t === 100 ? 5 : 0)) },
      { values: [] },
    ];
    const result = await trainNetwork([...SERIES, ...odd], { ...OPTIONS, epochs: 4 });
    expect(networkOf(result).weights.every(Number.isFinite)).toBe(true);
  });
});

it('takes no more series than it has use for', () => {
  const series = waves(3, 10).map((one) => ({ ...one, values: new Float64Array(700_000) }));
  expect(sampleSeries(series)).toEqual([series[0]]);
  expect(sampleSeries(SERIES)).toBe(SERIES);
});

describe('options', () => {
  it.each<[string, Partial<TrainingOptions>]>([
    ['units', { units: 10 }],
    ['units', { units: 0 }],
    ['steps', { steps: [] }],
    ['steps', { steps: [3, 1] }],
    ['stepMs', { stepMs: 0 }],
    ['window', { window: 1 }],
    ['epochs', { epochs: 0.5 }],
    ['learningRate', { learningRate: NaN }],
    ['heldOut', { heldOut: 0 }],
    ['seed', { seed: 0.5 }],
    ['nowMs', { nowMs: NaN }],
  ])('are refused with the name of %s', async (key, change) => {
    const training = trainNetwork(SERIES, { ...OPTIONS, ...change });
    await expect(training).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining(key) as string,
    });
  });
});
