import { type AnnouncedEvent, type PartitionKey, systemClock } from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import { ForecastEngine } from '@foreshadow/forecast';
import { MemoryStateStore, MemoryStreamLog } from '@foreshadow/ports';
import { afterEach, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ActuatorServer, startActuator } from '../src/index.ts';
import { silentLogger } from '../src/logger.ts';
import { encodeModel } from '../src/models/model-codec.ts';

const P: PartitionKey = 'orders/0';
const TICK_MS = 1000;
const FORECAST = { tickMs: TICK_MS, horizonsMs: [5000, 10_000] };
const LEVEL = 100;
const UPLIFT = 60;
const EVENT_TICKS = 8;
const MAX_WAIT = { timeout: 10_000, interval: 50 };

let server: ActuatorServer | undefined;
let edge: ForeshadowEdge | undefined;

afterEach(async () => {
  await edge?.stop();
  await server?.close('leave');
});

/** A forecaster that has lived through six sales until now. */
function experienced(nowMs: number): Uint8Array {
  const engine = new ForecastEngine({ ...FORECAST, fits: false });
  const ticks = 400;
  const startMs = nowMs - ticks * TICK_MS;
  const sales = Array.from({ length: 6 }, (_, i): AnnouncedEvent => {
    const fromMs = startMs + (30 + 55 * i + ((i * 17) % 23)) * TICK_MS;
    return { id: `sale-${i}`, kind: 'sale', fromMs, toMs: fromMs + EVENT_TICKS * TICK_MS, magnitude: 1 };
  });
  engine.announce('orders', sales);
  for (let t = 1; t <= ticks; t++) {
    const atMs = startMs + t * TICK_MS;
    const isOn = sales.some((sale) => atMs > sale.fromMs && atMs <= sale.toMs);
    engine.observe(P, atMs, LEVEL + (Math.imul(t, 0x9e3779b1) >>> 29) + (isOn ? UPLIFT : 0));
  }
  expect(engine.explain(P).features[0]!.groups.find((g) => g.name === 'during sale')?.isIn).toBe(true);
  const epoch = 1;
  return encodeModel({
    atMs: nowMs,
    clockOffsetMs: 0,
    nodeId: 'edge-1',
    epoch,
    state: engine.saveState(P),
  });
}

it('an event announced over HTTP is in the forecasts of an edge, in its window alone', async () => {
  const log = new MemoryStreamLog(systemClock);
  await log.createStream('orders', 1);
  const state = new MemoryStateStore(systemClock);
  await state.put(`actuator/models/${P}`, experienced(Date.now()));
  const config = parseConfig({
    streams: [{ name: 'orders', partitions: 1 }],
    forecast: FORECAST,
    actuator: { port: 0 },
  });
  server = await startActuator(config, { storage: { log, state }, logger: silentLogger });
  edge = new ForeshadowEdge({
    nodeId: 'edge-1',
    streams: [{ name: 'orders', partitions: 1, sampler: { kind: 'bernoulli', rate: 1, seed: 1 } }],
    forecast: FORECAST,
    link: {
      url: `${server.url.replace('http', 'ws')}/v1/link`,
      webSocket: (url) => new WebSocket(url),
    },
  });
  edge.onTick(() => {
    for (let i = 0; i < LEVEL; i++) edge?.offer('orders', 0, 'k', 200);
  });
  edge.start();
  const highest = (): number => Math.max(...(edge?.forecast(P)?.path.mean ?? [NaN]));
  // The forecaster goes on from the state that it was handed: it is warm at once.
  await vi.waitFor(() => expect(edge?.forecast(P)?.warmingUp).toBe(false), MAX_WAIT);
  expect(highest()).toBeLessThan(LEVEL + UPLIFT / 2);

  const from = Date.now() + 4000;
  const response = await fetch(`${server.url}/v1/streams/orders/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'sale', from, to: from + EVENT_TICKS * TICK_MS }),
  });
  expect(response.status).toBe(201);
  await vi.waitFor(() => {
    const { issuedAtMs, path } = edge!.forecast(P)!;
    const within = path.mean.filter((_, i) => issuedAtMs + path.horizonsMs[i]! > from + 2 * TICK_MS);
    const before = path.mean.filter((_, i) => issuedAtMs + path.horizonsMs[i]! < from);
    expect(Math.max(...within)).toBeGreaterThan(LEVEL + UPLIFT / 2);
    for (const mean of before) expect(mean).toBeLessThan(LEVEL + UPLIFT / 2);
  }, MAX_WAIT);
  expect(edge.stats().failures).toBe(0);
});
