// A ring of frames between the thread of the tap and one reader, in a SharedArrayBuffer where there is one.
//
// Control (32-bit words), then a power of two of data bytes. WRITTEN and READ count bytes and wrap at 2³²; their difference
// is what waits. Frames are multiples of 8 bytes and never broken at the end: a frame that does not fit there is led by a
// pad.

export const WRITTEN = 0;
export const READ = 1;
/** Samples that the writer had no room for. */
export const DROPPED = 2;
/** Counts up whenever the reader has looked: one that stands is frozen or dead. */
export const BEATS = 3;
/** Errors of the reader's handler. */
export const FAULTS = 4;
export const CONTROL_WORDS = 16;
export const CONTROL_BYTES: number = 4 * CONTROL_WORDS;

/** Every frame starts with its length and kind, 4 bytes each. */
export const PAD = 0;
export const SAMPLE = 1;
export const TICK = 2;

// Sample: length, kind, partition, class, weight f64, size f64, timestamp f64, hashes 2 × i32, flags, key bytes, value
// bytes, 4 bytes unused, then key and value.
export const SAMPLE_HEAD = 64;
export const HAS_HASH = 1;
export const HAS_KEY = 2;
export const HAS_VALUE = 4;

// Tick: length, kind, partition, unused, then seven f64.
export const TICK_BYTES = 72;

export const MIN_RING_BYTES = 4096;
export const MAX_RING_BYTES: number = 2 ** 30;

export function align8(bytes: number): number {
  return (bytes + 7) & ~7;
}
