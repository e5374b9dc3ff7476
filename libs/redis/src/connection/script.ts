import { createHash } from 'node:crypto';
import type { RedisArgument } from 'redis';
import type { Connection } from './connection.ts';
import type { ReplicaOptions } from '../options.ts';
import type { Reply } from './link.ts';

/**
 * Runs also where memory is full: what it writes is small and takes the place of what was there, and without commits,
 * leases and trimming nothing would ever make room.
 */
export const WHEN_FULL = '#!lua flags=allow-oom\n';

/** A Lua script: one atomic step on keys of one slot. */
export class Script {
  readonly source: string;
  readonly sha: string;

  constructor(source: string) {
    this.source = source;
    this.sha = createHash('sha1').update(source).digest('hex');
  }

  /** Run it by its hash; a server that does not know it yet gets the source. */
  async run(
    connection: Connection,
    keys: readonly [string, ...string[]],
    args: readonly RedisArgument[],
    options: { readonly timeoutMs?: number; readonly replicas?: ReplicaOptions | undefined } = {},
  ): Promise<Reply> {
    const [key] = keys;
    const { timeoutMs, replicas } = options;
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return await connection.send({ key, args: ['EVALSHA', this.sha, ...rest], replicas }, timeoutMs);
    } catch (error) {
      if (!isUnknownScript(error)) throw error;
      return connection.send({ key, args: ['EVAL', this.source, ...rest], replicas }, timeoutMs);
    }
  }
}

function isUnknownScript(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && cause.message.startsWith('NOSCRIPT');
}
