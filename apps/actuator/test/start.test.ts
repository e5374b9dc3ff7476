import type {
  DecisionView,
  EventView,
  LiveSnapshot,
  PartitionDetail,
  Plan,
  PoolView,
} from '@foreshadow/domain';
import { ForecastEngine } from '@foreshadow/forecast';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import {
  configOf,
  feed,
  get,
  log,
  MAX_WAIT,
  orchestrator,
  P,
  partition,
  Q,
  records,
  reportUtilization,
  server,
  snapshot,
  start,
  text,
  timers,
} from './small-actuator.ts';

interface LiveEvents {
  readonly events: readonly EventView[];
}

describe('from an edge to a plan', () => {
  it('shows load, forecast, capacity and a plan that the orchestrator carries out', async () => {
    await start('act');
    feed('edge-1', { [P]: 300, [Q]: 100 });
    reportUtilization(400);
    await vi.waitFor(async () => {
      const [pool] = (await get<{ pools: PoolView[] }>('/v1/pools')).pools;
      expect(pool?.lastDecision).toMatchObject({ pool: 'workers', basis: 'forecast' });
      // 0.4 cores of load at 80 % utilization do not fit one worker of 0.3 cores.
      expect(pool?.workers.ready).toBeGreaterThanOrEqual(2);
      expect(pool?.demand?.cpuCores).toBeGreaterThan(0.3);
      const { view } = await get<PartitionDetail>('/v1/partitions/orders/0');
      expect(view).toMatchObject({ recordsPerSec: 300, stale: false, leadingExpert: 'naive' });
      expect(view.forecast.map((f) => f.horizonMs)).toEqual([1000, 5000]);
      expect(view.capacityRecordsPerSec).toBeGreaterThan(100);
      expect(view.owner).toMatch(/^workers-/);
    }, MAX_WAIT);
    await vi.waitFor(async () => {
      const { series, scorecard } = await get<PartitionDetail>('/v1/partitions/orders/0');
      expect(series.at(-1)?.recordsPerSec).toBe(300);
      expect(scorecard?.horizons[0]?.coverage90).toBe(1);
      // The load is flat; what is left is the rounding of the wire.
      expect(scorecard?.horizons[0]?.wape).toBeLessThan(0.01);
    }, MAX_WAIT);
    const { decisions } = await get<{ decisions: DecisionView[] }>('/v1/decisions');
    expect(decisions.every((d) => d.applied)).toBe(true);
    expect((await get<LiveEvents>('/v1/events')).events.map((e) => e.kind)).toEqual(
      expect.arrayContaining(['edge-connected', 'worker-started', 'worker-ready']),
    );
    expect((await fetch(`${server?.url}/readyz`)).status).toBe(200);
  });

  it('touches nothing in advise mode and says what it would do', async () => {
    const apply = vi.spyOn(orchestrator, 'apply');
    const close = vi.spyOn(orchestrator, 'close');
    await start('advise');
    feed('edge-1', { [P]: 300, [Q]: 100 });
    await vi.waitFor(async () => {
      const { decisions } = await get<{ decisions: DecisionView[] }>('/v1/decisions');
      expect(decisions.at(-1)).toMatchObject({ pool: 'workers', applied: false });
      expect((await get<Plan>('/v1/plan')).pools[0]?.allocation.workers).toBeGreaterThanOrEqual(1);
    }, MAX_WAIT);
    await server?.close('drain');
    expect(apply).not.toHaveBeenCalled();
    expect(close).not.toHaveBeenCalled();
  });

  it('plans the same after a restart when nothing changed', async () => {
    await start('act');
    feed('edge-1', { [P]: 300, [Q]: 100 });
    reportUtilization(400);
    await vi.waitFor(async () => {
      const [plan] = (await get<Plan>('/v1/plan')).pools;
      expect(plan?.changed).toBe(false);
      expect(plan?.allocation.workers).toBeGreaterThanOrEqual(2);
    }, MAX_WAIT);
    const closeOrchestrator = vi.spyOn(orchestrator, 'close').mockResolvedValue();
    const [before] = (await get<Plan>('/v1/plan')).pools;
    await server?.close('leave');
    expect(closeOrchestrator).toHaveBeenCalledWith('leave');
    await start('act');
    await vi.waitFor(async () => expect((await get<Plan>('/v1/plan')).pools).toHaveLength(1), MAX_WAIT);
    const [after] = (await get<Plan>('/v1/plan')).pools;
    expect(after?.allocation).toEqual(before?.allocation);
    expect(after?.assignment).toEqual(before?.assignment);
    closeOrchestrator.mockRestore();
  });
});

