import {
  type AnnouncedEventsView,
  type EventView,
  type PartitionDetail,
  type PartitionKey,
  type ScorecardView,
  systemClock,
  type WeightsView,
} from '@foreshadow/domain';
import { parseConfig } from '@foreshadow/domain/config';
import { ForeshadowEdge } from '@foreshadow/edge-sdk';
import { ForecastEngine } from '@foreshadow/forecast';
import { MemoryStateStore, MemoryStreamLog } from '@foreshadow/ports';
import { encodeNetwork, LSTM_INPUTS, lstmWeightCount } from '@foreshadow/wasm-forecast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ActuatorDependencies, type ActuatorServer, startActuator } from '../src/index.ts';
import { silentLogger } from '../src/logger.ts';
import { encodeModel } from '../src/models/model-codec.ts';
import { TestEdge } from './test-edge.ts';

const P: PartitionKey = 'orders/0';
const Q: PartitionKey = 'orders/1';
const TICK_MS = 250;
const FORECAST = { tickMs: TICK_MS, horizonsMs: [1000, 5000] };
const MAX_WAIT = { timeout: 8000, interval: 50 };

let log: MemoryStreamLog;
let state: MemoryStateStore;
let server: ActuatorServer | undefined;
let edge: ForeshadowEdge | undefined;
const testEdges: TestEdge[] = [];
const warn = vi.fn();

async function start(changes: ActuatorDependencies = {}): Promise<ActuatorServer> {
  const config = parseConfig({
    streams: [{ name: 'orders', partitions: 2 }],
    forecast: { ...FORECAST, lstm: { enabled: true } },
    actuator: { port: 0, planIntervalMs: 500 },
  });
  const logger = { ...silentLogger, warn };
  server = await startActuator(config, { storage: { log, state }, logger, ...changes });
  return server;
}

function startEdge(nodeId = 'gateway-1'): ForeshadowEdge {
  edge = new ForeshadowEdge({
    nodeId,
    streams: [{ name: 'orders', partitions: 2 }],
    forecast: FORECAST,
    link: {
      url: `${server!.url.replace('http', 'ws')}/v1/link`,
      webSocket: (url) => new WebSocket(url),
      modelReportIntervalMs: 300,
      scoreReportIntervalMs: 300,
    },
  });
  edge.onTick(() => {
    for (let i = 0; i < 50; i++) edge?.offer('orders', i % 2, 'k', 200);
  });
  edge.start();
  return edge;
}

/** An edge driven by hand that is connected. */
async function connect(nodeId = 'edge-1'): Promise<TestEdge> {
  const started = new TestEdge(server!.url, nodeId, 2, Date.now());
  testEdges.push(started);
  started.connect();
  await vi.waitFor(() => expect(started.state).toBe('connected'), MAX_WAIT);
  return started;
}

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(`${server!.url}${path}`)).json()) as T;
}

const metrics = async (): Promise<string> => (await fetch(`${server!.url}/metrics`)).text();
const detail = (): Promise<PartitionDetail> => get(`/v1/partitions/${P}`);
const heard = <K extends TestEdge['heard'][number]['kind']>(of: TestEdge, kind: K) =>
  of.heard.filter((a): a is Extract<TestEdge['heard'][number], { kind: K }> => a.kind === kind);

/** A mature state of a partition, as an edge would have reported it some seconds ago. */
function matureModel(nodeId: string, level = 100): Uint8Array {
  const engine = new ForecastEngine({ ...FORECAST, fits: false });
  const atMs = Math.floor(Date.now() / TICK_MS) * TICK_MS - 2000;
  for (let t = 599; t >= 0; t--) engine.observe(P, atMs - t * TICK_MS, level * (1 + 0.5 * Math.sin(t / 4)));
  return encodeModel({ atMs, clockOffsetMs: 0, nodeId, epoch: 1, state: engine.saveState(P) });
}

beforeEach(async () => {
  log = new MemoryStreamLog(systemClock);
  state = new MemoryStateStore(systemClock);
  await log.createStream('orders', 2);
  warn.mockReset();
});

afterEach(async () => {
  for (const one of testEdges.splice(0)) one.close();
  await edge?.stop();
  edge = undefined;
  await server?.close('leave');
  server = undefined;
});

