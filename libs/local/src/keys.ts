/**
 * Keys of the database: big-endian, so that their byte order is the order of what they number.
 */
const PARTITION_BYTES = 4;
const TWO_TO_32 = 2 ** 32;

/** Key of a partition's entry: its number, u32. */
export function partitionNumberKey(partition: number): Buffer {
  const key = Buffer.allocUnsafe(PARTITION_BYTES);
  key.writeUInt32BE(partition, 0);
  return key;
}

/** Key of a block: partition u32, position of its first record u64. */
export function blockKey(partition: number, position: number): Buffer {
  const key = Buffer.allocUnsafe(PARTITION_BYTES + 8);
  key.writeUInt32BE(partition, 0);
  key.writeUInt32BE(Math.floor(position / TWO_TO_32), PARTITION_BYTES);
  key.writeUInt32BE(position % TWO_TO_32, PARTITION_BYTES + 4);
  return key;
}

/** Position of a block's first record, from its key. */
export function blockPosition(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  return view.getUint32(PARTITION_BYTES) * TWO_TO_32 + view.getUint32(PARTITION_BYTES + 4);
}

/** Key of a group's entry: partition u32, name in UTF-8. */
export function groupKey(partition: number, group: string): Buffer {
  return Buffer.concat([partitionNumberKey(partition), Buffer.from(group)]);
}

/** The first key behind all that start with `prefix`; `undefined` if there is none. */
export function keyBehind(prefix: Uint8Array): Buffer | undefined {
  const end = Buffer.from(prefix);
  for (let i = end.length - 1; i >= 0; i--) {
    const byte = end[i] ?? 255;
    if (byte === 255) continue;
    end[i] = byte + 1;
    return end.subarray(0, i + 1);
  }
  return undefined;
}
