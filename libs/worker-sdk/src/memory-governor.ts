/** Below this share of the allowance prefetch is free; at the upper one it is down to a single record. */
const FREE_BELOW = 0.7;
const SINGLE_FROM = 0.95;

/** Records in the process cost about this many times their size on the wire: objects, strings, what handlers build. */
const RECORD_OVERHEAD = 4;
const MAX_PREFETCH_RECORDS = 512;
const MAX_PREFETCH_BYTES = 4 * 1024 * 1024;
/** Before the first record its size is unknown: assume that it is large. */
const UNKNOWN_RECORD_BYTES = 64 * 1024;

export interface MemoryState {
  readonly residentBytes: number;
  readonly allowanceBytes: number;
  /** Of the partition so far; NaN if none was read yet. */
  readonly averageRecordBytes: number;
  /** Partitions that read ahead at the same time. */
  readonly partitions: number;
}

/**
 * How many records of a partition may be read ahead of the handler (1 … 512), so that the process stays within its
 * memory allowance: all that the headroom allows while there is much, a single one when it is nearly used up.
 */
export function prefetchRecords(state: MemoryState): number {
  const { residentBytes, allowanceBytes, averageRecordBytes } = state;
  if (!(allowanceBytes > 0) || !(residentBytes >= 0)) return 1;
  const used = residentBytes / allowanceBytes;
  if (used >= SINGLE_FROM) return 1;
  const openness = used <= FREE_BELOW ? 1 : (SINGLE_FROM - used) / (SINGLE_FROM - FREE_BELOW);
  const partitions = state.partitions > 1 ? state.partitions : 1;
  const headroomBytes = (allowanceBytes - residentBytes) / RECORD_OVERHEAD / partitions;
  const bytes = Math.min(MAX_PREFETCH_BYTES, headroomBytes) * openness;
  const records = Math.floor(bytes / recordBytes(averageRecordBytes));
  return records > 1 ? Math.min(MAX_PREFETCH_RECORDS, records) : 1;
}

/** Size of the next record as far as it can be told; `averageBytes` is that of those before, NaN without any. */
export function recordBytes(averageBytes: number): number {
  return averageBytes > 0 ? averageBytes : UNKNOWN_RECORD_BYTES;
}
