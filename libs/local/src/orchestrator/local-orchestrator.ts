import type { PoolPlan, WorkerPool, WorkerStatus } from '@foreshadow/domain';
import {
  type Orchestrator,
  type OrchestratorCapabilities,
  PortError,
  type WorkerEvent,
} from '@foreshadow/ports';
import { ManagedPool } from './managed-pool.ts';
import { type LocalOrchestratorOptions, type ResolvedOptions, resolveOptions } from './options.ts';

/**
 * Runs workers as child processes of this machine.
 *
 * It tells them what to do through the registry (allowance, partitions, drain) and learns from it how they are; a
 * worker's own governors hold it to its allowance, so that changing one needs no restart. What it has seen running once
 * it keeps running: a worker that ends unasked or freezes is replaced, and one that an earlier orchestrator left is taken
 * over. It sends signals only to processes that it started or took over.
 *
 * A worker that retires is told to drain, says that it has, and ends; only one that does not in time is stopped. Where
 * several orchestrators take turns, one that has lost the lead does nothing any more, and its late directives are refused.
 *
 * Worker ids are `<pool>-<n>`; `n` grows and is above those of all workers that the registry knows.
 */
export class LocalOrchestrator implements Orchestrator {
  readonly capabilities: OrchestratorCapabilities = {
    horizontal: true,
    resize: { cpuCores: 'live', memoryBytes: 'live', networkBytesPerSec: 'live', diskBytesPerSec: 'live' },
  };
  readonly #options: ResolvedOptions;
  readonly #pools = new Map<string, ManagedPool>();
  readonly #plans = new Map<string, PoolPlan>();
  readonly #listeners = new Set<(event: WorkerEvent) => void>();
  readonly #stopped = new AbortController();
  #turn: Promise<unknown> = Promise.resolve();
  #supervising: Promise<void> | undefined;
  #pause = new AbortController();
  #closing: Promise<void> | undefined;

  /** @throws {LocalError} `INVALID_OPTION`. */
  constructor(options: LocalOrchestratorOptions) {
    this.#options = resolveOptions(options);
  }

  async apply(pool: WorkerPool, plan: PoolPlan): Promise<void> {
    this.#requireOpen();
    if (!this.#isLeading) throw new PortError('FENCED', 'another orchestrator has taken the workers over');
    this.#supervise();
    await this.#exclusive(async () => {
      this.#plans.set(pool.name, plan);
      await this.#advance(pool.name);
    });
  }

  async observe(pool: WorkerPool): Promise<readonly WorkerStatus[]> {
    this.#requireOpen();
    this.#supervise();
    return this.#exclusive(async () => {
      const managed = this.#pool(pool.name);
      await managed.refresh();
      return managed.statuses();
    });
  }

  onEvent(listener: (event: WorkerEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  close(mode: 'drain' | 'leave'): Promise<void> {
    this.#closing ??= this.#close(mode);
    return this.#closing;
  }

  async #close(mode: 'drain' | 'leave'): Promise<void> {
    await this.#exclusive(async () => this.#plans.clear());
    if (mode === 'drain') await this.#drain();
    for (const pool of this.#pools.values()) pool.leave();
    this.#stopped.abort();
    this.#pause.abort();
    await this.#supervising;
  }

  async #drain(): Promise<void> {
    const { clock, pollIntervalMs } = this.#options;
    // Workers of a successor are not this one's to drain.
    while (this.#isLeading) {
      const left = await this.#exclusive(async () => {
        for (const pool of this.#pools.values()) {
          await pool.refresh();
          await pool.drainAll('the orchestrator closes');
        }
        return [...this.#pools.values()].reduce((sum, pool) => sum + pool.size, 0);
      });
      if (left === 0) return;
      await clock.sleep(Math.min(pollIntervalMs, 50));
    }
  }

  /** One round for one pool; inside `#exclusive`. */
  async #advance(name: string): Promise<void> {
    const pool = this.#pool(name);
    await pool.refresh();
    const plan = this.#plans.get(name);
    if (plan !== undefined) await pool.carryOut(plan);
  }

  /** Start the loop that keeps pools at their plans between calls. */
  #supervise(): void {
    this.#supervising ??= this.#loop();
  }

  async #loop(): Promise<void> {
    const { clock, pollIntervalMs, logger } = this.#options;
    while (!this.#stopped.signal.aborted) {
      await clock.sleep(pollIntervalMs, this.#pause.signal).catch(() => undefined);
      this.#pause = new AbortController();
      if (this.#closing !== undefined || !this.#isLeading) continue;
      for (const name of this.#pools.keys()) {
        // The registry may be out of reach for a while; the next round tries again.
        await this.#exclusive(() => this.#advance(name)).catch((error: unknown) =>
          logger.warn({ error, pool: name }, 'cannot look after the workers'),
        );
      }
    }
  }

  #pool(name: string): ManagedPool {
    const known = this.#pools.get(name);
    if (known !== undefined) return known;
    const pool = new ManagedPool(name, {
      options: this.#options,
      emit: (event) => this.#emit(event),
      wake: () => this.#pause.abort(),
    });
    this.#pools.set(name, pool);
    return pool;
  }

  /** Rounds must not overlap: each reads, decides and then acts. */
  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #emit(event: WorkerEvent): void {
    this.#options.logger.info({ ...event }, `${event.worker} ${event.kind}: ${event.message}`);
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#options.logger.warn({ error }, 'a listener of worker events threw');
      }
    }
  }

  /** A process that stood still may find that it was succeeded meanwhile. */
  get #isLeading(): boolean {
    return this.#options.lead?.isHeld() ?? true;
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new PortError('CLOSED', 'the orchestrator is closed');
  }
}
