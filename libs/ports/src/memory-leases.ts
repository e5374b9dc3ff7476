import type { Clock } from '@foreshadow/domain';
import { requireDuration, requireName } from './checks.ts';
import { PortError } from './errors.ts';
import type { Lease, Leases } from './leases.ts';

interface Grant {
  readonly lease: Lease;
  readonly expiresAtMs: number;
}

/** Leases within one process, on the clock's monotonic time. */
export class MemoryLeases implements Leases {
  readonly #clock: Clock;
  /** Kept after release and expiry, so that tokens go on growing. */
  readonly #grants = new Map<string, Grant>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async acquire(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    this.#check(name, ttlMs);
    requireName('owner', owner);
    const current = this.#live(name);
    if (current !== undefined && current.lease.owner !== owner) return undefined;
    const token = current?.lease.token ?? (this.#grants.get(name)?.lease.token ?? 0) + 1;
    return this.#grant({ name, owner, token }, ttlMs);
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    this.#check(lease.name, ttlMs);
    if (!this.#holds(lease)) return false;
    this.#grant(lease, ttlMs);
    return true;
  }

  async release(lease: Lease): Promise<void> {
    this.#check(lease.name, 0);
    if (this.#holds(lease)) this.#grants.set(lease.name, { lease, expiresAtMs: -Infinity });
  }

  async holder(name: string): Promise<Lease | undefined> {
    this.#check(name, 0);
    return this.#live(name)?.lease;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #grant(lease: Lease, ttlMs: number): Lease {
    this.#grants.set(lease.name, { lease, expiresAtMs: this.#clock.monotonicMs() + ttlMs });
    return lease;
  }

  #live(name: string): Grant | undefined {
    const grant = this.#grants.get(name);
    return grant !== undefined && this.#clock.monotonicMs() < grant.expiresAtMs ? grant : undefined;
  }

  #holds(lease: Lease): boolean {
    const held = this.#live(lease.name)?.lease;
    return held?.token === lease.token && held.owner === lease.owner;
  }

  #check(name: string, ttlMs: number): void {
    if (this.#closed) throw new PortError('CLOSED', 'the leases are closed');
    requireName('lease name', name);
    requireDuration('ttlMs', ttlMs);
  }
}
