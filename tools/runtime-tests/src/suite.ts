import { systemClock } from '@foreshadow/domain';
import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import { createRing, drainLoop, RingReader, RingWriter } from '@foreshadow/shadow';
import type { Check, Fixture, RingRead, RingTask, RuntimeEnvironment, RuntimeOutcome } from './contract.ts';
import { forecastDigest } from './digest.ts';
import { RingCount } from './ring-count.ts';

const FORECAST = { tickMs: 1000, horizonsMs: [5000, 60_000, 300_000], forecaster: 'bank' } as const;
const LINK_TIMEOUT_MS = 20_000;
const LINKED_TICKS = 6;

/** The suite that every runtime passes: forecasts, tap, and the link to a real actuator. */
export async function runSuite(environment: RuntimeEnvironment): Promise<RuntimeOutcome> {
  const fixture = (await (await fetch(`${environment.baseUrl}/fixture.json`)).json()) as Fixture;
  const digest = await forecastDigest(fixture);
  const checks = [
    await check('forecasts from a saved state', () => assertDigest(digest)),
    await check('the tap counts exactly', tapCountsExactly),
    await check('the tap takes anything and never throws', tapNeverThrows),
    await check('a shadow stream is read on another thread, or in slices', () => shadowIsRead(environment)),
    await check('forecasts reach a real actuator', () => linkDelivers(environment)),
  ];
  return { runtime: environment.runtime, checks, forecastDigest: digest };
}

