import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EnvelopeSchema,
  ForecastFrameSchema,
  LoadReportSchema,
  ScoreReportSchema,
} from '../../src/gen/foreshadow/link/v1/link_pb.ts';
import {
  decodeMessage,
  encodeForecasts,
  encodeLoads,
  encodeScores,
  LIMITS,
  ProtocolError,
} from '../../src/index.ts';
import { forecastOf, sampleOf, scoresOf, session } from '../support.ts';

type Frame = MessageInitShape<typeof ForecastFrameSchema>;
type Report = MessageInitShape<typeof LoadReportSchema>;
type Scores = MessageInitShape<typeof ScoreReportSchema>;

const envelope = (message: MessageInitShape<typeof EnvelopeSchema>['message']): Uint8Array =>
  toBinary(EnvelopeSchema, create(EnvelopeSchema, message === undefined ? {} : { message }));
const frame = (value: Frame): Uint8Array => envelope({ case: 'forecastFrame', value });
const report = (value: Report): Uint8Array => envelope({ case: 'loadReport', value });

const FRAME = {
  relativeErrorPpm: 10_000,
  layouts: [{ runs: [2, 1000], knots: [0, 1] }],
  streams: [
    {
      stream: 0,
      layout: 0,
      partitions: [1],
      paths: [1300, 1],
      spreads: [1, 1, 1, 1],
      ratios: [0, 0, 0, 0, 0, 0],
    },
  ],
} satisfies Frame;
const STREAM = FRAME.streams[0]!;
const withStream = (change: Partial<typeof STREAM>): Uint8Array =>
  frame({ ...FRAME, streams: [{ ...STREAM, ...change }] });

/** Decoding gives a message or a ProtocolError, nothing else. */
function survives(bytes: Uint8Array): boolean {
  try {
    decodeMessage(bytes, session());
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ProtocolError);
    return false;
  }
}

function codeOf(bytes: Uint8Array): string {
  try {
    decodeMessage(bytes, session());
  } catch (error) {
    return (error as ProtocolError).code;
  }
  return 'none';
}

describe('a hostile frame', () => {
  it('starts from one that is good', () => {
    expect(codeOf(frame(FRAME))).toBe('none');
  });

  it.each([
    ['EMPTY', new Uint8Array()],
    ['EMPTY', Uint8Array.of(0xfa, 0x01, 0)],
    ['MALFORMED', Uint8Array.of(0x1a, 0x7f)],
    ['MALFORMED', Uint8Array.of(0x0b)],
    ['MALFORMED', new Uint8Array(11).fill(0xff)],
    ['MALFORMED', new TextEncoder().encode('{"kind":"hello"}')],
    ['TOO_LARGE', new Uint8Array(LIMITS.messageBytes + 1)],
    ['INVALID_LAYOUT', frame({ ...FRAME, layouts: [] })],
    ['INVALID_LAYOUT', frame({ ...FRAME, layouts: [{ runs: [2, 1000], knots: [0] }] })],
    ['TOO_MANY', frame({ ...FRAME, layouts: [{ runs: [0xffff_ffff, 1], knots: [0, 1] }] })],
    ['TOO_MANY', frame({ ...FRAME, newExperts: new Array<string>(LIMITS.experts + 1).fill('x') })],
    ['INVALID_NAME', frame({ ...FRAME, newExperts: [''] })],
    ['INVALID_NAME', frame({ ...FRAME, newExperts: ['x'.repeat(101)] })],
    ['OUT_OF_RANGE', frame({ ...FRAME, relativeErrorPpm: 1 })],
    ['OUT_OF_RANGE', frame({ ...FRAME, issuedAtMs: -1n })],
    ['OUT_OF_RANGE', frame({ ...FRAME, epoch: 0x7fff_ffff_ffff_ffffn })],
    ['UNKNOWN_STREAM', withStream({ stream: 2 })],
    ['UNKNOWN_PARTITION', withStream({ partitions: [8] })],
    ['COUNT_MISMATCH', withStream({ partitions: [1, 2] })],
    ['COUNT_MISMATCH', withStream({ paths: [1300] })],
    ['COUNT_MISMATCH', withStream({ spreads: [] })],
    ['COUNT_MISMATCH', withStream({ ratios: [0, 0] })],
    ['OUT_OF_RANGE', withStream({ paths: [-5, 0] })],
    ['OUT_OF_RANGE', withStream({ paths: [0x7fff_ffff, 0x7fff_ffff] })],
    ['OUT_OF_RANGE', withStream({ spreads: [5000, 1, 1, 1] })],
    ['OUT_OF_RANGE', withStream({ spreads: [1, 1, 1, 0xffff_ffff] })],
    ['OUT_OF_RANGE', withStream({ ratios: [-3, 0, 0, 0, 0, 0] })],
  ])('is refused with %s', (code, bytes) => {
    expect(codeOf(bytes)).toBe(code);
  });

  it('of many tiny parts is refused before they are built', () => {
    const bytes = frame({ ...FRAME, streams: new Array<object>(LIMITS.fields + 1).fill({}) });
    expect(bytes.length).toBeLessThan(LIMITS.messageBytes);
    expect(codeOf(bytes)).toBe('TOO_MANY');
  });
});

