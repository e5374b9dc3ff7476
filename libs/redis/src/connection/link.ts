import type { Clock } from '@foreshadow/domain';
import type { RedisArgument } from 'redis';
import type { RedisLogger, ReplicaOptions } from '../options.ts';

/** What a link is given by who opens it. */
export interface LinkSetting {
  readonly clock: Clock;
  readonly logger: RedisLogger;
}

/** A reply as it came: byte strings as `Buffer`, integers as numbers, `null`, status strings, or arrays of these. */
export type Reply = Buffer | string | number | null | readonly Reply[];

/** A command and the key that says which node of a cluster it goes to. */
export interface Command {
  readonly key: string;
  readonly args: readonly RedisArgument[];
  /** Wait until so many replicas have what it writes. */
  readonly replicas?: ReplicaOptions | undefined;
}

/** A connection for commands that block, one at a time. */
export interface BlockingClient {
  send(args: readonly RedisArgument[]): Promise<Reply>;
  destroy(): void;
}

/** Way to one installation, as it is now: replaced as a whole when it fails. */
export interface Link {
  readonly isCluster: boolean;
  /** Where it leads, for messages. */
  readonly where: string;
  send(command: Command): Promise<Reply>;
  /** Do something at each primary in turn: for commands without a key. */
  eachPrimary(act: (send: BlockingClient['send']) => Promise<void>): Promise<void>;
  /** A new connection to the node that holds `key`. */
  openBlocking(key: string): Promise<BlockingClient>;
  /** Resolves with the reason when the link is of no more use. */
  readonly lost: Promise<unknown>;
  /** Age of the oldest command without a reply. */
  oldestMs(): number;
  destroy(reason?: unknown): void;
}
