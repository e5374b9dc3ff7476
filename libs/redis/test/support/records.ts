import type { PartitionKey, StreamRecord } from '@foreshadow/domain';

export const A: PartitionKey = 'orders/0';
export const B: PartitionKey = 'orders/1';

export function recordsOf(prefix: string, count: number): StreamRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: 'k',
    value: Buffer.from(`${prefix}${i}`),
    timestampMs: i,
  }));
}

export function batchOf(
  partition: PartitionKey,
  prefix: string,
  count: number,
): Map<PartitionKey, StreamRecord[]> {
  return new Map([[partition, recordsOf(prefix, count)]]);
}

export const textOf = (record: { readonly value: Uint8Array }): string =>
  Buffer.from(record.value).toString();