describe('what an edge says of its models', () => {
  it('is shown: scores, weights that sum to 1, and their course', async () => {
    await start();
    startEdge();
    await vi.waitFor(async () => {
      const { horizons, forecasters } = await get<ScorecardView>(`/v1/partitions/${P}/scorecard`);
      expect(horizons[0]?.scored).toBeGreaterThan(5);
      expect(forecasters).toMatchObject([{ nodeId: 'gateway-1' }]);
      expect(forecasters[0]!.horizons[0]!.scored).toBeGreaterThan(5);
      for (const h of [0, 1]) {
        expect(forecasters[0]!.experts.reduce((sum, e) => sum + e.weights[h]!, 0)).toBeCloseTo(1, 2);
      }
      const { atMs, experts, horizonMs } = await get<WeightsView>(`/v1/partitions/${P}/weights`);
      expect(horizonMs).toBe(5000);
      expect(atMs.length).toBeGreaterThan(0);
      expect(experts.length).toBeGreaterThan(0);
    }, MAX_WAIT);
    await vi.waitFor(async () => {
      const { scorecard } = await detail();
      expect(scorecard!.experts.length).toBeGreaterThan(3);
    }, MAX_WAIT);
    expect(await metrics()).toMatch(
      /leading_expert_info\{partition="orders\/0",horizon_seconds="1",expert="[^"]+"\} 1/,
    );
    expect(edge!.stats()).toMatchObject({ failures: 0, link: { refused: 0, badMessages: 0 } });
    const unknown = await fetch(`${server!.url}/v1/partitions/${P}/weights?horizonMs=77`);
    expect(unknown.status).toBe(400);
    expect(await unknown.json()).toMatchObject({ error: { code: 'UNKNOWN_HORIZON' } });
    expect((await fetch(`${server!.url}/v1/partitions/orders/2/scorecard`)).status).toBe(404);
  });
});

describe('models over a restart of the actuator', () => {
  it('let its own forecasts go on, and go to an edge that begins without evidence', async () => {
    await start();
    startEdge();
    await vi.waitFor(async () => {
      expect(edge!.forecast(P)?.warmingUp).toBe(false);
      expect((await detail()).view.stale).toBe(false);
    }, MAX_WAIT);
    await edge!.stop();
    await server!.close('leave');
    expect((await state.list('actuator/models/')).map((e) => e.key)).toEqual([
      'actuator/models/orders/0',
      'actuator/models/orders/1',
    ]);

    await start();
    await vi.waitFor(async () => {
      const { view } = await detail();
      expect(view.stale).toBe(true);
      expect(view.path[0]?.mean).toBeGreaterThan(50);
      const { forecasters } = await get<ScorecardView>(`/v1/partitions/${P}/scorecard`);
      expect(forecasters).toMatchObject([{ nodeId: null }]);
    }, MAX_WAIT);

    const successor = await connect('gateway-1');
    await vi.waitFor(() => expect(heard(successor, 'model-update')).toHaveLength(2), MAX_WAIT);
    const engine = new ForecastEngine(FORECAST);
    for (const { model } of heard(successor, 'model-update')) engine.loadState(model.partition, model.state);
    expect(engine.forecast(P)).toMatchObject({ warmingUp: false });
  }, 30_000);

  it('are not sent to an edge that ran on meanwhile', async () => {
    const before = await start();
    const running = new TestEdge(before.url, 'edge-1', 2, 7);
    testEdges.push(running);
    await state.put('actuator/models/orders/0', matureModel('edge-1'));
    const kept = encodeModel({
      atMs: Date.now(),
      clockOffsetMs: 0,
      nodeId: 'edge-1',
      epoch: 7,
      state: Uint8Array.of(1),
    });
    await state.put('actuator/models/orders/1', kept);
    await server!.close('leave');
    await start();
    const again = new TestEdge(server!.url, 'edge-1', 2, 7);
    testEdges.push(again);
    again.connect();
    // That of its earlier start comes, its own does not.
    await vi.waitFor(() => expect(heard(again, 'model-update')).toHaveLength(1), MAX_WAIT);
    expect(heard(again, 'model-update')[0]!.model.partition).toBe(P);
  });

  it('of another version are refused, counted, said once and dropped', async () => {
    const foreign = { atMs: Date.now(), clockOffsetMs: 0, nodeId: 'edge-1', epoch: 1 };
    for (const p of [P, Q]) {
      await state.put(`actuator/models/${p}`, encodeModel({ ...foreign, state: Uint8Array.of(1, 2, 3) }));
    }
    await start();
    await vi.waitFor(async () => {
      expect(await metrics()).toMatch(/model_states_refused_total 2/);
      expect(await state.list('actuator/models/')).toEqual([]);
    }, MAX_WAIT);
    expect(warn.mock.calls.map(([, message]) => message as string)).toEqual([
      'a saved model cannot be taken over; the series is learned anew',
    ]);
    // The models are made anew from data.
    startEdge();
    await vi.waitFor(async () => expect((await detail()).view.path.length).toBeGreaterThan(3), MAX_WAIT);
  });
});

describe('the prior of a fleet', () => {
  it('goes to an edge that connects, and serves its new partitions', async () => {
    await state.put(`actuator/models/${P}`, matureModel('gone'));
    await start();
    const begun = startEdge('fresh');
    await vi.waitFor(async () => {
      expect(await metrics()).toMatch(/priors_sent_total\{stream="orders"\} 1/);
      expect(begun.forecast(Q)).toBeDefined();
    }, MAX_WAIT);
    const told = await connect('other');
    await vi.waitFor(
      () => expect(heard(told, 'prior-update')).toMatchObject([{ stream: 'orders' }]),
      MAX_WAIT,
    );
    const engine = new ForecastEngine(FORECAST);
    engine.importPrior('orders', heard(told, 'prior-update')[0]!.bytes);
    expect(begun.stats()).toMatchObject({ failures: 0 });
  });

  it('is none where nothing is mature', async () => {
    await start();
    const told = await connect();
    await vi.waitFor(() => expect(heard(told, 'events-update')).toHaveLength(1), MAX_WAIT);
    expect(heard(told, 'prior-update')).toEqual([]);
  });
});

