import { readFileSync } from 'node:fs';
import type { LoadForecast } from '@foreshadow/domain';
import { FakeClock } from '@foreshadow/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EdgeSdkError,
  ForeshadowEdge,
  type ForeshadowEdgeOptions,
  type Logger,
  VERSION,
} from '../src/index.ts';

const NOW_MS = 1_700_000_000_000;
const FORECAST = { tickMs: 1000, horizonsMs: [5000, 60_000] };

function edgeOf(options: Partial<ForeshadowEdgeOptions> = {}): ForeshadowEdge {
  const streams = [
    { name: 'orders', partitions: 2 },
    { name: 'clicks', partitions: 3 },
  ];
  return new ForeshadowEdge({ nodeId: 'edge-1', streams, forecast: FORECAST, ...options });
}

/** Records a tick for each partition of `orders`, `recordsPerSec` in all, for some seconds. */
function feed(edge: ForeshadowEdge, seconds: number, recordsPerSec: number): void {
  for (let second = 1; second <= seconds; second++) {
    for (let i = 0; i < recordsPerSec; i++) edge.offer('orders', i % 2, `k${i % 13}`, 200);
    edge.tick(NOW_MS + second * 1000);
  }
}

describe('ForeshadowEdge', () => {
  it('counts exactly and forecasts what it counted', () => {
    const edge = edgeOf();
    feed(edge, 20, 100);
    expect(edge.samples().map((s) => [s.partition, s.recordsPerSec?.value])).toEqual([
      ['orders/0', 50],
      ['orders/1', 50],
      ['clicks/0', 0],
      ['clicks/1', 0],
      ['clicks/2', 0],
    ]);
    const forecast = edge.forecast('orders/1')!;
    expect(forecast.issuedAtMs).toBe(NOW_MS + 20_000);
    expect(forecast.path.mean[0]).toBeCloseTo(50, 3);
    expect(forecast.ratios.bytesPerRecord!.value).toBeCloseTo(200, 9);
    expect(forecast.ratios.bytesPerRecord!.standardError).toBeCloseTo(0, 9);
    expect(forecast.ratios.workPerRecord).toBeUndefined();
    expect(edge.forecasts()).toHaveLength(5);
    expect(edge.scorecard('orders/1')!.horizons[0]!.scored).toBeGreaterThan(5);
    expect(edge.status()).toEqual({ link: 'idle', lastEnd: undefined });
  });

  it('takes the work of a record from a probe, for the load and its forecast, before what workers measured', () => {
    const work = { value: 300, standardError: 20 };
    const workPerRecord = (partition: number) => (partition === 1 ? work : undefined);
    const edge = edgeOf({ streams: [{ name: 'orders', partitions: 2, workPerRecord }] });
    feed(edge, 20, 100);
    const [without, probed] = edge.samples();
    expect(without?.workPerSec).toBeUndefined();
    expect(probed?.workPerSec).toEqual({ value: 50 * 300, standardError: 50 * 20 });
    expect(edge.forecast('orders/0')?.ratios.workPerRecord).toBeUndefined();
    expect(edge.forecast('orders/1')?.ratios.workPerRecord).toEqual(work);
  });

  it('takes what was refused for demand', () => {
    const edge = edgeOf();
    edge.tap('orders').refuse(1, 30);
    edge.tap('orders').offer(1, 'k', 10);
    edge.tick(NOW_MS);
    expect(edge.samples()[1]).toMatchObject({ recordsPerSec: { value: 31 }, refused: 30 });
  });

  it('ticks at multiples of the tick, and measures windows on the monotonic clock', async () => {
    const clock = new FakeClock({ nowMs: NOW_MS + 130 });
    const edge = edgeOf({ clock });
    const seen: [number, number][] = [];
    edge.onTick(({ atMs, samples }) => seen.push([atMs - NOW_MS, samples[0]!.windowMs]));
    edge.offer('orders', 0, 'before', 1);
    edge.start();
    await clock.advance(1000);
    clock.stepWall(3_600_000);
    await clock.advance(2000);
    await edge.stop();
    await clock.advance(5000);
    expect(seen).toEqual([
      [1000, 870],
      [3_602_000, 1000],
      [3_603_000, 1000],
    ]);
  });

  it('keeps records that came before the start out of the first tick', async () => {
    const clock = new FakeClock({ nowMs: NOW_MS });
    const edge = edgeOf({ clock });
    edge.offer('orders', 0, 'before', 1);
    edge.start();
    edge.offer('orders', 0, 'after', 1);
    await clock.advance(1000);
    expect(edge.samples()[0]!.recordsPerSec).toEqual({ value: 1, standardError: 0 });
    await edge.stop();
  });

  it('starts and stops as often as it likes', async () => {
    const clock = new FakeClock({ nowMs: NOW_MS });
    const edge = edgeOf({ clock });
    for (let round = 0; round < 3; round++) {
      edge.start();
      edge.start();
      await clock.advance(2000);
      await edge.stop();
      await edge.stop();
    }
    expect(edge.stats().ticks).toBe(6);
  });

  it('tells listeners until they are taken off', () => {
    const edge = edgeOf();
    const heard: (readonly LoadForecast[])[] = [];
    const off = edge.onTick(({ forecasts }) => heard.push(forecasts));
    feed(edge, 3, 10);
    off();
    feed(edge, 3, 10);
    expect(heard).toHaveLength(3);
    expect(heard[2]!.map((f) => f.partition)).toContain('orders/0');
  });

  it('gives the version of its package', () => {
    const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ version: VERSION });
  });
});

