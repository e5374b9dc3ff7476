import type { StreamRecord } from '@foreshadow/domain';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A record whose value is `text`, at `timestampMs`. */
export function recordOf(text: string, timestampMs: number = 0, key: string | undefined = 'k'): StreamRecord {
  return { key, value: encoder.encode(text), timestampMs };
}

/** `count` records: values `"<prefix>0" …`, timestamps 0, 1, … */
export function recordsOf(prefix: string, count: number): StreamRecord[] {
  return Array.from({ length: count }, (_, i) => recordOf(`${prefix}${i}`, i));
}

export function textOf(record: { readonly value: Uint8Array }): string {
  return decoder.decode(record.value);
}
