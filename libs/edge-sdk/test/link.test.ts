import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { watch } from '../examples/gateway.ts';
import { ForeshadowEdge } from '../src/index.ts';
import { TestActuator, until } from './support.ts';

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function actuatorOn(port = 0, options = {}): Promise<{ actuator: TestActuator; port: number }> {
  const actuator = new TestActuator(options);
  cleanups.push(() => actuator.kill().catch(() => {}));
  return { actuator, port: await actuator.listen(port) };
}

function edgeTo(ports: number | readonly number[], nodeId = 'edge-1'): ForeshadowEdge {
  const edge = new ForeshadowEdge({
    nodeId,
    streams: [{ name: 'orders', partitions: 2 }],
    forecast: { tickMs: 50, horizonsMs: [250, 1000] },
    link: {
      url: [ports]
        .flat()
        .map((port) => `ws://127.0.0.1:${port}/v1/link`)
        .join(),
      webSocket: (url) => new WebSocket(url),
      modelReportIntervalMs: 200,
      scoreReportIntervalMs: 200,
      heartbeatIntervalMs: 300,
    },
  });
  edge.onTick(() => {
    for (let i = 0; i < 20; i++) edge.offer('orders', i % 2, `k${i}`, 100);
  });
  edge.start();
  cleanups.unshift(() => edge.stop());
  return edge;
}