describe('a bad message', () => {
  it.each([
    ['garbage', new Uint8Array([255, 254, 253, 252]), 1007],
    ['an oversized frame', new Uint8Array(300 * 1024), 1009],
    ['text', 'hello', 1003],
  ])('closes the link and touches no state: %s', async (_name, bytes, code) => {
    await start('advise');
    const good = feed('good', { [P]: 100 });
    const bad = feed('bad', {});
    await vi.waitFor(() => expect([good.state, bad.state]).toEqual(['connected', 'connected']), MAX_WAIT);
    bad.raw(bytes);
    await vi.waitFor(() => expect(bad.closeCode).toBe(code), MAX_WAIT);
    await vi.waitFor(async () => {
      expect(await text('/metrics')).toMatch(/foreshadow_actuator_link_rejected_total\{code="\w+"\} 1/);
      const { view } = await get<PartitionDetail>('/v1/partitions/orders/0');
      expect(view).toMatchObject({ recordsPerSec: 100, stale: false });
    }, MAX_WAIT);
    expect(good.state).toBe('connected');
  });

  it('before Hello closes the link too', async () => {
    await start('advise');
    const socket = new WebSocket(`${server?.url.replace('http', 'ws')}/v1/link`);
    const code = await new Promise<number>((resolve) => {
      socket.on('open', () => socket.send(new Uint8Array(1000).fill(7)));
      socket.on('close', resolve);
    });
    expect(code).toBe(1007);
    expect((await get<LiveSnapshot>('/v1/streams')) && (await snapshot()).edges).toEqual([]);
  });

  it('from a page of another origin is not even upgraded', async () => {
    await start('advise');
    const socket = new WebSocket(`${server?.url.replace('http', 'ws')}/v1/link`, {
      origin: 'https://evil.example',
    });
    const error = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(error.message).toContain('403');
  });
});

describe('an edge that goes', () => {
  it('is followed by the growth of the log, and taken up again when it comes back', async () => {
    await start('advise');
    const edge = feed('edge-1', { [P]: 200, [Q]: 50 });
    await vi.waitFor(async () => expect((await partition(0)).recordsPerSec).toBe(200), MAX_WAIT);
    timers.push(setInterval(() => void log.append(new Map([[P, records(20)]])), 100));
    clearInterval(timers[0]);
    edge.kill();
    await vi.waitFor(async () => {
      const view = await partition(0);
      expect(view.stale).toBe(true);
      expect(view.recordsPerSec).toBeGreaterThan(100);
      expect(view.path.length).toBeGreaterThan(2);
      expect((await snapshot()).edges).toMatchObject([{ nodeId: 'edge-1', connected: false }]);
    }, MAX_WAIT);
    const successor = feed('edge-1', { [P]: 77, [Q]: 50 }, 2);
    await vi.waitFor(async () => {
      expect(await partition(0)).toMatchObject({ stale: false, recordsPerSec: 77 });
    }, MAX_WAIT);
    // It began anew: the actuator gives it its models, gone on with meanwhile.
    const updates = successor.heard.filter((action) => action.kind === 'model-update');
    expect(updates.map(({ model }) => model.partition)).toEqual([P, Q]);
    const resumed = new ForecastEngine(configOf('advise').forecast);
    for (const { model } of updates) resumed.loadState(model.partition, model.state);
    expect(resumed.forecast(P)?.path.mean[0]).toBeGreaterThan(100);
    const { events } = await get<LiveEvents>('/v1/events');
    expect(events.filter((e) => e.kind === 'edge-lost')).toHaveLength(1);
  });

  it('hears how its forecasts did, and goodbye when the actuator closes', async () => {
    await start('advise');
    const edge = feed('edge-1', { [P]: 200 });
    await vi.waitFor(() => expect(edge.heard.map((a) => a.kind)).toContain('feedback'), MAX_WAIT);
    expect(edge.heard.find((a) => a.kind === 'feedback')).toMatchObject({
      partitions: [{ partition: P }, { partition: Q }],
    });
    await server?.close('drain');
    await vi.waitFor(() => expect(edge.lastEnd).toContain('shutting-down'), MAX_WAIT);
  });

  it('loses its old connection when it connects anew', async () => {
    await start('advise');
    const first = feed('edge-1', { [P]: 100 });
    await vi.waitFor(() => expect(first.state).toBe('connected'), MAX_WAIT);
    feed('edge-1', { [P]: 60 }, 2);
    await vi.waitFor(() => expect(first.closeCode).toBe(1008), MAX_WAIT);
    first.close();
    await vi.waitFor(async () => expect((await partition(0)).recordsPerSec).toBe(60), MAX_WAIT);
  });
});

it('feeds a snapshot a second and decisions as they come', async () => {
  await start('advise');
  const response = await fetch(`${server?.url}/v1/live`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = '';
  while (heard.split('event: snapshot').length < 4 || !heard.includes('event: event')) {
    if (heard === '') feed('edge-1', { [P]: 10 });
    heard += (await reader.read()).value ?? '';
  }
  const data = heard.split('\n\n').find((m) => m.startsWith('event: snapshot'));
  const shown = JSON.parse(data?.split('data: ')[1] ?? '') as LiveSnapshot;
  expect(shown).toMatchObject({ mode: 'advise', planIntervalMs: 500, partitions: [{ partition: P }, {}] });
  await reader.cancel();
});

it('tells a plain request for the link what to use', async () => {
  const { url } = await start('advise');
  const response = await fetch(`${url}/v1/link`);
  expect(response.status).toBe(426);
  expect(await response.json()).toMatchObject({ error: { code: 'UPGRADE_REQUIRED' } });
});
