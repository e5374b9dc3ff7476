import type { LoadSample } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeLoads, LIMITS, LinkSession, type Loads } from '../../src/index.ts';
import { partitionArb, sampleOf, session } from '../support.ts';

function roundTrip(samples: readonly LoadSample[]): Loads[] {
  return encodeLoads(samples, session()).map((bytes) => decodeMessage(bytes, session()) as Loads);
}

const countArb = fc.integer({ min: 0, max: 0xffff_ffff });
const exactArb = (windowMs: number) =>
  countArb.map((count) => ({ value: (count * 1000) / windowMs, standardError: 0 }));
const estimateArb = fc.record({
  value: fc.double({ min: 0, max: 1e12, noNaN: true }),
  standardError: fc.float({ min: 0, max: Math.fround(1e6), noNaN: true }),
});
const sampleArb = (windowMs: number): fc.Arbitrary<LoadSample> =>
  fc.record({
    partition: partitionArb,
    atMs: fc.constantFrom(1_700_000_001_000, 1_700_000_002_000),
    windowMs: fc.constant(windowMs),
    recordsPerSec: fc.option(exactArb(windowMs), { nil: undefined }),
    bytesPerSec: fc.option(exactArb(windowMs), { nil: undefined }),
    workPerSec: fc.option(estimateArb, { nil: undefined }),
    distinctKeys: fc.option(estimateArb, { nil: undefined }),
    sampled: countArb,
    dropped: countArb,
    refused: countArb,
  });

describe('load reports', () => {
  it('bring every sample back bit for bit, missing ones as missing', () => {
    const samples = fc
      .constantFrom(1, 250, 1000, 1001, 60_000)
      .chain((windowMs) => fc.array(sampleArb(windowMs), { maxLength: 30 }));
    fc.assert(
      fc.property(samples, (sent) => {
        const received = roundTrip(sent).flatMap((report) => report.samples);
        expect(received).toHaveLength(sent.length);
        expect(received).toEqual(expect.arrayContaining(sent));
      }),
    );
  });

  it('write counted rates as counts', () => {
    const [counted] = encodeLoads([sampleOf('orders/0', 100)], session());
    const [measured] = encodeLoads([sampleOf('orders/0', 100.25)], session());
    expect(measured!.length - counted!.length).toBeGreaterThan(6);
  });

  it('are split below 128 KiB', () => {
    const streams = [{ name: 'wide', partitions: 9000 }];
    const from = new LinkSession({ streams, epoch: 7 });
    const samples = Array.from({ length: 9000 }, (_, i) => ({
      ...sampleOf(`wide/${i}`, Math.PI * i),
      workPerSec: { value: Math.E * i, standardError: i / 7 },
      sampled: 0xffff_ffff,
      dropped: 0xffff_ffff,
    }));
    const reports = encodeLoads(samples, from);
    expect(Math.max(...reports.map((r) => r.length))).toBeLessThanOrEqual(LIMITS.frameBytes);
    const to = new LinkSession({ streams, epoch: 7 });
    expect(reports.flatMap((r) => (decodeMessage(r, to) as Loads).samples)).toHaveLength(9000);
  });

  it.each([
    ['INVALID_NUMBER', { ...sampleOf('orders/0'), recordsPerSec: { value: NaN, standardError: 0 } }],
    ['INVALID_NUMBER', { ...sampleOf('orders/0'), bytesPerSec: { value: -1, standardError: 0 } }],
    ['INVALID_NUMBER', { ...sampleOf('orders/0'), distinctKeys: { value: 1, standardError: Infinity } }],
    ['INVALID_NUMBER', { ...sampleOf('orders/0'), atMs: NaN }],
    ['OUT_OF_RANGE', { ...sampleOf('orders/0'), windowMs: 0 }],
    ['OUT_OF_RANGE', { ...sampleOf('orders/0'), sampled: -1 }],
    ['UNKNOWN_PARTITION', sampleOf('orders/99')],
  ])('refuse what cannot travel: %s', (code, sample) => {
    const refused: unknown[] = [];
    expect(() => encodeLoads([sample], session())).toThrow(expect.objectContaining({ code }));
    const reports = encodeLoads([sample, sampleOf('orders/1')], session(), (_, error) => refused.push(error));
    expect((decodeMessage(reports[0]!, session()) as Loads).samples).toEqual([sampleOf('orders/1')]);
    expect(refused).toHaveLength(1);
  });
});