describe('a hostile report', () => {
  const records = (measure: object): Uint8Array =>
    report({ windowMs: 1000, streams: [{ stream: 0, partitions: [0, 1], recordsPerSec: measure }] });

  it.each([
    ['none', records({ counts: [1, 2] })],
    ['INVALID_NUMBER', records({ values: [1, NaN] })],
    ['INVALID_NUMBER', records({ values: [1, Infinity] })],
    ['INVALID_NUMBER', records({ values: [1, -1] })],
    ['INVALID_NUMBER', records({ counts: [1, 2], standardErrors: [0, NaN] })],
    ['COUNT_MISMATCH', records({ counts: [1] })],
    ['COUNT_MISMATCH', records({ counts: [1, 2], values: [1, 2] })],
    ['COUNT_MISMATCH', records({ missing: [0, 0, 0] })],
    ['OUT_OF_RANGE', records({ missing: [0, 0] })],
    ['OUT_OF_RANGE', records({ counts: [1], missing: [7] })],
    ['OUT_OF_RANGE', report({ windowMs: 0 })],
  ])('gives %s', (code, bytes) => {
    expect(codeOf(bytes)).toBe(code);
  });
});

describe('a hostile report of scores', () => {
  const good = {
    atMs: 1_000_000n,
    horizonsMs: [5000],
    texts: ['ets', 'page-hinkley'],
    newExperts: ['naive', 'ets'],
    partitions: [
      {
        stream: 0,
        partition: 1,
        scored: [3],
        wape: [1001],
        wapeNaive: [1001],
        bias: [-7],
        coverage90: [9001],
        width90: [1300],
        experts: [1, 2],
        weights: [250, 750],
        seasons: [{ stepMs: 1000, lengths: [60] }],
        driftAgesMs: [1000],
        driftKinds: [1],
        models: { models: [{ parameterNames: [0], parameters: [0.5] }] },
      },
    ],
  } satisfies Scores;
  const row = good.partitions[0]!;
  const scores = (value: Scores): Uint8Array => envelope({ case: 'scoreReport', value });
  type Row = NonNullable<Scores['partitions']>[number];
  const withRow = (change: Row) => scores({ ...good, partitions: [{ ...row, ...change } as Row] });
  const model = (change: object) => withRow({ models: { models: [change] } });
  const many = (count: number): number[] => new Array<number>(count).fill(0);

  it.each([
    ['none', scores(good)],
    ['none', withRow({ experts: [], weights: [], driftAgesMs: [], driftKinds: [] })],
    ['OUT_OF_RANGE', scores({ ...good, atMs: -1n })],
    ['TOO_MANY', scores({ ...good, horizonsMs: many(LIMITS.horizons + 1) })],
    ['TOO_MANY', scores({ ...good, texts: new Array<string>(LIMITS.texts + 1).fill('x') })],
    ['INVALID_NAME', scores({ ...good, texts: ['x'.repeat(101)] })],
    ['INVALID_NAME', scores({ ...good, newExperts: [''] })],
    ['UNKNOWN_STREAM', withRow({ stream: 2 })],
    ['UNKNOWN_PARTITION', withRow({ partition: 8 })],
    ['COUNT_MISMATCH', withRow({ scored: [] })],
    ['COUNT_MISMATCH', withRow({ width90: [1, 2] })],
    ['OUT_OF_RANGE', withRow({ width90: [5000] })],
    ['OUT_OF_RANGE', withRow({ coverage90: [10_002] })],
    ['COUNT_MISMATCH', withRow({ weights: [1000] })],
    ['OUT_OF_RANGE', withRow({ weights: [500, 501] })],
    ['OUT_OF_RANGE', withRow({ weights: [0xffff_ffff, 0xffff_ffff] })],
    ['TOO_MANY', withRow({ experts: many(LIMITS.scoreExperts + 1) })],
    ['TOO_MANY', withRow({ seasons: new Array<object>(LIMITS.levels + 1).fill({}) })],
    ['TOO_MANY', withRow({ seasons: [{ stepMs: 1, lengths: many(LIMITS.seasons + 1) }] })],
    ['TOO_MANY', withRow({ driftAgesMs: many(LIMITS.drifts + 1) })],
    ['COUNT_MISMATCH', withRow({ driftKinds: [] })],
    ['OUT_OF_RANGE', withRow({ driftKinds: [2] })],
    ['OUT_OF_RANGE', withRow({ driftAgesMs: [1_000_001] })],
    ['TOO_MANY', withRow({ models: { models: new Array<object>(LIMITS.models + 1).fill({}) } })],
    ['OUT_OF_RANGE', model({ algorithm: 9 })],
    ['COUNT_MISMATCH', model({ parameterNames: [0, 0], parameters: [1] })],
    ['INVALID_NUMBER', model({ parameterNames: [0], parameters: [NaN] })],
    ['INVALID_NUMBER', model({ score: Infinity })],
    ['INVALID_NUMBER', model({ score: -1 })],
    ['OUT_OF_RANGE', model({ trainedFromMs: -1n })],
    [
      'TOO_MANY',
      model({
        parameterNames: many(LIMITS.parameters + 1),
        parameters: many(LIMITS.parameters + 1),
      }),
    ],
  ])('gives %s', (code, bytes) => {
    expect(codeOf(bytes)).toBe(code);
  });
});

