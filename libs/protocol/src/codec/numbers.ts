import { ProtocolError } from '../errors.ts';

/** Largest time that a Date can hold. */
const LATEST_MS = 8.64e15;

/** @throws {ProtocolError} `OUT_OF_RANGE` unless it is a time, or a number like one, from 0 on. */
export function toTimeMs(value: bigint, field: string): number {
  const ms = Number(value);
  if (!(ms >= 0 && ms <= LATEST_MS)) throw new ProtocolError('OUT_OF_RANGE', `${field}: ${value}`);
  return ms;
}

/** @throws {ProtocolError} `INVALID_NUMBER` unless it is a whole time from 0 on. */
export function fromTimeMs(ms: number, field: string): bigint {
  const rounded = Math.round(ms);
  if (!(rounded >= 0 && rounded <= LATEST_MS)) throw new ProtocolError('INVALID_NUMBER', `${field}: ${ms}`);
  return BigInt(rounded);
}

/** @throws {ProtocolError} `INVALID_NUMBER` for NaN and infinities. */
export function finite(value: number, field: string): number {
  if (!Number.isFinite(value)) throw new ProtocolError('INVALID_NUMBER', `${field}: ${value}`);
  return value;
}

/** @throws {ProtocolError} `INVALID_NUMBER` unless finite and ≥ 0. */
export function nonNegative(value: number, field: string): number {
  if (!(value >= 0)) throw new ProtocolError('INVALID_NUMBER', `${field}: ${value}`);
  return finite(value, field);
}

/** A whole duration or count. @throws {ProtocolError} `OUT_OF_RANGE`. */
export function uint32(value: number, field: string): number {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) return value;
  throw new ProtocolError('OUT_OF_RANGE', `${field}: ${value}`);
}

/** A column of zeros travels as no column. */
export function orEmpty(column: readonly number[]): number[] {
  return column.every((v) => v === 0) ? [] : [...column];
}

/** @throws {ProtocolError} `COUNT_MISMATCH` unless the column has `length` entries, or none where it may be left out. */
export function checkColumn(
  column: readonly unknown[],
  length: number,
  field: string,
  optional: boolean,
): void {
  if (column.length === length || (optional && column.length === 0)) return;
  throw new ProtocolError('COUNT_MISMATCH', `${field}: ${column.length} entries instead of ${length}`);
}

/** Bytes of an unsigned varint. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Bytes of a zigzag varint (sint32). */
export function zigzagBytes(value: number): number {
  return varintBytes(value < 0 ? -2 * value - 1 : 2 * value);
}

/** @throws {ProtocolError} `OUT_OF_RANGE` unless it is a whole tick of at most a day. */
export function checkWindowMs(windowMs: number): number {
  if (Number.isInteger(windowMs) && windowMs > 0 && windowMs <= 86_400_000) return windowMs;
  throw new ProtocolError('OUT_OF_RANGE', `windowMs: ${windowMs}`);
}
