import { type PartitionDetail, type PartitionKey, type SamplingView, systemClock } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import { watchSampling } from '@foreshadow/edge-sdk/sampling';
import { MemoryStateStore, MemoryStreamLog } from '@foreshadow/ports';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ActuatorServer, startActuator } from '../src/index.ts';
import { silentLogger } from '../src/logger.ts';

const P: PartitionKey = 'orders/0';
const TICK_MS = 250;
const FORECAST = { tickMs: TICK_MS, horizonsMs: [1000, 5000] };
const PER_TICK = 50;
const MAX_WAIT = { timeout: 8000, interval: 50 };

let log: MemoryStreamLog;
let server: ActuatorServer;
let edge: ForeshadowEdge | undefined;
let producer: NodeJS.Timeout;
const warn = vi.fn();

function startEdge(): ForeshadowEdge {
  const started = new ForeshadowEdge({
    nodeId: 'gateway-1',
    streams: [{ name: 'orders', partitions: 1 }],
    forecast: { ...FORECAST, forecaster: 'bank' },
    sampling: watchSampling(),
    link: {
      url: `${server.url.replace('http', 'ws')}/v1/link`,
      webSocket: (url) => new WebSocket(url),
      modelReportIntervalMs: 500,
    },
  });
  started.start();
  return started;
}

async function detail(): Promise<PartitionDetail> {
  return (await (await fetch(`${server.url}/v1/partitions/${P}`)).json()) as PartitionDetail;
}

beforeEach(async () => {
  log = new MemoryStreamLog(systemClock);
  await log.createStream('orders', 1);
  const config = parseConfig({
    streams: [{ name: 'orders', partitions: 1 }],
    forecast: FORECAST,
    actuator: { port: 0, planIntervalMs: 500 },
  });
  const storage = { log, state: new MemoryStateStore(systemClock) };
  server = await startActuator(config, { storage, logger: { ...silentLogger, warn } });
  producer = setInterval(() => {
    const record = { key: undefined, value: new Uint8Array(200), timestampMs: Date.now() };
    void log.append(new Map([[P, Array.from({ length: PER_TICK / 5 }, () => record)]]));
    for (let i = 0; i < PER_TICK / 5; i++) edge?.offer('orders', 0, 'k', 200);
  }, TICK_MS / 5);
});

afterEach(async () => {
  clearInterval(producer);
  await edge?.stop();
  edge = undefined;
  await server.close('leave');
  warn.mockClear();
});

it('follows a gateway, goes on for it while it is away, and follows it again', async () => {
  edge = startEdge();
  await vi.waitFor(async () => {
    const { view, scorecard } = await detail();
    expect(view).toMatchObject({ stale: false });
    expect(view.recordsPerSec).toBeGreaterThan(100);
    expect(view.path.length).toBeGreaterThan(3);
    expect(scorecard?.horizons[0]?.scored).toBeGreaterThan(4);
  }, MAX_WAIT);

  await edge.stop();
  edge = undefined;
  await vi.waitFor(async () => {
    const { view } = await detail();
    expect(view.stale).toBe(true);
    expect(view.path.length).toBeGreaterThan(3);
    expect(view.path[0]?.mean).toBeGreaterThan(100);
    expect(view.path[0]?.mean).toBeLessThan(400);
    expect(view.recordsPerSec).toBeGreaterThan(100);
  }, MAX_WAIT);

  edge = startEdge();
  await vi.waitFor(async () => expect((await detail()).view.stale).toBe(false), MAX_WAIT);
  await vi.waitFor(() => expect(edge?.forecast(P)?.path.mean[0]).toBeGreaterThan(100), MAX_WAIT);
  const refused = warn.mock.calls.filter(([, message]) => String(message).includes('refused'));
  expect(refused).toEqual([]);
});

it('shows how a gateway samples, as long as it is there', async () => {
  const sampling = async (): Promise<readonly SamplingView[]> => {
    const body = (await (await fetch(`${server.url}/v1/streams`)).json()) as {
      readonly streams: readonly { readonly sampling: readonly SamplingView[] }[];
    };
    return body.streams[0]!.sampling;
  };
  edge = startEdge();
  expect(await sampling()).toEqual([]);
  await vi.waitFor(async () => expect(await sampling()).toHaveLength(1), MAX_WAIT);
  const [view] = await sampling();
  expect(view).toMatchObject({ nodeId: 'gateway-1', stream: 'orders', kind: 'bernoulli' });
  expect(view!.spanMs).toBeGreaterThanOrEqual(5000);
  expect(view).toMatchObject({ minRate: Math.fround(0.01), recordsError: 0, budget: null, shadows: [] });
  expect(view!.offered).toBeGreaterThan(100);
  expect(view!.recordNs).toBeGreaterThan(0);
  await edge.stop();
  edge = undefined;
  await vi.waitFor(async () => expect(await sampling()).toEqual([]), MAX_WAIT);
}, 20_000);