describe('a hostile command', () => {
  type Message = NonNullable<MessageInitShape<typeof EnvelopeSchema>['message']>;
  const event = { id: 'a', kind: 'b', fromMs: 5n, toMs: 6n, magnitude: 1 };

  it.each<[string, Message]>([
    ['none', { case: 'eventsUpdate', value: { events: [event] } }],
    ['TOO_MANY', { case: 'eventsUpdate', value: { events: new Array<typeof event>(257).fill(event) } }],
    ['OUT_OF_RANGE', { case: 'eventsUpdate', value: { events: [{ ...event, toMs: 4n }] } }],
    ['OUT_OF_RANGE', { case: 'eventsUpdate', value: { events: [{ ...event, toMs: 1n << 62n }] } }],
    ['INVALID_NUMBER', { case: 'eventsUpdate', value: { events: [{ ...event, magnitude: NaN }] } }],
    ['INVALID_NAME', { case: 'eventsUpdate', value: { events: [{ ...event, id: '' }] } }],
    ['UNKNOWN_STREAM', { case: 'eventsUpdate', value: { stream: 2 } }],
    ['UNKNOWN_STREAM', { case: 'networkUpdate', value: { stream: 2 } }],
    ['UNKNOWN_STREAM', { case: 'priorUpdate', value: { stream: 2 } }],
    ['TOO_LARGE', { case: 'networkUpdate', value: { bytes: new Uint8Array(245_761) } }],
    ['TOO_LARGE', { case: 'priorUpdate', value: { bytes: new Uint8Array(245_761) } }],
  ])('gives %s', (code, message) => {
    expect(codeOf(envelope(message))).toBe(code);
  });
});

describe('any bytes', () => {
  const good = [
    encodeForecasts([forecastOf('orders/1'), forecastOf('clicks/7', 0.2)], session())[0]!,
    encodeLoads([sampleOf('orders/1'), sampleOf('clicks/7', 0.5)], session())[0]!,
    encodeScores([scoresOf('orders/1'), scoresOf('clicks/7')], session())[0]!,
  ];

  it('are decoded or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        survives(bytes);
      }),
      { numRuns: 3000 },
    );
  });

  it('behind a valid tag are decoded or refused', () => {
    const prefixed = fc.tuple(fc.integer({ min: 1, max: 18 }), fc.uint8Array({ maxLength: 120 }));
    fc.assert(
      fc.property(prefixed, ([field, payload]) => {
        survives(Uint8Array.of(field * 8 + 2, payload.length, ...payload));
      }),
      { numRuns: 3000 },
    );
  });

  it('that were good and had bytes changed, cut or repeated are decoded or refused', () => {
    const edits = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
    const mutated = fc.tuple(fc.constantFrom(...good), edits, fc.nat(), fc.boolean());
    let refused = 0;
    fc.assert(
      fc.property(mutated, ([bytes, changes, cut, whole]) => {
        const copy = Uint8Array.from(whole ? bytes : bytes.subarray(0, cut % bytes.length));
        for (const [at, value] of changes) if (copy.length > 0) copy[at % copy.length] = value;
        if (!survives(copy)) refused += 1;
      }),
      { numRuns: 3000 },
    );
    expect(refused).toBeGreaterThan(500);
  });

  it('of the right structure with wild numbers are decoded or refused', () => {
    const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
    const i32 = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
    const column = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 8 });
    const stream = fc.record({
      stream: fc.integer({ min: 0, max: 2 }),
      layout: fc.integer({ min: 0, max: 1 }),
      partitions: column(fc.integer({ min: 0, max: 9 })),
      issuedOffsetsMs: column(i32),
      experts: column(u32),
      paths: column(i32),
      spreads: column(u32),
      ratios: column(i32),
    });
    const layout = fc.record({ runs: column(u32), knots: column(fc.integer({ min: 0, max: 4 })) });
    const frames = fc.record({
      issuedAtMs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      relativeErrorPpm: fc.oneof(fc.constant(10_000), u32),
      layouts: fc.oneof(fc.constant(FRAME.layouts), fc.array(layout, { maxLength: 2 })),
      streams: fc.array(stream, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(frames, (value) => {
        survives(frame(value));
      }),
      { numRuns: 2000 },
    );
  });
});
