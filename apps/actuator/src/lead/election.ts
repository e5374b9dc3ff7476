import type { Clock } from '@foreshadow/domain';
import type { Lease, Leases } from '@foreshadow/ports';
import type { Logger } from '../logger.ts';

export interface ElectionOptions {
  readonly leases: Leases;
  /** Unique among the replicas; others are told it as the leader's name. */
  readonly candidate: string;
  /** A leader that died is succeeded after this time and one attempt. */
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What came out of an attempt: nobody could be asked, another leads, or this one does, under a token. */
export type Standing =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'follower'; readonly leader: string | undefined }
  | { readonly kind: 'leader'; readonly token: number };

const LEASE = 'actuator/leader';
/** Attempts a lease: enough that one that fails, or comes late, costs no leadership. */
const ATTEMPTS_PER_LEASE = 6;

/** One of several replicas leads: who holds the lease. It counts as held only as long as it surely is. */
export class Election {
  readonly #o: ElectionOptions;
  #lease: Lease | undefined;
  #untilMs = -Infinity;
  #failing = false;

  constructor(options: ElectionOptions) {
    this.#o = options;
  }

  /** Whether nobody else can lead at this moment. */
  get isLeader(): boolean {
    return this.#o.clock.monotonicMs() < this.#untilMs;
  }

  /** Take or keep the lease; never rejects. */
  async attempt(): Promise<Standing> {
    const { leases, candidate, leaseMs, clock, logger } = this.#o;
    const calledAtMs = clock.monotonicMs();
    try {
      const lease = await leases.acquire(LEASE, candidate, leaseMs);
      this.#failing = false;
      this.#lease = lease;
      this.#untilMs = lease === undefined ? -Infinity : calledAtMs + leaseMs;
      if (lease !== undefined) return { kind: 'leader', token: lease.token };
      return { kind: 'follower', leader: (await leases.holder(LEASE))?.owner };
    } catch (err) {
      if (!this.#failing)
        logger.warn({ err }, 'the leader cannot be told: the storage does not answer; plans hold');
      this.#failing = true;
      return { kind: 'unknown' };
    }
  }

  /** Attempt again and again, and say how it stands, until the signal aborts. */
  async run(signal: AbortSignal, onStanding: (standing: Standing) => Promise<void>): Promise<void> {
    const { clock, leaseMs } = this.#o;
    while (!signal.aborted) {
      await clock.sleep(leaseMs / ATTEMPTS_PER_LEASE, signal).catch(() => undefined);
      if (!signal.aborted) await onStanding(await this.attempt());
    }
  }

  /** Give the lease up, so that another need not wait for its end. */
  async resign(): Promise<void> {
    this.#untilMs = -Infinity;
    if (this.#lease === undefined) return;
    const lease = this.#lease;
    this.#lease = undefined;
    await this.#o.leases.release(lease).catch(() => undefined);
  }
}
