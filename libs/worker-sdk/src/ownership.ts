import type { PartitionKey } from '@foreshadow/domain';
import type { Attempts } from './attempts.ts';
import type { OwnershipTarget } from './fair-share.ts';
import type { ResolvedOptions } from './options.ts';
import { PartitionConsumer } from './partition-consumer.ts';

/** Name of the lease that makes a worker the owner of a partition. */
export function partitionLease(pool: string, partition: PartitionKey): string {
  return `pools/${pool}/partitions/${partition}`;
}

/** The partitions that this worker owns: takes, renews and gives up their leases. */
export class Ownership {
  readonly #options: ResolvedOptions;
  readonly #attempts: Attempts;
  readonly #consumers = new Map<PartitionKey, PartitionConsumer>();
  readonly #releasing = new Map<PartitionKey, Promise<void>>();
  #closed = false;

  constructor(options: ResolvedOptions, attempts: Attempts) {
    this.#options = options;
    this.#attempts = attempts;
  }

  /** Partitions that it may handle records of, in the order in which it took them. */
  active(): readonly PartitionConsumer[] {
    return [...this.#consumers.values()].filter((c) => !c.isStopping);
  }

  /** Partitions on which it holds a lease. */
  held(): readonly PartitionKey[] {
    return [...this.#consumers.keys()];
  }

  /** Take one step toward the target; giving up goes on in the background. Returns whether something is missing. */
  async pursue(target: OwnershipTarget): Promise<boolean> {
    for (const partition of target.release) this.#startRelease(partition);
    // One that is being given up keeps its lease until the last: taken now, it would be lost at once.
    const candidates = target.candidates.filter((p) => !this.#consumers.has(p) && !this.#releasing.has(p));
    let missing = target.wanted;
    for (let at = 0; at < candidates.length && missing > 0; ) {
      const chunk = candidates.slice(at, at + missing);
      at += chunk.length;
      const taken = await Promise.all(chunk.map((p) => this.#take(p)));
      missing -= taken.filter(Boolean).length;
    }
    return missing > 0;
  }

  /** Renew every lease; drop what was lost. */
  async renew(): Promise<void> {
    await Promise.all([...this.#consumers.values()].map((consumer) => this.#renewOne(consumer)));
  }

  /** Commit what was handled in every partition. */
  async commitAll(): Promise<void> {
    await Promise.all([...this.#consumers.values()].map((consumer) => this.commit(consumer)));
  }

  async commit(consumer: PartitionConsumer): Promise<void> {
    await this.#attempts.run(`commit ${consumer.partition}`, () => consumer.commit());
    if (consumer.isLost) this.#forget(consumer);
  }

  /** Finish what is in flight, commit and release everything; from now on nothing is taken. */
  async releaseAll(): Promise<void> {
    this.#closed = true;
    for (const partition of this.#consumers.keys()) this.#startRelease(partition);
    await Promise.all(this.#releasing.values());
  }

  async #take(partition: PartitionKey): Promise<boolean> {
    const { clock, leases, leaseTtlMs, log, group, id, pool, retry, concurrency: lanes } = this.#options;
    const taken = await this.#attempts.run(`take ${partition}`, async () => {
      const calledAtMs = clock.monotonicMs();
      const lease = await leases.acquire(partitionLease(pool, partition), id, leaseTtlMs);
      if (lease === undefined) return false;
      try {
        const from = await log.claim(partition, group, lease.token);
        if (this.#closed) {
          await leases.release(lease);
          return false;
        }
        const consumer = new PartitionConsumer({ partition, group, lease, log, clock, retry, lanes, from });
        consumer.extendLease(calledAtMs, leaseTtlMs);
        this.#consumers.set(partition, consumer);
      } catch (error) {
        await leases.release(lease);
        throw error;
      }
      return true;
    });
    return taken ?? false;
  }

  async #renewOne(consumer: PartitionConsumer): Promise<void> {
    const { clock, leases, leaseTtlMs } = this.#options;
    const calledAtMs = clock.monotonicMs();
    if (consumer.isExpired(calledAtMs)) return this.#lost(consumer, 'the lease has run out');
    const held = await this.#attempts.run(`renew ${consumer.partition}`, () =>
      leases.renew(consumer.lease, leaseTtlMs),
    );
    if (held === true) consumer.extendLease(calledAtMs, leaseTtlMs);
    if (held === false) this.#lost(consumer, 'the lease was lost');
  }

  #lost(consumer: PartitionConsumer, why: string): void {
    const { partition, lease } = consumer;
    if (this.#consumers.get(partition) !== consumer) return;
    this.#options.logger.warn(
      { partition, token: lease.token },
      `${why}; leaving the partition to its next owner`,
    );
    consumer.lose(why);
    // Refused if there is a next owner by now; else it spares that one what was handled already.
    void this.commit(consumer);
    this.#forget(consumer);
  }

  #startRelease(partition: PartitionKey): void {
    const consumer = this.#consumers.get(partition);
    if (consumer === undefined || this.#releasing.has(partition)) return;
    this.#releasing.set(
      partition,
      this.#release(consumer).finally(() => this.#releasing.delete(partition)),
    );
  }

  async #release(consumer: PartitionConsumer): Promise<void> {
    await this.#finish(consumer);
    await this.commit(consumer);
    if (this.#consumers.get(consumer.partition) !== consumer) return;
    this.#forget(consumer);
    await this.#attempts.run(`release ${consumer.partition}`, () =>
      this.#options.leases.release(consumer.lease),
    );
  }

  /** Wait for what is in flight, but no longer than the drain timeout. */
  async #finish(consumer: PartitionConsumer): Promise<void> {
    const { clock, drainTimeoutMs, logger } = this.#options;
    const idle = new AbortController();
    const timeout = clock.sleep(drainTimeoutMs, idle.signal).then(
      () => true,
      () => false,
    );
    const isLate = await Promise.race([consumer.stop().then(() => false), timeout]);
    idle.abort();
    if (!isLate) return;
    logger.warn({ partition: consumer.partition }, `not finished within ${drainTimeoutMs} ms; leaving it`);
    consumer.cutOff('the drain timeout is over');
  }

  #forget(consumer: PartitionConsumer): void {
    if (this.#consumers.get(consumer.partition) === consumer) this.#consumers.delete(consumer.partition);
  }
}
