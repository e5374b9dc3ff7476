import { FakeClock } from '@foreshadow/testkit';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Journal } from '../../src/journal.ts';
import { silentLogger } from '../../src/logger.ts';
import { Metrics } from '../../src/metrics.ts';
import { TrainingCoordinator, type TrainingOptions } from '../../src/training/coordinator.ts';
import { LoadHistory } from '../../src/training/load-history.ts';
import type {
  TrainedNetwork,
  Trainer,
  TrainingOutcome,
  TrainingRequest,
} from '../../src/training/trainer.ts';

const LEVELS = [
  { stepMs: 1000, reach: 5 },
  { stepMs: 5000, reach: 12 },
  { stepMs: 30_000, reach: 10 },
];

let clock: FakeClock;
let journal: Journal;
let metrics: Metrics;
let history: LoadHistory;
const use = vi.fn();
const tell = vi.fn();
const train = vi.fn<Trainer['train']>();
const stored = vi.fn<Trainer['stored']>();
const trainer: Trainer = { train, stored, close: () => Promise.resolve() };

const network = (request: Pick<TrainingRequest, 'stream' | 'stepMs'>, version: number): TrainedNetwork => ({
  stream: request.stream,
  stepMs: request.stepMs,
  version,
  bytes: Uint8Array.of(version),
});
const accepted = (request: TrainingRequest, version = 1): TrainingOutcome => ({
  accepted: true,
  network: network(request, version),
  evidence: 'loss 0.9 → 0.7',
});

function make(changes: Partial<TrainingOptions> = {}): TrainingCoordinator {
  return new TrainingCoordinator({
    openTrainer: () => Promise.resolve(trainer),
    history,
    streams: ['orders'],
    levels: LEVELS,
    everyMs: 1_800_000,
    use,
    tell,
    clock,
    journal,
    metrics,
    logger: silentLogger,
    ...changes,
  });
}

const events = () => journal.events(100).map((e) => `${e.kind} ${e.subject}: ${e.message}`);
const counted = async (name: string): Promise<string | undefined> =>
  (await metrics.text()).body.split('\n').find((line) => line.startsWith(`foreshadow_actuator_${name}`));

/** Minutes of load, and one trial a minute whether training is due. */
async function pass(coordinator: TrainingCoordinator, minutes: number): Promise<void> {
  const signal = new AbortController().signal;
  for (let minute = 0; minute < minutes; minute++) {
    for (let s = 0; s < 60; s++) {
      await clock.advance(1000);
      history.push('orders/0', { atMs: clock.nowMs(), recordsPerSec: 100, capacityRecordsPerSec: undefined });
    }
    await coordinator.trainDue(trainer, signal);
  }
}

beforeEach(() => {
  clock = new FakeClock();
  journal = new Journal();
  history = new LoadHistory({ tickMs: 1000, levels: LEVELS, streams: [{ name: 'orders', partitions: 1 }] });
  metrics = new Metrics({
    snapshot: () => ({
      atMs: 0,
      mode: 'act',
      planIntervalMs: 0,
      pools: [],
      partitions: [],
      edges: [],
      sampling: [],
      alerts: [],
    }),
    scorecards: () => [],
    alerts: () => [],
    loadScores: () => [],
    demandScores: () => [],
    unknownPartitions: () => 0,
    leadingExperts: () => [],
    networks: () => [],
    savedModels: () => ({ bytes: 0, skipped: 0 }),
    usage: () => ({ cpuSeconds: 0, residentBytes: 0 }),
  });
  for (const mock of [use, tell, train, stored]) mock.mockReset();
  stored.mockResolvedValue([]);
  train.mockImplementation((request) => Promise.resolve(accepted(request)));
});

