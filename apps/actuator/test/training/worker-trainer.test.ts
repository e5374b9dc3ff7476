import type { Network, StoredNetwork, TrainingReport, TrainingResult } from '@foreshadow/trainer';
import { FakeClock } from '@foreshadow/testkit';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkerTrainer } from '../../src/training/worker-trainer.ts';

const network = (loss: number): Network => ({
  inputs: 6,
  units: 4,
  steps: [1, 2, 3],
  stepMs: 1000,
  trainedAtMs: 0,
  loss,
  weights: new Float32Array(),
});
const report: TrainingReport = {
  backend: 'wasm',
  epochs: 12,
  updates: 192,
  lossBefore: NaN,
  lossAfter: 0.5,
  lossNaive: 0.75,
  msPerEpoch: 1,
  warmStarted: false,
  knowsTimeOfDay: false,
};
const series = [{ partition: 'orders/0' as const, startMs: 1000, values: Float64Array.of(1, 2, NaN) }];
const request = { stream: 'orders', stepMs: 1000, reach: 2, series };
const signal = new AbortController().signal;

let clock: FakeClock;
let kept: StoredNetwork;
const trainOnce = vi.fn<(request: unknown, call: unknown) => Promise<TrainingResult>>();
const close = vi.fn(() => Promise.resolve());

function make(): WorkerTrainer {
  const save = (stream: string, saved: Network, ifVersion: number): Promise<StoredNetwork> => {
    if (ifVersion !== kept.version) return Promise.reject(new Error('another one was saved since'));
    const bytes = Uint8Array.of(ifVersion + 1);
    kept = { stream, stepMs: saved.stepMs, version: ifVersion + 1, network: saved, bytes };
    return Promise.resolve(kept);
  };
  const others = { stream: 'clicks', stepMs: 1000, version: 9, network: network(1), bytes: Uint8Array.of(9) };
  const store = {
    load: () => Promise.resolve(kept),
    loadAll: () => Promise.resolve([kept, others].filter((s) => s.network !== undefined)),
    save,
  };
  return new WorkerTrainer({ train: trainOnce, close }, store, clock);
}

beforeEach(() => {
  clock = new FakeClock();
  kept = { stream: 'orders', stepMs: 1000, version: 0, network: undefined, bytes: undefined };
  trainOnce.mockReset();
  trainOnce.mockResolvedValue({ accepted: true, network: network(0.5), report });
});

describe('training in a thread', () => {
  it('saves what was accepted under the next version, and says on what evidence', async () => {
    expect(await make().train(request, signal)).toEqual({
      accepted: true,
      network: { stream: 'orders', stepMs: 1000, version: 1, bytes: Uint8Array.of(1) },
      evidence: 'loss 0.500 on held-out data, 0.750 of last value, 12 epochs',
    });
    expect(trainOnce).toHaveBeenCalledWith(
      {
        stream: 'orders',
        series,
        options: { steps: [1, 2, 3], stepMs: 1000, warmStart: undefined, nowMs: clock.nowMs() },
      },
      { signal },
    );
  });

  it('begins with the weights of before', async () => {
    const trainer = make();
    await trainer.train(request, signal);
    await trainer.train(request, signal);
    expect(trainOnce.mock.calls[1]![0]).toMatchObject({ options: { warmStart: network(0.5) } });
    expect(kept.version).toBe(2);
  });

  it.each([
    ['DIVERGED', 'the training diverged'],
    ['NOT_BETTER_THAN_NAIVE', 'it is no better than last value'],
  ] as const)('saves nothing that was rejected as %s', async (reason, words) => {
    trainOnce.mockResolvedValue({ accepted: false, reason, report: { ...report, lossBefore: 0.4 } });
    expect(await make().train(request, signal)).toEqual({
      accepted: false,
      reason: `${words} (loss 0.500 on held-out data, 0.750 of last value, 0.400 before, 12 epochs)`,
    });
    expect(kept.version).toBe(0);
  });

  it('gives the networks of a stream that were saved before', async () => {
    expect(await make().stored('orders')).toEqual([]);
    await make().train(request, signal);
    expect(await make().stored('orders')).toEqual([
      { stream: 'orders', stepMs: 1000, version: 1, bytes: Uint8Array.of(1) },
    ]);
    expect(await make().stored('clicks')).toMatchObject([{ version: 9 }]);
  });
});