describe('nothing behind the record path reaches it', () => {
  it('whatever is offered', () => {
    const edge = edgeOf();
    fc.assert(
      fc.property(
        fc.anything(),
        fc.anything(),
        fc.anything(),
        fc.anything(),
        (stream, partition, key, size) => {
          edge.offer(stream as string, partition as number, key as string, size as number);
          edge.tap('orders').offer(partition as number, key as string, size as number);
          edge.tap('orders').refuse(partition as number, size as number);
          edge
            .tap('orders')
            .offerBatch(partition as number, key as string[], size as number[], partition as number);
        },
      ),
    );
    expect(edge.stats().strayOffers).toBeGreaterThan(0);
  });

  it.each([NaN, Infinity, 0, -1, NOW_MS - 86_400_000])('a tick at %s', (atMs) => {
    const edge = edgeOf();
    feed(edge, 3, 10);
    edge.tick(atMs);
    feed(edge, 10, 10);
    expect(edge.forecast('orders/0')!.path.mean.every(Number.isFinite)).toBe(true);
  });

  it('a listener, a logger and a socket that throw', async () => {
    const logged: string[] = [];
    const logger: Logger = {
      info: () => {},
      warn: () => {},
      error: (_, message) => {
        logged.push(message);
        throw new Error('no log');
      },
    };
    const clock = new FakeClock({ nowMs: NOW_MS });
    const webSocket = (): never => {
      throw new Error('no socket');
    };
    const edge = edgeOf({ clock, logger, link: { url: 'ws://127.0.0.1:1/', webSocket } });
    edge.onTick(() => {
      throw new Error('no listener');
    });
    edge.start();
    await clock.advance(9000);
    await edge.stop();
    expect(edge.stats()).toMatchObject({ ticks: 9, failures: 9 });
    expect(logged).toEqual(Array.from({ length: 4 }, () => 'a listener failed'));
    expect(edge.status().lastEnd).toBe('stopped');
  });
});

describe('options that make no sense', () => {
  it.each([
    [{ nodeId: '' }, 'nodeId'],
    [{ forecast: { ...FORECAST, tickMs: 0 } }, 'forecast.tickMs'],
    [{ link: { url: 'http://127.0.0.1' } }, 'link.url'],
    [{ link: { url: 'ws://127.0.0.1,http://127.0.0.1' } }, 'link.url'],
    [{ link: { url: 'ws://127.0.0.1/', modelReportIntervalMs: 0 } }, 'modelReportIntervalMs'],
    [{ link: { url: 'ws://127.0.0.1/', scoreReportIntervalMs: NaN } }, 'scoreReportIntervalMs'],
    [
      {
        streams: [
          { name: 'a', partitions: 1 },
          { name: 'a', partitions: 1 },
        ],
      },
      'streams',
    ],
  ])('are named: %j', (options, key) => {
    expect(() => edgeOf(options)).toThrow(EdgeSdkError);
    expect(() => edgeOf(options)).toThrow(key);
  });

  it('name the streams that there are', () => {
    expect(() => edgeOf().tap('nothing')).toThrow("no stream 'nothing'; there are orders, clicks");
  });

  it('say what to do where there is no WebSocket', () => {
    const platform = globalThis.WebSocket;
    Reflect.deleteProperty(globalThis, 'WebSocket');
    try {
      expect(() => edgeOf({ link: { url: 'ws://127.0.0.1/' } })).toThrow(
        expect.objectContaining({ code: 'NO_WEBSOCKET' }),
      );
    } finally {
      if (platform !== undefined) globalThis.WebSocket = platform;
    }
  });
});
