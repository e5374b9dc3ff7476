import { systemClock } from '@foreshadow/domain';
import { FakeClock } from '@foreshadow/testkit';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TrainingOptions } from '../src/options.ts';
import { type TrainingRequest, TrainingWorker, type TrainingWorkerOptions } from '../src/training-worker.ts';
import { buildThread, waves } from './support.ts';

const OPTIONS: TrainingOptions = { steps: [1, 3], stepMs: 5000, units: 8, window: 16, epochs: 3 };
const opened: TrainingWorker[] = [];
let script: URL;

/** A thread's script in one line. */
function line(code: string): URL {
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

const FOREVER = line('setInterval(() => {}, 1000)');

function open(options: Partial<TrainingWorkerOptions> = {}): TrainingWorker {
  const worker = new TrainingWorker({ clock: systemClock, script, ...options });
  opened.push(worker);
  return worker;
}

function request(stream = 'orders', options: Partial<TrainingOptions> = {}): TrainingRequest {
  return { stream, series: waves(8, 240), options: { ...OPTIONS, ...options } };
}

beforeAll(() => {
  script = buildThread();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((worker) => worker.close()));
});

describe('a training in a thread', () => {
  it('gives a network and tells of its epochs, while the caller goes on', async () => {
    let ticks = 0;
    const ticking = setInterval(() => ticks++, 1);
    const epochs: number[] = [];
    const result = await open().train(request(), { onEpoch: ({ epoch }) => epochs.push(epoch) });
    clearInterval(ticking);
    expect(result).toMatchObject({ accepted: true, network: { units: 8, steps: [1, 3] } });
    expect(epochs).toEqual([1, 2, 3]);
    expect(ticks).toBeGreaterThan(20);
  });

  it('leaves the series to the caller, who may go on writing to them', async () => {
    const worker = open();
    const mine = request();
    const training = worker.train(mine);
    for (const { values } of mine.series) (values as Float64Array).fill(NaN);
    expect(await training).toMatchObject({ accepted: true });
  });

  it('tells a rejected training from one that failed', async () => {
    const result = await open().train({ ...request(), series: waves(1, 5) });
    expect(result).toMatchObject({ accepted: false, reason: 'TOO_LITTLE_DATA' });
  });

  it('trains other networks one after the other', async () => {
    const worker = open();
    const order: string[] = [];
    const trainings = ['a', 'b'].map(async (stream) => {
      await worker.train(request(stream, { epochs: 1 }), { onEpoch: () => order.push(stream) });
      order.push(`${stream} done`);
    });
    expect(worker.pending).toBe(2);
    await Promise.all(trainings);
    expect(order).toEqual(['a', 'a done', 'b', 'b done']);
    expect(worker.pending).toBe(0);
  });
});

describe('a thread that fails', () => {
  it.each([
    ['throws', 'throw new Error("boom")', 'boom'],
    ['throws later', 'setTimeout(() => { throw new Error("boom") }, 1)', 'boom'],
    ['rejects', 'Promise.reject(new Error("boom"))', 'boom'],
    ['exits', 'process.exit(3)', 'code 3'],
    ['ends without a word', '', 'code 0'],
    ['runs out of memory', 'const a = []; for (;;) a.push(new Array(1e5).fill(a.length))', 'memory'],
    ['is no JavaScript', 'this is none', 'failed'],
  ])('rejects its training when it %s', async (_, code, message) => {
    const worker = open({ script: line(code), memoryMib: 32 });
    await expect(worker.train(request())).rejects.toMatchObject({
      code: 'THREAD_FAILED',
      retryable: true,
      message: expect.stringContaining(message) as string,
    });
    expect(worker.pending).toBe(0);
  });

  it('rejects its training when its script is not there', async () => {
    const worker = open({ script: new URL('file:///nowhere/thread.js') });
    await expect(worker.train(request())).rejects.toMatchObject({ code: 'THREAD_FAILED' });
  });

  it('harms none of the trainings that wait', async () => {
    const dying = `
      import { parentPort, workerData } from 'node:worker_threads';
      if (workerData.options.seed === 1) process.exit(1);
      parentPort.postMessage({ kind: 'done', result: { accepted: false, reason: 'DIVERGED' } });`;
    const worker = open({ script: line(dying) });
    const [first, second] = await Promise.allSettled([
      worker.train(request('a', { seed: 1 })),
      worker.train(request('b', { seed: 2 })),
    ]);
    expect(first.status).toBe('rejected');
    expect(second).toMatchObject({ status: 'fulfilled', value: { reason: 'DIVERGED' } });
  });

  it('is ended after the time it has', async () => {
    const clock = new FakeClock();
    const worker = open({ script: FOREVER, clock, timeoutMs: 1000 });
    const training = worker.train(request());
    const outcome = expect(training).rejects.toMatchObject({ code: 'TIMED_OUT' });
    await clock.advance(1000);
    await outcome;
    expect(worker.pending).toBe(0);
  });
});

describe('the queue', () => {
  it('takes a network once, until it is trained', async () => {
    const worker = open({ script: FOREVER });
    worker.train(request('a')).catch(() => {});
    worker.train(request('b')).catch(() => {});
    await expect(worker.train(request('a'))).rejects.toMatchObject({ code: 'BUSY', retryable: true });
    await expect(worker.train(request('b'))).rejects.toMatchObject({ code: 'BUSY' });
    worker.train(request('a', { stepMs: 1000 })).catch(() => {});
    expect(worker.pending).toBe(3);
  });

  it('is bounded', async () => {
    const worker = open({ script: FOREVER, queueLimit: 1 });
    worker.train(request('a')).catch(() => {});
    worker.train(request('b')).catch(() => {});
    await expect(worker.train(request('c'))).rejects.toMatchObject({ code: 'QUEUE_FULL', retryable: true });
  });

  it('lets go of what is aborted, running or waiting', async () => {
    const worker = open({ script: FOREVER });
    const [running, waiting] = [new AbortController(), new AbortController()];
    const trainings = [
      worker.train(request('a'), { signal: running.signal }),
      worker.train(request('b'), { signal: waiting.signal }),
    ];
    waiting.abort();
    running.abort();
    for (const outcome of await Promise.allSettled(trainings)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ABORTED' } });
    }
    await expect(worker.train(request('c'), { signal: running.signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    expect(worker.pending).toBe(0);
  });

  it('is emptied by closing', async () => {
    const worker = open({ script: FOREVER });
    const trainings = ['a', 'b'].map((stream) => worker.train(request(stream)));
    const outcomes = Promise.allSettled(trainings);
    await worker.close();
    for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'CLOSED' } });
    await expect(worker.train(request('c'))).rejects.toMatchObject({ code: 'CLOSED' });
  });

  it('takes nothing whose options are wrong', async () => {
    const worker = open({ script: FOREVER });
    await expect(worker.train(request('a', { units: 3 }))).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    expect(worker.pending).toBe(0);
    expect(() => open({ queueLimit: 0 })).toThrow('queueLimit');
  });
});