describe('training', () => {
  it('begins after ten minutes of data, and comes again when it is due', async () => {
    const coordinator = make();
    await pass(coordinator, 9);
    expect(train).not.toHaveBeenCalled();
    await pass(coordinator, 2);
    // The coarsest resolution has twenty steps by then: too few.
    expect(train.mock.calls.map(([r]) => [r.stepMs, r.reach])).toEqual([
      [1000, 5],
      [5000, 12],
    ]);
    expect(train.mock.calls[0]![0].series[0]).toMatchObject({ partition: 'orders/0' });
    await pass(coordinator, 28);
    expect(train).toHaveBeenCalledTimes(2);
    await pass(coordinator, 3);
    expect(train).toHaveBeenCalledTimes(4);
  });

  it('takes what was accepted into use, tells it, and says on what evidence', async () => {
    const coordinator = make();
    await pass(coordinator, 11);
    expect(use.mock.calls.map(([n]) => (n as TrainedNetwork).stepMs)).toEqual([1000, 5000]);
    expect(tell).toHaveBeenCalledWith('orders');
    expect(coordinator.networks('orders').map((n) => [n.stepMs, n.version])).toEqual([
      [1000, 1],
      [5000, 1],
    ]);
    expect(events().at(-1)).toBe('network-trained orders: network 1 at 1 s: loss 0.9 → 0.7');
    expect(await counted('trainings_total')).toContain('outcome="accepted"} 2');
  });

  it('that is rejected, as for diverging, leaves the weights of before', async () => {
    const coordinator = make();
    await pass(coordinator, 11);
    train.mockResolvedValue({ accepted: false, reason: 'the loss diverged' });
    await pass(coordinator, 31);
    expect(coordinator.networks('orders').map((n) => n.version)).toEqual([1, 1]);
    expect(events()[0]).toBe(
      'training-rejected orders: at 5 s: the loss diverged; the weights of before stay',
    );
  });

  it('that fails, or makes what cannot be run, leaves the weights of before', async () => {
    const coordinator = make();
    await pass(coordinator, 11);
    train.mockRejectedValueOnce(new Error('out of memory'));
    train.mockImplementationOnce((request) => Promise.resolve(accepted(request, 2)));
    use.mockImplementationOnce(() => {
      throw new Error('a network of another layout');
    });
    await pass(coordinator, 31);
    expect(coordinator.networks('orders').map((n) => n.version)).toEqual([1, 1]);
    expect(events().slice(0, 2)).toEqual([
      'training-failed orders: at 5 s: a network of another layout; the weights of before stay',
      'training-failed orders: at 1 s: out of memory; the weights of before stay',
    ]);
    expect((await metrics.text()).body).toMatch(/trainings_total\{stream="orders",outcome="failed"\} 2/);
  });

  it('that does not end is given up', async () => {
    let gaveUp: unknown;
    train.mockImplementation(
      (_request, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            gaveUp = signal.reason;
            reject(signal.reason as Error);
          });
        }),
    );
    for (let s = 0; s < 700; s++) {
      await clock.advance(1000);
      history.push('orders/0', { atMs: clock.nowMs(), recordsPerSec: 100, capacityRecordsPerSec: undefined });
    }
    const coordinator = make({ levels: [LEVELS[0]!] });
    const training = coordinator.trainDue(trainer, new AbortController().signal);
    await clock.advance(601_000);
    await training;
    expect(gaveUp).toMatchObject({ message: 'it took longer than 10 min' });
    expect(events()[0]).toContain('training-failed orders: at 1 s: it took longer than 10 min');
  });
});

describe('a start', () => {
  const runFor = async (coordinator: TrainingCoordinator): Promise<void> => {
    const abort = new AbortController();
    const running = coordinator.run(abort.signal);
    await clock.advance(1000);
    abort.abort();
    await clock.advance(1);
    await running;
  };

  it('takes up the networks of before', async () => {
    stored.mockResolvedValue([network({ stream: 'orders', stepMs: 1000 }, 7)]);
    const coordinator = make();
    await runFor(coordinator);
    expect(coordinator.networks('orders')).toMatchObject([{ version: 7 }]);
    expect(tell).toHaveBeenCalledWith('orders');
  });

  it('goes on without a network that cannot be run or read', async () => {
    stored.mockResolvedValueOnce([network({ stream: 'orders', stepMs: 1000 }, 7)]);
    use.mockImplementationOnce(() => {
      throw new Error('another layout');
    });
    const coordinator = make();
    await runFor(coordinator);
    expect(coordinator.networks('orders')).toEqual([]);
    stored.mockRejectedValueOnce(new Error('no store'));
    await runFor(make());
  });

  it('goes on where there is no trainer, or it cannot be loaded', async () => {
    await runFor(make({ openTrainer: () => Promise.resolve(undefined) }));
    expect(events()).toEqual([]);
    await runFor(make({ openTrainer: () => Promise.reject(new Error('no TensorFlow')) }));
    expect(events()).toEqual(['training-failed all: the trainer cannot be loaded: no TensorFlow']);
  });
});
