import type { StreamRecord } from '@foreshadow/domain';
import { EdgeSdkError } from '../errors.ts';

/** A record of a shadow stream: the primary's, with what it stands for. */
export interface ShadowRecord extends StreamRecord {
  /** How many records of the primary it stands for: 1 over its chance to be sampled. */
  readonly weight: number;
  /** Size of the primary's record; that of `value`, unless the tap was shown sizes alone. */
  readonly sizeBytes: number;
  readonly costClass: number;
}

// In front of the value: format (1 byte), class (1), 2 unused, 4 unused, weight and size (f64, little-endian).
const FORMAT = 1;
const HEAD = 24;

/** The record as a log keeps it: key and time are the primary's, so that it can be partitioned and joined likewise. */
export function encodeShadowRecord({
  key,
  value,
  timestampMs,
  weight,
  sizeBytes,
  costClass,
}: ShadowRecord): StreamRecord {
  const bytes = new Uint8Array(HEAD + value.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, FORMAT);
  view.setUint8(1, costClass);
  view.setFloat64(8, weight, true);
  view.setFloat64(16, sizeBytes, true);
  bytes.set(value, HEAD);
  return { key, value: bytes, timestampMs };
}

/** @throws {EdgeSdkError} `INVALID_RECORD` for bytes that are no shadow record. */
export function decodeShadowRecord({ key, value, timestampMs }: StreamRecord): ShadowRecord {
  if (value.length < HEAD || value[0] !== FORMAT) {
    throw new EdgeSdkError(
      'INVALID_RECORD',
      `no shadow record: ${value.length} bytes of format ${value[0]}; wanted at least ${HEAD} of format ${FORMAT}`,
    );
  }
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return {
    key,
    value: value.subarray(HEAD),
    timestampMs,
    weight: view.getFloat64(8, true),
    sizeBytes: view.getFloat64(16, true),
    costClass: view.getUint8(1),
  };
}