describe('announced events', () => {
  const post = (body: unknown, stream = 'orders') =>
    fetch(`${server!.url}/v1/streams/${stream}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  const soon = () => ({ kind: 'sale', from: Date.now() + 60_000, to: Date.now() + 120_000, magnitude: 2 });

  it('go to the edges of the stream at once, at each connection, and after a restart', async () => {
    await start();
    const first = await connect();
    await vi.waitFor(() => expect(heard(first, 'events-update')).toHaveLength(1), MAX_WAIT);
    const answer = await post([soon(), { ...soon(), kind: 'batch' }]);
    expect(answer.status).toBe(201);
    const { events } = (await answer.json()) as AnnouncedEventsView;
    expect(events.map((e) => [e.kind, e.magnitude])).toEqual([
      ['sale', 2],
      ['batch', 2],
    ]);
    await vi.waitFor(() => expect(heard(first, 'events-update').at(-1)).toMatchObject({ events }), MAX_WAIT);
    await server!.close('leave');
    await start();
    expect(await get('/v1/streams/orders/events')).toEqual({ stream: 'orders', events });
    const second = await connect();
    await vi.waitFor(() => expect(heard(second, 'events-update')).toMatchObject([{ events }]), MAX_WAIT);
    const id = events[0]!.id;
    const path = `${server!.url}/v1/streams/orders/events/${id}`;
    expect((await fetch(path, { method: 'DELETE' })).status).toBe(204);
    await vi.waitFor(
      () =>
        expect(
          heard(second, 'events-update')
            .at(-1)!
            .events.map((e) => e.kind),
        ).toEqual(['batch']),
      MAX_WAIT,
    );
    expect((await fetch(path, { method: 'DELETE' })).status).toBe(404);
    const { events: told } = await get<{ events: EventView[] }>('/v1/events');
    expect(told.filter((e) => e.kind === 'event-withdrawn')).toMatchObject([
      { subject: 'orders', message: id },
    ]);
  });

  it('that are wrong are refused with what, where and what is allowed', async () => {
    await start();
    const answer = await post([soon(), { ...soon(), to: 'later', magnitude: 0 }]);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await answer.json()).toMatchObject({
      status: 400,
      code: 'INVALID_EVENT',
      detail: '/1/magnitude: out of range; allowed: above 0, at most 1000',
      errors: [
        { where: '/1/magnitude', got: 0 },
        { where: '/1/to', got: 'later' },
      ],
    });
    expect(await get('/v1/streams/orders/events')).toMatchObject({ events: [] });
  });

  it.each([
    [404, 'UNKNOWN_STREAM', () => post(soon(), 'nothing')],
    [400, 'MALFORMED_BODY', () => post('{"kind":')],
    [400, 'MALFORMED_BODY', () => post('')],
    [413, 'BODY_TOO_LARGE', () => post('x'.repeat(70_000))],
    [404, 'UNKNOWN_STREAM', () => fetch(`${server!.url}/v1/streams/nothing/events`)],
  ])('are refused with %i %s', async (status, code, act) => {
    await start();
    const answer = await act();
    expect([answer.status, await answer.json()]).toMatchObject([status, { code }]);
  });

  it('are not announced while they cannot be saved', async () => {
    await start();
    vi.spyOn(state, 'put').mockRejectedValueOnce(new Error('no disk'));
    const answer = await post(soon());
    expect(answer.status).toBe(503);
    expect(JSON.stringify(await answer.json())).not.toContain('disk');
    expect(await get('/v1/streams/orders/events')).toMatchObject({ events: [] });
  });
});

it('sends the networks in use to an edge that connects', async () => {
  const steps = [1, 2];
  const weights = new Float32Array(lstmWeightCount(LSTM_INPUTS, 4, steps.length));
  const bytes = encodeNetwork({
    inputs: LSTM_INPUTS,
    units: 4,
    steps,
    stepMs: TICK_MS,
    trainedAtMs: 0,
    loss: 1,
    weights,
  });
  const trainer = {
    train: () => Promise.resolve({ accepted: false, reason: 'none' }) as never,
    stored: (stream: string) => Promise.resolve([{ stream, stepMs: TICK_MS, version: 4, bytes }]),
    close: () => Promise.resolve(),
  };
  await start({ openTrainer: () => Promise.resolve(trainer) });
  const told = await connect();
  await vi.waitFor(
    () => expect(heard(told, 'network-update')).toMatchObject([{ stream: 'orders', version: 4, bytes }]),
    MAX_WAIT,
  );
  expect(await metrics()).toMatch(/network_version\{stream="orders",step_seconds="0.25"\} 4/);
});
