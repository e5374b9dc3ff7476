/** A lease that is held. `token` grows with every change of holder; pass it wherever ownership matters. */
export interface Lease {
  readonly name: string;
  readonly owner: string;
  readonly token: number;
}

/** Exclusive ownership for a bounded time, fenced by a monotonic token. */
export interface Leases {
  /**
   * The lease if nobody else holds it, else `undefined`. Taking it anew, even by its former owner after it ran out,
   * yields a larger token; while it is held by the same owner, it is renewed and keeps its token.
   */
  acquire(name: string, owner: string, ttlMs: number): Promise<Lease | undefined>;
  /** Hold it for another `ttlMs`; false if it was lost. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  /** Give it up; does nothing if it was lost. */
  release(lease: Lease): Promise<void>;
  /** Who holds it now. */
  holder(name: string): Promise<Lease | undefined>;
  close(): Promise<void>;
}