describe('an edge and an actuator over real sockets', () => {
  it('bring forecasts, loads and states across', async () => {
    const { actuator, port } = await actuatorOn();
    const edge = edgeTo(port);
    await until(
      () => actuator.of('forecasts').length > 3 && actuator.of('model').length > 1,
      'all kinds came',
    );
    expect(actuator.of('hello')[0]!.hello).toMatchObject({
      nodeId: 'edge-1',
      softwareVersion: '0.1.0',
      tickMs: 50,
    });
    const loads = actuator.of('loads').flatMap((l) => l.samples);
    expect(loads.some((s) => s.partition === 'orders/1' && s.recordsPerSec!.value > 50)).toBe(true);
    const forecast = actuator.of('forecasts').at(-1)!.forecasts[0]!;
    expect(forecast.path.horizonsMs.at(-1)).toBe(1000);
    expect(forecast.ratios.bytesPerRecord!.value).toBeCloseTo(100, -1);
    expect(actuator.of('model')[0]!.model.state.length).toBeGreaterThan(0);
    expect(edge.stats()).toMatchObject({ failures: 0, link: { refused: 0, badMessages: 0 } });
  });

  it('find each other again after the actuator was killed', async () => {
    const { actuator, port } = await actuatorOn();
    const edge = edgeTo(port);
    await until(() => actuator.of('forecasts').length > 0, 'forecasts came');
    await actuator.kill();
    await until(() => edge.status().link === 'waiting', 'the edge noticed');
    const ticks = edge.stats().ticks;
    await until(() => edge.stats().ticks > ticks + 5, 'the edge ticked on');
    const { actuator: successor } = await actuatorOn(port);
    await until(() => successor.of('forecasts').length > 0, 'forecasts came to the successor');
    expect(edge.status()).toMatchObject({ link: 'connected' });
    expect(edge.stats()).toMatchObject({ failures: 0, link: { sessions: 2 } });
  });

  it('of several actuators the next is tried when one does not answer', async () => {
    const first = await actuatorOn();
    const second = await actuatorOn();
    const edge = edgeTo([first.port, second.port]);
    await until(() => first.actuator.of('forecasts').length > 0, 'forecasts came');
    expect(second.actuator.of('hello')).toEqual([]);
    await first.actuator.kill();
    await until(() => second.actuator.of('forecasts').length > 0, 'forecasts came to the other');
    expect(edge.stats()).toMatchObject({ failures: 0, link: { sessions: 2 } });
  });

  it('carry settings, feedback and states down, each acknowledged', async () => {
    const { actuator, port } = await actuatorOn();
    const edge = edgeTo(port);
    await until(() => actuator.of('model').length > 0, 'a state came');
    const { model } = actuator.of('model')[0]!;
    actuator.command({ kind: 'settings', samplingRate: 0.5, modelIntervalMs: 100 });
    const workPerRecord = { value: 0.003, standardError: 0.0002 };
    actuator.command({
      kind: 'feedback',
      partitions: [{ partition: 'orders/0', workPerRecord, horizons: [] }],
    });
    actuator.command({ kind: 'model-update', ...model });
    actuator.command({ kind: 'model-update', ...model, state: Uint8Array.of(1, 2, 3) });
    await until(() => actuator.of('ack').length === 4, 'all were acknowledged');
    expect(actuator.of('ack').map((a) => a.refusal)).toEqual([
      '',
      '',
      '',
      expect.stringMatching(/^the state could not be loaded: ./),
    ]);
    expect(edge.feedback('orders/0')).toMatchObject({ workPerRecord });
    const last = () =>
      actuator
        .of('forecasts')
        .at(-1)!
        .forecasts.find((f) => f.partition === 'orders/0');
    await until(() => last()?.ratios.workPerRecord !== undefined, 'forecasts tell the work');
    expect(last()!.ratios.workPerRecord!.value).toBeCloseTo(0.003, 4);
  });

  it('tell how forecasts did and what they are made of', async () => {
    const { actuator, port } = await actuatorOn();
    const edge = edgeTo(port);
    const told = () => actuator.of('scores').flatMap((s) => s.partitions);
    await until(() => (told().at(-1)?.horizons[0]?.scored ?? 0) > 5, 'scores came');
    expect(new Set(told().map((s) => s.partition))).toEqual(new Set(['orders/0', 'orders/1']));
    const last = told().at(-1)!;
    const here = edge.scorecard(last.partition)!;
    expect(last.horizons.map((h) => h.horizonMs)).toEqual([250, 1000]);
    const known = new Set(here.experts.map((e) => e.name));
    expect(last.experts.length).toBeGreaterThan(0);
    expect(last.experts.every((e) => known.has(e.name))).toBe(true);
    for (const h of [0, 1]) {
      const sum = last.experts.reduce((total, e) => total + e.weights[h]!, 0);
      expect(sum).toBeCloseTo(1, 9);
    }
    expect(edge.stats()).toMatchObject({ failures: 0, link: { refused: 0, badMessages: 0 } });
  });

  it('tell scores as often as the actuator asks for', async () => {
    const { actuator, port } = await actuatorOn();
    edgeTo(port);
    await until(() => actuator.of('scores').length > 1, 'scores came');
    actuator.command({ kind: 'settings', scoreIntervalMs: 3_600_000 });
    await until(() => actuator.of('ack').length === 1, 'the setting was applied');
    const before = actuator.of('scores').length;
    const loads = actuator.of('loads').length;
    await until(() => actuator.of('loads').length > loads + 20, 'time passed');
    expect(actuator.of('scores').length).toBeLessThanOrEqual(before + 1);
  });

  it('part with a goodbye, and the last states have come', async () => {
    const { actuator, port } = await actuatorOn();
    const edge = edgeTo(port);
    await until(
      () => edge.forecasts().length === 2 && edge.status().link === 'connected',
      'there are forecasts',
    );
    const before = actuator.of('model').length;
    await edge.stop();
    await until(() => actuator.of('ended').length === 1, 'the session ended');
    expect(actuator.of('ended')[0]!.reason).toBe('goodbye: shutting-down');
    expect(actuator.of('model').length).toBeGreaterThanOrEqual(before + 2);
    expect(edge.status().link).toBe('idle');
  });

  it.each([
    ['garbage', Uint8Array.of(255, 255, 255)],
    ['text', 'hello'],
  ])('do not fall over %s', async (_, data) => {
    const { actuator, port } = await actuatorOn();
    const edge = edgeTo(port);
    await until(() => edge.status().link === 'connected', 'the link is up');
    actuator.sendRaw(data);
    await until(() => edge.stats().link!.sessions === 2, 'there is a new session');
    expect(edge.stats()).toMatchObject({ failures: 0, link: { badMessages: 1 } });
  });

  it('part where the node may not speak for its streams', async () => {
    const { port } = await actuatorOn(0, { refuse: () => 'no stream of yours' });
    const edge = edgeTo(port);
    await until(() => edge.status().link === 'waiting', 'the edge was turned away');
    expect(edge.status().lastEnd).toBe('goodbye: unauthorized no stream of yours');
  });

  it('are what the example says', async () => {
    const { actuator, port } = await actuatorOn();
    const edge = watch(`ws://127.0.0.1:${port}/v1/link`);
    cleanups.unshift(() => edge.stop());
    edge.offer('orders', 3, 'customer-17', 420);
    await until(() => actuator.of('loads').length > 0, 'a load report came');
    expect(actuator.of('loads')[0]!.samples).toHaveLength(8);
  });
});
