import { describe, expect, it } from 'vitest';
import { decodeMessage, EDGE_CLOSE, encodeMessage, type SingleMessage } from '../../src/index.ts';
import { forecastOf, sampleOf, samplingOf, scoresOf, session, STREAMS } from '../support.ts';
import { actuatorLink, edgeLink, START_MS, Wire } from './support.ts';

const welcome: SingleMessage = {
  kind: 'welcome',
  sessionId: 's',
  settings: {},
  sentAtMs: START_MS,
  lastEpoch: 0,
};
const bytesOf = (message: SingleMessage): Uint8Array => encodeMessage(message, session());

describe('EdgeLink', () => {
  it('connects, says Hello, and is connected once welcomed', () => {
    const wire = new Wire();
    expect(wire.edge.handle({ kind: 'start' }, wire.edgeAt)).toEqual([
      { kind: 'connect', leaderUrl: undefined },
    ]);
    expect(wire.edge.state).toBe('connecting');
    const [hello] = wire.edge.handle({ kind: 'opened' }, wire.edgeAt);
    expect(hello?.kind === 'send' && decodeMessage(hello.bytes, undefined)).toMatchObject({
      kind: 'hello',
      nodeId: 'edge-1',
      epoch: START_MS,
    });
    expect(wire.edge.state).toBe('greeting');
    wire.edge.handle({ kind: 'message', bytes: bytesOf(welcome) }, wire.edgeAt);
    expect(wire.edge.state).toBe('connected');
  });

  it('sends nothing before it is welcomed, and then only the newest of each partition', () => {
    const wire = new Wire();
    for (let tick = 0; tick < 5; tick++) {
      wire.edge.offerForecasts([forecastOf('orders/0', 100 + tick), forecastOf('orders/1', 200 + tick)]);
      wire.edge.offerLoads([sampleOf('orders/0', tick)]);
    }
    wire.connect();
    const sent = wire.delivered('forecasts').flatMap((d) => d.forecasts);
    expect(sent.map((f) => f.partition)).toEqual(['orders/0', 'orders/1']);
    expect(sent[0]!.path.mean[0]! / forecastOf('orders/0', 104).path.mean[0]!).toBeCloseTo(1, 1);
    expect(wire.delivered('loads').flatMap((d) => d.samples)).toEqual([sampleOf('orders/0', 4)]);
    expect(wire.edge.stats().coalesced).toBe(12);
  });

  it('holds everything but heartbeats back while the socket is full', () => {
    const wire = new Wire(edgeLink({ maxBufferedBytes: 1000, heartbeatIntervalMs: 1000 })).connect();
    wire.bufferedBytes = 1001;
    for (let tick = 0; tick < 50; tick++) {
      wire.edge.offerForecasts([forecastOf('orders/0', 100 + tick)]);
      wire.pass(250);
    }
    expect(wire.delivered('forecasts')).toEqual([]);
    expect(wire.edge.state).toBe('connected');
    wire.bufferedBytes = 0;
    wire.pass(250);
    const sent = wire.delivered('forecasts').flatMap((d) => d.forecasts);
    expect(sent).toHaveLength(1);
    expect(sent[0]!.path.mean[0]! / forecastOf('orders/0', 149).path.mean[0]!).toBeCloseTo(1, 1);
  });

  it('sends states one a message, as far as the socket takes them', () => {
    const wire = new Wire(edgeLink({ maxBufferedBytes: 1000 })).connect();
    for (let i = 0; i < 8; i++) {
      wire.edge.offerModel({ partition: `orders/${i}`, atMs: START_MS, state: new Uint8Array(600).fill(i) });
    }
    wire.pass(250);
    expect(wire.delivered('model').map((d) => d.model.partition)).toEqual(['orders/0', 'orders/1']);
    wire.pass(1000);
    expect(wire.delivered('model')).toHaveLength(8);
    expect(wire.delivered('model')[5]!.model.state).toEqual(new Uint8Array(600).fill(5));
  });

  it('sends the newest scores of each partition, a bounded number at a time', () => {
    const streams = [{ name: 'wide', partitions: 300 }];
    const wire = new Wire(edgeLink({ streams })).connect();
    for (const atMs of [START_MS, START_MS + 1000]) {
      for (let i = 0; i < 300; i++) wire.edge.offerScores(scoresOf(`wide/${i}`, atMs));
    }
    expect(wire.edge.waitingScores).toBe(300);
    wire.pass(250);
    expect(wire.edge.waitingScores).toBe(44);
    wire.pass(250);
    const received = wire.delivered('scores').flatMap((d) => d.partitions);
    expect(received.map((s) => s.partition)).toEqual(
      streams.flatMap(() => received.map((_, i) => `wide/${i}`)),
    );
    expect(received).toHaveLength(300);
    expect(received.every((s) => s.atMs === START_MS + 1000 && s.models?.length === 1)).toBe(true);
  });

  it('tells models again to a new session, and not before', () => {
    const wire = new Wire().connect();
    const told = (on: Wire) => {
      wire.edge.offerScores(scoresOf('orders/0', START_MS + wire.monotonicMs));
      on.pass(250);
      return on.delivered('scores').at(-1)!.partitions[0]!.models?.length;
    };
    expect([told(wire), told(wire)]).toEqual([1, undefined]);
    wire.edge.handle({ kind: 'closed', code: 1006, reason: '' }, wire.edgeAt);
    const next = new Wire(wire.edge);
    next.monotonicMs = wire.monotonicMs;
    while (wire.edge.state === 'waiting') next.pass(250);
    next.open();
    expect([told(next), told(next)]).toEqual([1, undefined]);
  });

  it('tells of sampling only an actuator that asks for it, and only in that session', () => {
    const asking = actuatorLink({ settings: { samplingIntervalMs: 5000 } });
    const wire = new Wire(edgeLink(), asking);
    wire.edgeAheadMs = 60_000;
    wire.connect();
    wire.pass(1000);
    const edgeMs = wire.edgeAt.wallMs;
    for (const kept of [1, 2]) wire.edge.offerSamplings([{ ...samplingOf('orders', edgeMs), kept }]);
    const oursMs = wire.actuatorAt.wallMs;
    wire.pass(250);
    expect(wire.delivered('samplings').map(({ reports }) => reports)).toEqual([
      [{ ...samplingOf('orders', oursMs), kept: 2 }],
    ]);
    expect(wire.received('settings')[0]!.settings.samplingIntervalMs).toBe(5000);
    wire.edge.offerSamplings([samplingOf('orders')]);
    wire.edge.handle({ kind: 'closed', code: 1006, reason: '' }, wire.edgeAt);
    // One of a version that knows nothing of such reports would end the session over it.
    const silent = new Wire(wire.edge);
    silent.monotonicMs = wire.monotonicMs;
    while (wire.edge.state === 'waiting') silent.pass(250);
    silent.open();
    wire.edge.offerSamplings([samplingOf('orders')]);
    silent.pass(1000);
    expect(wire.edge.state).toBe('connected');
    expect(silent.delivered('samplings')).toEqual([]);
  });

  it('keeps to the intervals that the actuator asks for', () => {
    const wire = new Wire().connect();
    wire.fromActuator(wire.actuator.command({ kind: 'settings', forecastIntervalMs: 2000 }));
    for (let tick = 0; tick < 10; tick++) {
      wire.edge.offerForecasts([forecastOf('orders/0')]);
      wire.pass(1000);
    }
    expect(wire.delivered('forecasts')).toHaveLength(5);
    expect(wire.received('settings').at(-1)).toMatchObject({
      commandId: 1,
      settings: { forecastIntervalMs: 2000 },
    });
  });

  it('slows down when throttled, for as long as it was told', () => {
    const wire = new Wire().connect();
    wire.fromActuator(wire.actuator.command({ kind: 'throttle', minIntervalMs: 5000, durationMs: 10_000 }));
    for (let tick = 0; tick < 20; tick++) {
      wire.edge.offerForecasts([forecastOf('orders/0')]);
      wire.pass(1000);
    }
    // Three in the first 10 s, one each second after.
    expect(wire.delivered('forecasts').length).toBeGreaterThanOrEqual(11);
    expect(wire.delivered('forecasts').length).toBeLessThanOrEqual(14);
    const ack = { kind: 'ack', commandId: 1, command: 'throttle', subject: '', refusal: '' };
    expect(wire.delivered('ack')).toEqual([ack]);
  });

  it('goes away from an actuator that is silent, and comes back', () => {
    const wire = new Wire(edgeLink({ heartbeatIntervalMs: 1000 }));
    wire.edge.handle({ kind: 'start' }, wire.edgeAt);
    wire.edge.handle({ kind: 'opened' }, wire.edgeAt);
    wire.edge.handle({ kind: 'message', bytes: bytesOf(welcome) }, wire.edgeAt);
    const actions = Array.from({ length: 20 }, () => {
      wire.monotonicMs += 250;
      return wire.edge.handle({ kind: 'tick', bufferedBytes: 0 }, wire.edgeAt);
    }).flat();
    expect(actions.find((a) => a.kind === 'close')).toMatchObject({ code: EDGE_CLOSE.silent });
    expect(actions.at(-1)).toEqual({ kind: 'connect', leaderUrl: undefined });
    expect(wire.edge.stats()).toMatchObject({ silences: 1, state: 'connecting' });
  });

  it('waits longer after each failure, with jitter, up to a cap', () => {
    const edge = edgeLink({ backoffBaseMs: 1000, backoffCapMs: 8000 });
    let monotonicMs = 0;
    const at = () => ({ wallMs: START_MS, monotonicMs });
    edge.handle({ kind: 'start' }, at());
    const delaysMs = Array.from({ length: 8 }, () => {
      const failedMs = monotonicMs;
      edge.handle({ kind: 'closed', code: 1006, reason: '' }, at());
      while (edge.state === 'waiting') {
        monotonicMs += 10;
        edge.handle({ kind: 'tick', bufferedBytes: 0 }, at());
      }
      return monotonicMs - failedMs;
    });
    for (const [n, delayMs] of delaysMs.entries()) {
      const ceilingMs = Math.min(8000, 1000 * 2 ** n);
      expect(delayMs).toBeGreaterThanOrEqual(ceilingMs / 2);
      expect(delayMs).toBeLessThanOrEqual(ceilingMs + 10);
    }
    expect(new Set(delaysMs).size).toBe(delaysMs.length);
  });

  it('sends the newest forecasts anew to a new session, numbered on', () => {
    const wire = new Wire().connect();
    wire.edge.offerForecasts([forecastOf('orders/0'), forecastOf('orders/1')]);
    wire.pass(250);
    wire.edge.handle({ kind: 'closed', code: 1006, reason: '' }, wire.edgeAt);
    const next = new Wire(wire.edge);
    next.monotonicMs = wire.monotonicMs;
    while (wire.edge.state === 'waiting') next.pass(250);
    next.open();
    const sent = next.delivered('forecasts').flatMap((d) => d.forecasts);
    expect(sent.map((f) => [f.partition, f.leadingExpert])).toEqual([
      ['orders/0', 'holt-winters'],
      ['orders/1', 'holt-winters'],
    ]);
    expect(wire.edge.stats().sessions).toBe(2);
  });

  it('says goodbye when it stops, after what waited', () => {
    const wire = new Wire().connect();
    wire.edge.offerForecasts([forecastOf('orders/0')]);
    wire.fromEdge(wire.edge.handle({ kind: 'stop' }, wire.edgeAt));
    expect(wire.delivered('forecasts')).toHaveLength(1);
    expect(wire.delivered('ended')).toEqual([{ kind: 'ended', reason: 'goodbye: shutting-down' }]);
    expect(wire.edgeActions.at(-1)).toMatchObject({ kind: 'close', code: 1000 });
    expect(wire.pass(60_000).edge.state).toBe('idle');
  });

  it('sends every state that waits when it stops', () => {
    const wire = new Wire(edgeLink({ maxBufferedBytes: 1000 })).connect();
    for (let i = 0; i < 8; i++) {
      wire.edge.offerModel({ partition: `orders/${i}`, atMs: START_MS, state: new Uint8Array(600) });
    }
    expect(wire.edge.waitingModels).toBe(8);
    wire.fromEdge(wire.edge.handle({ kind: 'stop' }, wire.edgeAt));
    expect(wire.delivered('model')).toHaveLength(8);
  });

  it('is not made for a node or streams that no session may have', () => {
    expect(() => edgeLink({ nodeId: 'x'.repeat(101) })).toThrow(
      expect.objectContaining({ code: 'INVALID_NAME' }),
    );
    const twice = [STREAMS[0]!, STREAMS[0]!];
    expect(() => edgeLink({ streams: twice })).toThrow(expect.objectContaining({ code: 'INVALID_NAME' }));
    const wide = [{ name: 'wide', partitions: 70_000 }];
    expect(() => edgeLink({ streams: wide })).toThrow(expect.objectContaining({ code: 'TOO_MANY' }));
  });

  it('follows a goodbye to the leader once, and waits as long as it says', () => {
    const wire = new Wire().connect();
    const leaderUrl = 'ws://10.0.0.2:7070/v1/link';
    wire.fromActuator(
      wire.actuator.handle(
        { kind: 'goodbye', reason: 'not-leader', message: '', retryAfterMs: 3000, leaderUrl },
        wire.actuatorAt,
      ),
    );
    expect(wire.edge.state).toBe('waiting');
    wire.pass(2750);
    expect(wire.received('connect')).toEqual([]);
    wire.pass(500);
    expect(wire.received('connect')).toEqual([{ kind: 'connect', leaderUrl }]);
    wire.edge.handle({ kind: 'closed', code: 1006, reason: '' }, wire.edgeAt);
    wire.pass(5000);
    expect(wire.received('connect').at(-1)).toEqual({ kind: 'connect', leaderUrl: undefined });
  });

  it('gives up on a socket that does not open, and on an actuator that does not welcome', () => {
    const edge = edgeLink({ connectTimeoutMs: 2000, handshakeTimeoutMs: 1000 });
    edge.handle({ kind: 'start' }, { wallMs: START_MS, monotonicMs: 0 });
    const late = edge.handle({ kind: 'tick', bufferedBytes: 0 }, { wallMs: START_MS, monotonicMs: 2000 });
    expect(late).toEqual([{ kind: 'close', code: EDGE_CLOSE.timeout, reason: 'connecting took too long' }]);
    edge.handle({ kind: 'tick', bufferedBytes: 0 }, { wallMs: START_MS, monotonicMs: 5000 });
    edge.handle({ kind: 'opened' }, { wallMs: START_MS, monotonicMs: 5000 });
    const rude = edge.handle({ kind: 'tick', bufferedBytes: 0 }, { wallMs: START_MS, monotonicMs: 6000 });
    expect(rude).toEqual([{ kind: 'close', code: EDGE_CLOSE.timeout, reason: 'greeting took too long' }]);
  });

  it.each([
    ['bytes that mean nothing', Uint8Array.of(1, 2, 3), EDGE_CLOSE.badContent],
    [
      'a message that only edges send',
      bytesOf({ kind: 'heartbeat', sentAtMs: 1, echo: undefined }),
      EDGE_CLOSE.policy,
    ],
    ['a second welcome', bytesOf(welcome), EDGE_CLOSE.policy],
  ])('closes on %s', (_, bytes, code) => {
    const wire = new Wire().connect();
    const [close] = wire.edge.handle({ kind: 'message', bytes }, wire.edgeAt);
    expect(close).toMatchObject({ kind: 'close', code });
    expect(wire.edge.stats()).toMatchObject({ badMessages: 1, state: 'waiting' });
  });

  it('counts what cannot travel, and sends the rest', () => {
    const wire = new Wire().connect();
    const good = forecastOf('orders/0');
    wire.edge.offerForecasts([
      forecastOf('nothing/0'),
      { ...forecastOf('orders/1'), path: { ...good.path, lower: [] } },
      good,
    ]);
    wire.edge.offerLoads([sampleOf('orders/99')]);
    wire.pass(250);
    expect(wire.delivered('forecasts').flatMap((d) => d.forecasts)).toHaveLength(1);
    expect(wire.edge.stats().refused).toBe(3);
  });

  it('counts on from an epoch that is newer than its own', () => {
    const edge = edgeLink({ epoch: 100 });
    edge.handle({ kind: 'start' }, { wallMs: START_MS, monotonicMs: 0 });
    edge.handle({ kind: 'opened' }, { wallMs: START_MS, monotonicMs: 0 });
    edge.offerForecasts([forecastOf('orders/0')]);
    const actions = edge.handle(
      { kind: 'message', bytes: bytesOf({ ...welcome, lastEpoch: 500 }) },
      { wallMs: START_MS, monotonicMs: 0 },
    );
    const frames = actions.flatMap((a) => (a.kind === 'send' ? [decodeMessage(a.bytes, session())] : []));
    expect(frames.find((f) => f.kind === 'forecasts')).toMatchObject({ epoch: 501 });
  });

  it('is not moved by a wall-clock that jumps', () => {
    const wire = new Wire().connect();
    wire.edgeAheadMs = -3_600_000;
    wire.pass(30_000);
    expect(wire.edge.stats()).toMatchObject({ state: 'connected', sessions: 1, silences: 0 });
  });
});
