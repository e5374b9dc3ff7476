import type { SamplingReport } from '@foreshadow/domain';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvelopeSchema, type SamplingReportSchema } from '../../src/gen/foreshadow/link/v1/link_pb.ts';
import { decodeMessage, encodeSamplings, LIMITS, ProtocolError } from '../../src/index.ts';
import { samplingOf, session } from '../support.ts';

const across = (reports: readonly SamplingReport[]): SamplingReport[] =>
  encodeSamplings(reports, session()).flatMap((bytes) => {
    const message = decodeMessage(bytes, session());
    return message.kind === 'samplings' ? [...message.reports] : [];
  });

describe('reports on sampling', () => {
  it('come back as they were, rates and errors to 24 bits, in some 200 bytes with a shadow stream', () => {
    const sent = samplingOf('orders');
    expect(across([sent])).toEqual([sent]);
    expect(encodeSamplings([sent], session())[0]!.length).toBeLessThan(230);
    const plain = { ...sent, hotKeys: [], shadows: [], sizes: [], budget: undefined };
    expect(encodeSamplings([plain], session())[0]!.length).toBeLessThan(100);
  });

  it('say nothing where nothing is known, which is not zero', () => {
    const none = { recordNs: undefined, overheadShare: undefined, budget: undefined, sizes: [] };
    const errors = { recordsError: undefined, bytesError: undefined, distinctKeysError: undefined };
    const sent = { ...samplingOf('clicks'), ...none, ...errors };
    expect(across([sent])).toEqual([sent]);
    const exact = { ...sent, recordsError: 0, bytesError: 0, recordNs: 0, overheadShare: 0 };
    expect(across([exact])).toEqual([exact]);
  });

  it('of many streams are split, and those of a stream that there is not are refused alone', () => {
    const refused: string[] = [];
    const reports = [samplingOf('orders'), samplingOf('none'), samplingOf('clicks')];
    const messages = encodeSamplings(reports, session(), ({ stream }) => refused.push(stream));
    expect(messages).toHaveLength(1);
    expect(refused).toEqual(['none']);
    const many = Array.from({ length: 120 }, () => samplingOf('orders'));
    expect(encodeSamplings(many, session())).toHaveLength(3);
    expect(across(many)).toHaveLength(120);
  });

  it('with numbers that are none are refused', () => {
    const number = fc.constantFrom(NaN, Infinity, -1);
    const field = fc.constantFrom('minRate', 'kept', 'offered', 'recordNs', 'bytesError', 'spanMs', 'atMs');
    fc.assert(
      fc.property(number, field, (value, name) => {
        expect(() => encodeSamplings([{ ...samplingOf('orders'), [name]: value }], session())).toThrow(
          ProtocolError,
        );
      }),
    );
  });
});

describe('a hostile report on sampling', () => {
  type Report = MessageInitShape<typeof SamplingReportSchema>;
  type Stream = NonNullable<Report['streams']>[number];
  const sampler = { kind: 'bernoulli', minRate: 0.5, maxRate: 0.5, kept: 1, dropped: 0 };
  const withStream = (change: Partial<Stream>): Uint8Array =>
    toBinary(
      EnvelopeSchema,
      create(EnvelopeSchema, {
        message: { case: 'samplingReport', value: { streams: [{ sampler, ...change } as Stream] } },
      }),
    );
  const name = 'x'.repeat(LIMITS.nameLength + 1);

  it.each([
    ['none', withStream({})],
    ['UNKNOWN_STREAM', withStream({ stream: 2 })],
    ['COUNT_MISMATCH', withStream({ sampler: undefined as never })],
    ['OUT_OF_RANGE', withStream({ sampler: { ...sampler, maxRate: 1.5 } })],
    ['OUT_OF_RANGE', withStream({ sampler: { ...sampler, minRate: NaN } })],
    ['INVALID_NUMBER', withStream({ sampler: { ...sampler, kept: -1 } })],
    ['INVALID_NUMBER', withStream({ offered: Infinity })],
    ['INVALID_NUMBER', withStream({ bytesError: NaN })],
    ['OUT_OF_RANGE', withStream({ atMs: -1n })],
    ['INVALID_NAME', withStream({ reason: name, budgetShare: 0.1 })],
    ['INVALID_NAME', withStream({ sampler: { ...sampler, kind: name } })],
    ['COUNT_MISMATCH', withStream({ sizes: [0.5, 1, 1] })],
    ['TOO_MANY', withStream({ sizes: new Array<number>(4 * LIMITS.quantiles + 4).fill(1) })],
    ['TOO_MANY', withStream({ shadows: new Array<object>(LIMITS.shadows + 1).fill({ sampler }) })],
    ['COUNT_MISMATCH', withStream({ shadows: [{ name: 'a' }] })],
  ])('gives %s', (code, bytes) => {
    let found = 'none';
    try {
      decodeMessage(bytes, session());
    } catch (error) {
      found = (error as ProtocolError).code;
    }
    expect(found).toBe(code);
  });
});
