import type { Clock } from '@foreshadow/domain';

/** Where trouble with the server is said. Structural: pino's logger fits. */
export interface RedisLogger {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Acknowledge an append only when so many replicas have it (`WAIT`). */
export interface ReplicaOptions {
  readonly atLeast: number;
  readonly withinMs: number;
}

/** For `rediss://`. Each is text or bytes in PEM. */
export interface TlsOptions {
  /** Who vouches for the server, where it is none that Node knows. */
  readonly ca?: string | Buffer;
  /** What this client shows, where the server asks for it (`tls-auth-clients`). */
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
}

export interface RedisOptions {
  /** Start of every key; two installations on one server differ in it. `fs` by default. */
  readonly prefix?: string;
  readonly clock?: Clock;
  readonly logger?: RedisLogger;
  /** How long the first connection may take; 5 s by default. */
  readonly connectTimeoutMs?: number;
  /**
   * How long a call goes on trying while the server is away before it rejects with `UNAVAILABLE`; 10 s by default.
   * 0: it rejects at once.
   */
  readonly callTimeoutMs?: number;
  /** A connection that owes a reply for so long is given up and replaced; 5 s by default. */
  readonly replyTimeoutMs?: number;
  /** Bytes of records that may wait to be written, beyond which `append` rejects with `UNAVAILABLE`; 64 MiB by default. */
  readonly maxPendingBytes?: number;
  /** Beside what the URL says; by default Node's certificate authorities vouch for the server. */
  readonly tls?: TlsOptions;
  /** By default an append is acknowledged when the primary has it. */
  readonly replicas?: ReplicaOptions;
}
