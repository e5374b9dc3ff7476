import type { PositionedRecord, StreamRecord } from '@foreshadow/domain';

/**
 * Records are stored in blocks, one entry of the database each:
 *
 *     count u32 | per record: timestampMs f64, keyBytes i32 (−1: no key), end u32 | per record: key, value
 *
 * little-endian; `end` counts from the start of the block, so that any record is found without reading the others.
 */
const HEADER_BYTES = 4;
const INDEX_BYTES = 16;
/** Large enough that a batch costs few entries, small enough that freed pages are found again. */
const BLOCK_BYTES = 32 * 1024;

/** A block and how many records it holds. */
export interface Block {
  readonly bytes: Buffer;
  readonly count: number;
}

/** Pack records into blocks of at most 32 KiB; a larger record gets a block of its own. */
export function encodeBlocks(records: readonly StreamRecord[]): Block[] {
  const blocks: Block[] = [];
  let first = 0;
  let size = HEADER_BYTES;
  for (let i = 0; i < records.length; i++) {
    const recordBytes = sizeOf(records[i]);
    if (i > first && size + recordBytes > BLOCK_BYTES) {
      blocks.push(encodeBlock(records, first, i, size));
      first = i;
      size = HEADER_BYTES;
    }
    size += recordBytes;
  }
  if (records.length > first) blocks.push(encodeBlock(records, first, records.length, size));
  return blocks;
}

/**
 * Add the records of a block from position `from` on to `into`, until that holds `max`. Values are views of `bytes`,
 * which must not be used for anything else afterwards.
 */
export function decodeBlock(
  bytes: Buffer,
  blockStart: number,
  from: number,
  max: number,
  into: PositionedRecord[],
): void {
  const count = bytes.readUInt32LE(0);
  for (let i = Math.max(0, from - blockStart); i < count && into.length < max; i++) {
    const at = HEADER_BYTES + i * INDEX_BYTES;
    const start = i === 0 ? HEADER_BYTES + count * INDEX_BYTES : bytes.readUInt32LE(at - 4);
    const keyBytes = bytes.readInt32LE(at + 8);
    const valueStart = start + Math.max(0, keyBytes);
    const valueBytes = bytes.readUInt32LE(at + 12) - valueStart;
    into.push({
      key: keyBytes < 0 ? undefined : bytes.toString('utf8', start, valueStart),
      value: new Uint8Array(bytes.buffer, bytes.byteOffset + valueStart, valueBytes),
      timestampMs: bytes.readDoubleLE(at),
      position: blockStart + i,
    });
  }
}

/** Event time of the `index`-th record of a block; `undefined` if it has fewer. */
export function timestampInBlock(bytes: Buffer, index: number): number | undefined {
  return index < bytes.readUInt32LE(0) ? bytes.readDoubleLE(HEADER_BYTES + index * INDEX_BYTES) : undefined;
}

function sizeOf(record: StreamRecord | undefined): number {
  if (record === undefined) return 0;
  const keyBytes = record.key === undefined ? 0 : Buffer.byteLength(record.key);
  return INDEX_BYTES + keyBytes + record.value.length;
}

function encodeBlock(records: readonly StreamRecord[], first: number, past: number, size: number): Block {
  const count = past - first;
  const bytes = Buffer.allocUnsafeSlow(size);
  bytes.writeUInt32LE(count, 0);
  let at = HEADER_BYTES;
  let end = HEADER_BYTES + count * INDEX_BYTES;
  for (let i = first; i < past; i++) {
    const record = records[i];
    if (record === undefined) continue;
    const keyBytes = record.key === undefined ? -1 : bytes.write(record.key, end);
    end += Math.max(0, keyBytes);
    bytes.set(record.value, end);
    end += record.value.length;
    bytes.writeDoubleLE(record.timestampMs, at);
    bytes.writeInt32LE(keyBytes, at + 8);
    bytes.writeUInt32LE(end, at + 12);
    at += INDEX_BYTES;
  }
  return { bytes, count };
}
