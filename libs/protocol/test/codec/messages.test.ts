import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, LIMITS, ProtocolError, type SingleMessage } from '../../src/index.ts';
import { session, STREAMS } from '../support.ts';

const echo = { sentAtMs: 1_700_000_000_123, receivedAtMs: 1_700_000_000_456 };
const state = Uint8Array.from({ length: 1000 }, (_, i) => i % 256);
const score = {
  horizonMs: 5000,
  scored: 12,
  wape: 0.2,
  wapeNaive: 0.3,
  bias: -0.01,
  coverage90: 0.9,
  width90: 40,
};

const MESSAGES: readonly SingleMessage[] = [
  {
    kind: 'hello',
    protocolVersion: 1,
    nodeId: 'edge-β',
    softwareVersion: '0.1.0',
    epoch: 1_700_000_000_000,
    streams: STREAMS,
    sentAtMs: 1_700_000_000_001,
    tickMs: 1000,
  },
  {
    kind: 'welcome',
    sessionId: 's-1',
    settings: { heartbeatIntervalMs: 5000, samplingRate: 0.01 },
    sentAtMs: 1_700_000_000_002,
    lastEpoch: 1_600_000_000_000,
  },
  { kind: 'heartbeat', sentAtMs: 1_700_000_000_003, echo: undefined },
  { kind: 'heartbeat', sentAtMs: 1_700_000_000_003, echo },
  { kind: 'heartbeat-ack', sentAtMs: 1_700_000_000_004, echo },
  {
    kind: 'settings',
    commandId: 3,
    forecastIntervalMs: 0,
    loadIntervalMs: 2000,
    modelIntervalMs: 60_000,
    scoreIntervalMs: 10_000,
  },
  { kind: 'model', epoch: 5, partition: 'clicks/39', atMs: 1_700_000_000_000, state },
  { kind: 'model-update', commandId: 9, partition: 'orders/0', atMs: 1_700_000_000_000, state },
  {
    kind: 'feedback',
    commandId: 4,
    partitions: [
      { partition: 'orders/1', workPerRecord: { value: 0.004, standardError: 0.0001 }, horizons: [score] },
      {
        partition: 'orders/2',
        workPerRecord: undefined,
        horizons: [
          { ...score, scored: 0, wape: NaN, wapeNaive: NaN, bias: NaN, coverage90: NaN, width90: NaN },
        ],
      },
    ],
  },
  { kind: 'network-update', commandId: 10, stream: 'clicks', version: 7, bytes: state },
  { kind: 'prior-update', commandId: 11, stream: 'orders', bytes: state },
  {
    kind: 'events-update',
    commandId: 12,
    stream: 'orders',
    events: [
      { id: 'a', kind: 'sale', fromMs: 1_700_000_000_000, toMs: 1_700_000_600_000, magnitude: 1.5 },
      { id: 'b', kind: 'batch', fromMs: 1_700_000_000_000, toMs: 1_700_000_000_000, magnitude: 0 },
    ],
  },
  { kind: 'events-update', commandId: 13, stream: 'orders', events: [] },
  { kind: 'throttle', commandId: 5, minIntervalMs: 5000, durationMs: 60_000 },
  { kind: 'ack', commandId: 5, refusal: '' },
  { kind: 'ack', commandId: 6, refusal: 'no such partition' },
  {
    kind: 'goodbye',
    reason: 'not-leader',
    retryAfterMs: 1000,
    leaderUrl: 'ws://127.0.0.1:7070/v1/link',
    message: 'replica b leads',
  },
  { kind: 'goodbye', reason: 'shutting-down', retryAfterMs: 0, leaderUrl: undefined, message: '' },
];

describe('messages', () => {
  it.each(MESSAGES.map((m) => [m.kind, m] as const))('%s comes back as it was', (_, message) => {
    const received = decodeMessage(encodeMessage(message, session()), session());
    expect(received).toMatchObject(message);
    const extra = Object.entries(received).filter(([key, value]) => !(key in message) && value !== undefined);
    expect(extra).toEqual([]);
  });

  it('that name partitions wait for Hello', () => {
    const bytes = encodeMessage(MESSAGES[6]!, session());
    expect(() => decodeMessage(bytes, undefined)).toThrow(
      expect.objectContaining({ code: 'UNEXPECTED_MESSAGE' }),
    );
    expect(decodeMessage(encodeMessage(MESSAGES[0]!), undefined)).toMatchObject({ kind: 'hello' });
  });

  it('refuse a state that is too large, on both ends', () => {
    const large = new Uint8Array(LIMITS.stateBytes + 1);
    const message = { kind: 'model', epoch: 1, partition: 'orders/0', atMs: 1, state: large } as const;
    expect(() => encodeMessage(message, session())).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  });

  const event = { id: 'a', kind: 'sale', fromMs: 1000, toMs: 2000, magnitude: 1 };
  const events = (change: Partial<typeof event>) =>
    ({ kind: 'events-update', commandId: 1, stream: 'orders', events: [{ ...event, ...change }] }) as const;
  const stream = 'orders';

  it.each<[string, SingleMessage]>([
    [
      'TOO_LARGE',
      {
        kind: 'network-update',
        commandId: 1,
        stream,
        version: 1,
        bytes: new Uint8Array(LIMITS.networkBytes + 1),
      },
    ],
    [
      'TOO_LARGE',
      { kind: 'prior-update', commandId: 1, stream, bytes: new Uint8Array(LIMITS.priorBytes + 1) },
    ],
    ['OUT_OF_RANGE', { kind: 'network-update', commandId: 1, stream, version: -1, bytes: state }],
    ['UNKNOWN_STREAM', { kind: 'prior-update', commandId: 1, stream: 'nothing', bytes: state }],
    [
      'TOO_MANY',
      { kind: 'events-update', commandId: 1, stream, events: new Array(LIMITS.events + 1).fill(event) },
    ],
    ['OUT_OF_RANGE', events({ toMs: 999 })],
    ['INVALID_NUMBER', events({ magnitude: NaN })],
    ['INVALID_NUMBER', events({ magnitude: -1 })],
    ['INVALID_NUMBER', events({ fromMs: -5 })],
    ['INVALID_NAME', events({ kind: '' })],
    ['INVALID_NAME', events({ id: 'x'.repeat(101) })],
  ])('of a stream are refused with %s, before they are sent', (code, message) => {
    expect(() => encodeMessage(message, session())).toThrow(expect.objectContaining({ code }));
  });

  it.each([
    { kind: 'settings', commandId: 1, samplingRate: 0 },
    { kind: 'settings', commandId: 1, samplingRate: NaN },
    { kind: 'settings', commandId: 1, heartbeatIntervalMs: 1 },
    { kind: 'throttle', commandId: 1, minIntervalMs: -1, durationMs: 1 },
  ] satisfies SingleMessage[])('refuse %j', (message) => {
    expect(() => encodeMessage(message)).toThrow(ProtocolError);
  });

  it('know no reason that they do not know', () => {
    const bytes = encodeMessage({
      kind: 'goodbye',
      reason: 'unknown',
      retryAfterMs: 1,
      leaderUrl: undefined,
      message: '',
    });
    expect(decodeMessage(bytes, undefined)).toMatchObject({ kind: 'goodbye', reason: 'unknown' });
  });
});
