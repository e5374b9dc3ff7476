import { type Lease, type Leases, PortError, requireDuration, requireName } from '@foreshadow/ports';
import type { Environment } from './environment.ts';
import {
  type Deadline,
  DEADLINE_BYTES,
  type MachineTime,
  readDeadline,
  writeDeadline,
} from './machine-time.ts';

/** token f64 | deadline | owner in UTF-8; kept after release and expiry, so that tokens go on growing. */
interface Grant {
  readonly lease: Lease;
  readonly until: Deadline;
}

const TOKEN_BYTES = 8;

/**
 * Leases among the processes of one machine, on its monotonic clock. Each change is a transaction of its own;
 * a reboot ends all of them.
 */
export class LmdbLeases implements Leases {
  readonly #env: Environment;
  readonly #time: MachineTime;
  #closed = false;

  constructor(env: Environment, time: MachineTime) {
    this.#env = env;
    this.#time = time;
  }

  async acquire(name: string, owner: string, ttlMs: number): Promise<Lease | undefined> {
    this.#check(name, ttlMs);
    requireName('owner', owner);
    return this.#env.write(() => {
      const last = this.#grant(name);
      if (last === undefined || this.#time.isPast(last.until)) {
        return this.#put({ name, owner, token: (last?.lease.token ?? 0) + 1 }, ttlMs);
      }
      return last.lease.owner === owner ? this.#put(last.lease, ttlMs) : undefined;
    });
  }

  async renew(lease: Lease, ttlMs: number): Promise<boolean> {
    this.#check(lease.name, ttlMs);
    return this.#env.write(() => {
      if (!this.#holds(lease)) return false;
      this.#put(lease, ttlMs);
      return true;
    });
  }

  async release(lease: Lease): Promise<void> {
    this.#check(lease.name, 0);
    await this.#env.write(() => {
      if (this.#holds(lease)) this.#put(lease, 0);
    });
  }

  async holder(name: string): Promise<Lease | undefined> {
    this.#check(name, 0);
    const last = this.#env.read(() => this.#grant(name));
    return last === undefined || this.#time.isPast(last.until) ? undefined : last.lease;
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #grant(name: string): Grant | undefined {
    const value = this.#env.tables.leases.getBinary(Buffer.from(name));
    if (value === undefined) return undefined;
    const owner = value.toString('utf8', TOKEN_BYTES + DEADLINE_BYTES);
    return { lease: { name, owner, token: value.readDoubleLE(0) }, until: readDeadline(value, TOKEN_BYTES) };
  }

  #holds(lease: Lease): boolean {
    const last = this.#grant(lease.name);
    if (last === undefined || this.#time.isPast(last.until)) return false;
    return last.lease.token === lease.token && last.lease.owner === lease.owner;
  }

  #put(lease: Lease, ttlMs: number): Lease {
    const head = Buffer.allocUnsafe(TOKEN_BYTES + DEADLINE_BYTES);
    head.writeDoubleLE(lease.token, 0);
    writeDeadline(head, TOKEN_BYTES, this.#time.after(ttlMs));
    void this.#env.tables.leases.put(
      Buffer.from(lease.name),
      Buffer.concat([head, Buffer.from(lease.owner)]),
    );
    return lease;
  }

  #check(name: string, ttlMs: number): void {
    if (this.#closed) throw new PortError('CLOSED', 'the leases are closed');
    requireName('lease name', name);
    requireDuration('ttlMs', ttlMs);
  }
}