async function check(name: string, body: () => void | Promise<void>): Promise<Check> {
  try {
    await body();
    return { name, ok: true, detail: '' };
  } catch (error) {
    return {
      name,
      ok: false,
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
}

function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

function assertDigest(digest: string): void {
  assert(/^[0-9a-f]{64}$/.test(digest), `no digest: ${digest}`);
}

function unlinkedEdge(): ForeshadowEdge {
  return new ForeshadowEdge({
    nodeId: 'runtime-test',
    streams: [{ name: 'tap', partitions: 4, sampler: { kind: 'bernoulli', rate: 0.1, seed: 1 } }],
    forecast: FORECAST,
  });
}

function tapCountsExactly(): void {
  const edge = unlinkedEdge();
  for (let second = 0; second < 30; second++) {
    for (let i = 0; i < 4000; i++) edge.offer('tap', i % 4, `key-${i % 97}`, 100 + (i % 50));
    edge.tick(1_700_000_000_000 + 1000 * (second + 1));
  }
  const samples = edge.samples();
  assert(samples.length === 4, `4 samples expected, got ${samples.length}`);
  for (const sample of samples) {
    assert(
      sample.recordsPerSec?.value === 1000,
      `1000 records/s expected, got ${sample.recordsPerSec?.value}`,
    );
    assert(sample.recordsPerSec.standardError === 0, 'counted rates have no error');
  }
  const forecast = edge.forecast('tap/0');
  assert(forecast !== undefined, 'a forecast after 30 ticks');
  assert(Math.abs(forecast.path.mean[0]! - 1000) < 50, `about 1000 expected, got ${forecast.path.mean[0]}`);
}

function tapNeverThrows(): void {
  const edge = unlinkedEdge();
  const hostile: unknown[] = [Number.NaN, -1, 1e12, undefined, null, {}, 'x', Number.POSITIVE_INFINITY];
  for (const value of hostile) {
    edge.offer('tap', value as number, value as string, value as number);
    edge.offer(value as string, 0, 'key', 1);
  }
  edge.tick(Number.NaN);
  edge.tick(0);
}

const RING_TICKS = 40;
const RING_KEY = 'ключ-日本';

/** A shadow stream of every record, over a ring that is far smaller than all of it. */
async function shadowIsRead(environment: RuntimeEnvironment): Promise<void> {
  const memory = createRing(65_536);
  const sink = new RingWriter(memory);
  const sampler = { kind: 'bernoulli', rate: 1, seed: 1 } as const;
  const edge = new ForeshadowEdge({
    nodeId: 'runtime-test',
    streams: [{ name: 'tap', partitions: 1, shadows: [{ name: 'all', sampler, sink }] }],
    forecast: FORECAST,
  });
  const read = environment.hasSharedWorkers
    ? readByWorker(memory, environment.baseUrl)
    : readInSlices(memory);
  const record = { key: RING_KEY, value: new Uint8Array(100), timestampMs: 1 };
  for (let t = 1; t <= RING_TICKS; t++) {
    for (let i = 0; i < 50; i++) edge.tap('tap').offerRecord(0, record);
    edge.tick(1_700_000_000_000 + 1000 * t);
    const giveUpAt = performance.now() + 5000;
    while (sink.stats().waitingBytes > 32_768 && performance.now() < giveUpAt) await systemClock.sleep(5);
  }
  const { samples, weight, ticks, key } = await read;
  assert(sink.stats().faults === 0, `the reader took all; it failed ${sink.stats().faults} times`);
  assert(samples === 50 * RING_TICKS, `${50 * RING_TICKS} samples expected, got ${samples}`);
  assert(weight === samples && ticks === RING_TICKS, `weight ${weight}, ticks ${ticks}`);
  assert(key === RING_KEY, `key ${RING_KEY} expected, got ${key}`);
}

async function readInSlices(memory: SharedArrayBuffer | ArrayBuffer): Promise<RingRead> {
  const abort = new AbortController();
  const count = new RingCount();
  const between = (): void => {
    if (count.ticks === RING_TICKS) abort.abort();
  };
  await drainLoop(new RingReader(memory), count, { clock: systemClock, signal: abort.signal, between });
  return count;
}

async function readByWorker(memory: SharedArrayBuffer | ArrayBuffer, baseUrl: string): Promise<RingRead> {
  assert(memory instanceof SharedArrayBuffer, 'there is shared memory here');
  const code = await (await fetch(`${baseUrl}/ring-worker.js`)).text();
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
  const worker = new Worker(url, { type: 'module' });
  try {
    return await new Promise<RingRead>((resolve, reject) => {
      worker.addEventListener('message', ({ data }) => resolve(data as RingRead));
      worker.addEventListener('error', ({ message }) => reject(new Error(`the worker failed: ${message}`)));
      worker.postMessage({ memory, ticks: RING_TICKS } satisfies RingTask);
    });
  } finally {
    worker.terminate();
  }
}

async function linkDelivers(environment: RuntimeEnvironment): Promise<void> {
  const edge = new ForeshadowEdge({
    nodeId: `edge-${environment.runtime}`,
    streams: [
      { name: environment.stream, partitions: 2, sampler: { kind: 'stratified', rate: 0.05, seed: 2 } },
    ],
    forecast: FORECAST,
    link: {
      url: environment.linkUrl,
      ...(environment.webSocket === undefined ? {} : { webSocket: environment.webSocket }),
    },
  });
  let ticks = 0;
  edge.onTick(() => {
    if (edge.status().link === 'connected') ticks++;
  });
  edge.start();
  const feed = setInterval(() => {
    for (let i = 0; i < 20; i++) edge.offer(environment.stream, i % 2, `k${i}`, 200);
  }, 100);
  try {
    const giveUpAt = performance.now() + LINK_TIMEOUT_MS;
    while (ticks < LINKED_TICKS && performance.now() < giveUpAt)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert(
      ticks >= LINKED_TICKS,
      `${LINKED_TICKS} ticks while connected expected, got ${ticks}; link ${edge.status().link}`,
    );
    const answer = await fetch(`${environment.baseUrl}/partition/${environment.stream}/0`);
    const detail = (await answer.json()) as {
      view?: { recordsPerSec: number | null; path: unknown[]; stale: boolean };
    };
    const rate = detail.view?.recordsPerSec;
    assert(
      typeof rate === 'number' && rate > 20 && rate < 400,
      `the actuator shows about 100 records/s; got ${rate}`,
    );
    assert((detail.view?.path.length ?? 0) > 3, 'the actuator shows the forecast path');
    assert(detail.view?.stale === false, 'the actuator shows it as fresh');
  } finally {
    clearInterval(feed);
    await edge.stop();
  }
}
