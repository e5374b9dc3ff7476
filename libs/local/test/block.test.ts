import type { PositionedRecord, StreamRecord } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBlock, encodeBlocks, timestampInBlock } from '../src/block.ts';

const record = fc.record({
  key: fc.option(fc.string({ unit: 'grapheme', maxLength: 40 }), { nil: undefined }),
  value: fc.uint8Array({ maxLength: 6000 }),
  timestampMs: fc.double({ noNaN: true }),
});

function decodeAll(records: readonly StreamRecord[]): PositionedRecord[] {
  const decoded: PositionedRecord[] = [];
  let start = 0;
  for (const block of encodeBlocks(records)) {
    decodeBlock(block.bytes, start, 0, Infinity, decoded);
    start += block.count;
  }
  return decoded;
}

describe('blocks', () => {
  it('give records back as they were', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 60 }), (records) => {
        const decoded = decodeAll(records);
        expect(decoded.map((r) => r.position)).toEqual(records.map((_, i) => i));
        expect(decoded.map(({ key, value, timestampMs }) => ({ key, value, timestampMs }))).toEqual(records);
      }),
      { numRuns: 50 },
    );
  });

  it('stay below 32 KiB unless a single record is larger', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 50_000, minLength: 1000 }), { maxLength: 20 }),
        (values) => {
          const blocks = encodeBlocks(values.map((value) => ({ key: 'k', value, timestampMs: 0 })));
          for (const block of blocks) expect(block.count === 1 || block.bytes.length <= 32 * 1024).toBe(true);
          expect(blocks.reduce((sum, b) => sum + b.count, 0)).toBe(values.length);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('give a part of the records from any of them on', () => {
    const records = Array.from({ length: 10 }, (_, i) => ({
      key: undefined,
      value: Uint8Array.of(i),
      timestampMs: i,
    }));
    const [block] = encodeBlocks(records);
    const part: PositionedRecord[] = [];
    decodeBlock(block?.bytes ?? Buffer.alloc(4), 100, 103, 4, part);
    expect(part.map((r) => [r.position, r.value[0]])).toEqual([
      [103, 3],
      [104, 4],
      [105, 5],
      [106, 6],
    ]);
    expect(timestampInBlock(block?.bytes ?? Buffer.alloc(4), 7)).toBe(7);
    expect(timestampInBlock(block?.bytes ?? Buffer.alloc(4), 10)).toBeUndefined();
  });
});
