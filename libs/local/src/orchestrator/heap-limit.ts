const MEBIBYTE = 2 ** 20;
/** A Node process with a stream log open needs about a fifth of it to do nothing. */
const LEAST_MEBIBYTES = 256;
/** A heap this full is collected all the time. */
const USABLE = 0.8;

/**
 * Heap limit to start a worker with, MiB: the least power of two that is at least twice its allowance. The allowance is
 * kept by the worker's own governor, live; the limit only stops one that runs away, and cannot be changed while it runs.
 * With so much above the allowance it seldom has to.
 */
export function heapLimitMebibytes(allowanceBytes: number): number {
  const wanted = (2 * allowanceBytes) / MEBIBYTE;
  if (!(wanted > 0 && wanted < Infinity)) return LEAST_MEBIBYTES;
  return Math.max(LEAST_MEBIBYTES, 2 ** Math.ceil(Math.log2(wanted)));
}

/** Whether a worker that runs cannot use its allowance, since it was started for a smaller one; not if its limit is NaN. */
export function hasOutgrown(heapLimitBytes: number, allowanceBytes: number): boolean {
  return allowanceBytes > USABLE * heapLimitBytes;
}
