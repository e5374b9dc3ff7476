import { FsError } from './errors.ts';

/** Identifies one ordered part of a stream: `"<stream>/<index>"`, e.g. `"orders/3"`. */
export type PartitionKey = `${string}/${number}`;

/** Stream names: letters, digits, `.`, `_`, `-`; at most 100 characters. */
export const STREAM_NAME_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export function partitionKey(stream: string, index: number): PartitionKey {
  return `${stream}/${index}`;
}

/**
 * Split a partition key.
 * @throws {FsError} `INVALID_PARTITION` if the key is not `<stream>/<index>`.
 */
export function parsePartitionKey(key: string): { readonly stream: string; readonly index: number } {
  const slash = key.lastIndexOf('/');
  const stream = key.slice(0, slash);
  const index = Number(key.slice(slash + 1));
  const valid = slash > 0 && slash < key.length - 1 && STREAM_NAME_PATTERN.test(stream);
  if (!valid || !Number.isInteger(index) || index < 0) {
    throw new FsError('INVALID_PARTITION', `partition '${key}' must look like 'orders/3'`);
  }
  return { stream, index };
}
