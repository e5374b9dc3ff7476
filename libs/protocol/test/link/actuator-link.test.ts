import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ActuatorLinkAction,
  decodeMessage,
  encodeForecasts,
  encodeMessage,
  FrameOrder,
  type Hello,
  LIMITS,
} from '../../src/index.ts';
import { forecastOf, MODEL, sampleOf, scoresOf, session, STREAMS } from '../support.ts';
import { actuatorLink, edgeLink, START_MS, Wire } from './support.ts';

const hello: Hello = {
  kind: 'hello',
  protocolVersion: 1,
  nodeId: 'edge-1',
  softwareVersion: '',
  epoch: START_MS,
  streams: STREAMS,
  sentAtMs: START_MS,
  tickMs: 1000,
};
const at = { wallMs: START_MS, monotonicMs: 0 };
const kinds = (actions: readonly ActuatorLinkAction[]): string[] => actions.map((a) => a.kind);

function greeted(options: Parameters<typeof actuatorLink>[0] = {}) {
  const link = actuatorLink(options);
  link.handle({ kind: 'opened' }, at);
  link.handle({ kind: 'message', bytes: encodeMessage(hello) }, at);
  return link;
}

/** The goodbye among the actions. */
function farewell(actions: readonly ActuatorLinkAction[]) {
  const send = actions.find((a) => a.kind === 'send');
  return send === undefined ? undefined : decodeMessage(send.bytes, undefined);
}

describe('ActuatorLink', () => {
  it('welcomes an edge with its settings', () => {
    const link = actuatorLink({ settings: { samplingRate: 0.02 } });
    const actions = link.handle({ kind: 'message', bytes: encodeMessage(hello) }, at);
    expect(kinds(actions)).toEqual(['send', 'hello']);
    expect(farewell(actions)).toMatchObject({
      kind: 'welcome',
      settings: { samplingRate: 0.02, heartbeatIntervalMs: 5000 },
    });
    expect(link.hello).toEqual(hello);
  });

  it('delivers forecasts, loads and states', () => {
    const wire = new Wire().connect();
    wire.edge.offerForecasts([forecastOf('orders/3')]);
    wire.edge.offerLoads([sampleOf('clicks/7')]);
    wire.edge.offerModel({ partition: 'orders/3', atMs: START_MS, state: Uint8Array.of(1, 2) });
    wire.pass(250);
    expect(wire.delivered('forecasts')[0]!.forecasts[0]).toMatchObject({ partition: 'orders/3' });
    expect(wire.delivered('loads')[0]!.samples).toEqual([sampleOf('clicks/7')]);
    expect(wire.delivered('model')[0]!.model).toEqual({
      partition: 'orders/3',
      atMs: START_MS,
      state: Uint8Array.of(1, 2),
    });
    expect(wire.actuator.stats()).toMatchObject({ nodeId: 'edge-1', framesReceived: 2, badMessages: 0 });
  });

  it('says goodbye to a version that it does not speak', () => {
    const bytes = encodeMessage({ ...hello, protocolVersion: 9 });
    const actions = actuatorLink().handle({ kind: 'message', bytes }, at);
    expect(kinds(actions)).toEqual(['send', 'close', 'ended']);
    expect(farewell(actions)).toMatchObject({ kind: 'goodbye', reason: 'unsupported-version' });
    expect(actions[1]).toMatchObject({ code: 1008 });
  });

  it('says goodbye to a node that may not speak for its streams', () => {
    const link = actuatorLink({
      refuse: (h) => (h.streams.length > 1 ? 'only orders '.repeat(100) : undefined),
    });
    const actions = link.handle({ kind: 'message', bytes: encodeMessage(hello) }, at);
    expect(farewell(actions)).toMatchObject({
      kind: 'goodbye',
      reason: 'unauthorized',
      message: 'only orders '.repeat(100).slice(0, 512),
    });
    expect(link.hello).toBeUndefined();
  });

  it('closes a link on which no Hello comes, and one that falls silent', () => {
    const mute = actuatorLink({ handshakeTimeoutMs: 1000 });
    mute.handle({ kind: 'opened' }, at);
    expect(mute.handle({ kind: 'tick' }, { ...at, monotonicMs: 1000 })).toEqual([]);
    expect(mute.handle({ kind: 'tick' }, { ...at, monotonicMs: 1001 })[0]).toMatchObject({
      kind: 'close',
      code: 1008,
    });
    const link = greeted({ heartbeatIntervalMs: 1000 });
    expect(link.handle({ kind: 'tick' }, { ...at, monotonicMs: 3000 })).toEqual([]);
    const actions = link.handle({ kind: 'tick' }, { ...at, monotonicMs: 3001 });
    expect(kinds(actions)).toEqual(['close', 'ended']);
    expect(actions[0]).toMatchObject({ code: 4000 });
  });

  it.each([
    ['garbage', 1007, Uint8Array.of(9, 9, 9)],
    ['an oversized message', 1008, new Uint8Array(LIMITS.messageBytes + 1)],
    [
      'a message that only actuators send',
      1008,
      encodeMessage({ kind: 'throttle', commandId: 1, minIntervalMs: 1, durationMs: 1 }),
    ],
    ['a second Hello', 1008, encodeMessage(hello)],
  ])('closes on %s with %i, delivers nothing and hears no more', (_, code, bytes) => {
    const link = greeted();
    const actions = link.handle({ kind: 'message', bytes }, at);
    expect(kinds(actions)).toEqual(['close', 'ended']);
    expect(actions[0]).toMatchObject({ code });
    expect(link.stats().badMessages).toBe(1);
    const good = encodeForecasts([forecastOf('orders/0')], session())[0]!;
    expect(link.handle({ kind: 'message', bytes: good }, at)).toEqual([]);
  });

  it('refuses forecasts before Hello', () => {
    const bytes = encodeForecasts([forecastOf('orders/0')], session())[0]!;
    expect(actuatorLink().handle({ kind: 'message', bytes }, at)[0]).toMatchObject({
      kind: 'close',
      code: 1008,
    });
  });

  it('takes only what is newer, per partition', () => {
    const link = greeted();
    const from = session();
    const frames = [1, 2, 3].map((level) => encodeForecasts([forecastOf('orders/0', level)], from)[0]!);
    const other = encodeForecasts([forecastOf('orders/1')], session())[0]!;
    const deliver = (bytes: Uint8Array) => kinds(link.handle({ kind: 'message', bytes }, at));
    expect(deliver(frames[1]!)).toEqual(['forecasts']);
    expect(deliver(frames[0]!)).toEqual([]);
    expect(deliver(frames[1]!)).toEqual([]);
    expect(deliver(other)).toEqual(['forecasts']);
    expect(deliver(frames[2]!)).toEqual(['forecasts']);
    expect(link.stats().stale).toBe(2);
  });

  it('keeps the order over connections where it is given one', () => {
    const order = new FrameOrder();
    const from = session();
    const [old] = encodeForecasts([forecastOf('orders/0', 1)], from);
    const [fresh] = encodeForecasts([forecastOf('orders/0', 2)], from);
    const [first, second] = [greeted({ orderOf: () => order }), greeted({ orderOf: () => order })];
    expect(kinds(second.handle({ kind: 'message', bytes: fresh! }, at))).toEqual(['forecasts']);
    expect(kinds(first.handle({ kind: 'message', bytes: old! }, at))).toEqual([]);
  });

  it('numbers commands and knows which are acknowledged', () => {
    const wire = new Wire().connect();
    const state = Uint8Array.of(1);
    wire.fromActuator(
      wire.actuator.command({ kind: 'model-update', partition: 'orders/0', atMs: START_MS, state }),
    );
    expect(wire.actuator.stats().pendingCommands).toBe(1);
    wire.fromEdge(wire.edge.handle({ kind: 'acknowledge', commandId: 1, refusal: 'no' }, wire.edgeAt));
    const ack = { kind: 'ack', commandId: 1, command: 'model-update', subject: 'orders/0', refusal: 'no' };
    expect(wire.delivered('ack')).toEqual([ack]);
    expect(wire.actuator.stats().pendingCommands).toBe(0);
    expect(wire.received('model-update')[0]).toMatchObject({ model: { partition: 'orders/0', state } });
  });

  it('commands networks, priors and events of a stream', () => {
    const wire = new Wire().connect();
    const bytes = Uint8Array.of(1, 2, 3);
    const event = { id: 'a', kind: 'sale', fromMs: START_MS, toMs: START_MS + 60_000, magnitude: 2 };
    const commands = [
      { kind: 'network-update', stream: 'orders', version: 3, bytes },
      { kind: 'prior-update', stream: 'clicks', bytes },
      { kind: 'events-update', stream: 'orders', events: [event] },
    ] as const;
    commands.forEach((command, i) => {
      wire.fromActuator(wire.actuator.command(command));
      expect(wire.received(command.kind)).toEqual([{ ...command, commandId: i + 1 }]);
      wire.fromEdge(wire.edge.handle({ kind: 'acknowledge', commandId: i + 1 }, wire.edgeAt));
    });
    expect(wire.delivered('ack').map((a) => [a.command, a.subject])).toEqual([
      ['network-update', 'orders'],
      ['prior-update', 'clicks'],
      ['events-update', 'orders'],
    ]);
    const stray = { kind: 'prior-update', stream: 'nothing', bytes } as const;
    expect(() => wire.actuator.command(stray)).toThrow(expect.objectContaining({ code: 'UNKNOWN_STREAM' }));
    expect(wire.actuator.stats().pendingCommands).toBe(0);
  });

  it('splits feedback on many partitions', () => {
    const streams = [{ name: 'wide', partitions: 450 }];
    const wire = new Wire(edgeLink({ streams })).connect();
    const partitions = Array.from({ length: 450 }, (_, i) => ({
      partition: `wide/${i}` as const,
      workPerRecord: { value: 0.002, standardError: 0 },
      horizons: [],
    }));
    wire.fromActuator(wire.actuator.command({ kind: 'feedback', partitions }));
    expect(wire.received('feedback').flatMap((f) => f.partitions)).toEqual(partitions);
    expect(wire.received('feedback').length).toBe(3);
  });

  it('commands nothing before Hello or after the end', () => {
    const link = actuatorLink();
    expect(link.command({ kind: 'settings', samplingRate: 0.5 })).toEqual([]);
    const ended = greeted();
    ended.handle({ kind: 'closed', code: 1006, reason: '' }, at);
    expect(ended.command({ kind: 'settings', samplingRate: 0.5 })).toEqual([]);
  });

  it('survives any bytes, and ends at most once', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 5 }), (messages) => {
        const link = greeted();
        const actions = messages.flatMap((bytes) => link.handle({ kind: 'message', bytes }, at));
        expect(actions.filter((a) => a.kind === 'ended').length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('times', () => {
  it.each([-86_400_000, -40_000, -700, 0, 700, 40_000])(
    'of an edge %i ms ahead come on our clock',
    (aheadMs) => {
      const wire = new Wire();
      wire.edgeAheadMs = aheadMs;
      wire.delayMs = 20;
      wire.connect();
      wire.pass(20_000);
      wire.edge.offerForecasts([forecastOf('orders/0', 100, wire.edgeAt.wallMs)]);
      const issuedAtMs = wire.actuatorAt.wallMs;
      wire.pass(250);
      expect(
        Math.abs(wire.delivered('forecasts').at(-1)!.forecasts[0]!.issuedAtMs - issuedAtMs),
      ).toBeLessThanOrEqual(25);
    },
  );

  it('of scores and events cross between the clocks', () => {
    const wire = new Wire();
    wire.edgeAheadMs = 3_600_000;
    wire.connect();
    wire.pass(20_000);
    const edgeMs = wire.edgeAt.wallMs;
    const model = { ...MODEL, trainedOn: { fromMs: edgeMs - 9000, toMs: edgeMs - 1000, count: 8 } };
    const drift = [{ atMs: edgeMs - 5000, kind: 'adwin' }];
    wire.edge.offerScores({ ...scoresOf('orders/0', edgeMs), drift, models: [model] });
    const oursMs = wire.actuatorAt.wallMs;
    wire.pass(250);
    const [scores] = wire.delivered('scores')[0]!.partitions;
    expect(scores).toMatchObject({ atMs: oursMs, drift: [{ atMs: oursMs - 5000, kind: 'adwin' }] });
    expect(scores!.models![0]!.trainedOn).toEqual({ fromMs: oursMs - 9000, toMs: oursMs - 1000, count: 8 });
    const event = { id: 'a', kind: 'sale', fromMs: oursMs, toMs: oursMs + 60_000, magnitude: 1 };
    wire.fromActuator(wire.actuator.command({ kind: 'events-update', stream: 'orders', events: [event] }));
    expect(wire.received('events-update')[0]!.events).toEqual([
      { ...event, fromMs: edgeMs, toMs: edgeMs + 60_000 },
    ]);
  });

  it('on one clock are left as they are, however long a message takes', () => {
    const wire = new Wire();
    wire.delayMs = 130;
    wire.connect();
    wire.pass(60_000);
    expect(wire.actuator.stats().clockOffsetMs).toBe(0);
  });

  it('follow a clock that is set', () => {
    const wire = new Wire();
    wire.delayMs = 10;
    wire.connect();
    wire.pass(20_000);
    wire.edgeAheadMs = 90_000;
    wire.pass(20_000);
    expect(Math.abs(wire.actuator.stats().clockOffsetMs - 90_000)).toBeLessThanOrEqual(15);
  });

  it('are not moved by an echo of something that was never sent', () => {
    const link = greeted();
    const echo = { sentAtMs: 12_345, receivedAtMs: START_MS + 1e6 };
    link.handle(
      { kind: 'message', bytes: encodeMessage({ kind: 'heartbeat', sentAtMs: START_MS + 1e6, echo }) },
      at,
    );
    expect(link.stats().clockOffsetMs).toBe(0);
  });
});
