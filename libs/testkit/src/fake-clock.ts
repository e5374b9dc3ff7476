import type { Clock } from '@foreshadow/domain';

interface Sleeper {
  readonly dueMs: number;
  readonly resolve: () => void;
}

export interface FakeClockOptions {
  /** Wall-clock at the start, milliseconds since the epoch. */
  readonly nowMs?: number;
  /**
   * Lets everything that is ready run, called after each sleeper wakes. By default some microtask turns; pass a turn
   * of the event loop where the code under test awaits more than promises.
   */
  readonly settle?: () => Promise<void>;
}

const DEFAULT_NOW_MS = 1_700_000_000_000;
const MICROTASK_TURNS = 64;

/** A clock that stands still until it is advanced; sleepers wake in the order of their due times. */
export class FakeClock implements Clock {
  #wallOffsetMs: number;
  #monotonicMs = 0;
  #sleepers: Sleeper[] = [];
  readonly #settle: () => Promise<void>;

  constructor(options: FakeClockOptions = {}) {
    this.#wallOffsetMs = options.nowMs ?? DEFAULT_NOW_MS;
    this.#settle = options.settle ?? settleMicrotasks;
  }

  nowMs(): number {
    return this.#wallOffsetMs + this.#monotonicMs;
  }

  monotonicMs(): number {
    return this.#monotonicMs;
  }

  /** How many sleeps are under way. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error);
      const wake = (): void => {
        signal?.removeEventListener('abort', abort);
        resolve();
      };
      const sleeper: Sleeper = { dueMs: this.#monotonicMs + (ms > 0 ? ms : 0), resolve: wake };
      const abort = (): void => {
        this.#sleepers = this.#sleepers.filter((s) => s !== sleeper);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.#insert(sleeper);
    });
  }

  /** Pass `ms` of time, waking sleepers (also those that go to sleep meanwhile) in order, each at its own time. */
  async advance(ms: number): Promise<void> {
    const targetMs = this.#monotonicMs + ms;
    await this.#settle();
    for (;;) {
      const next = this.#sleepers[0];
      if (next === undefined || next.dueMs > targetMs) break;
      this.#sleepers.shift();
      this.#monotonicMs = Math.max(this.#monotonicMs, next.dueMs);
      next.resolve();
      await this.#settle();
    }
    this.#monotonicMs = Math.max(this.#monotonicMs, targetMs);
  }

  /** Step the wall-clock alone, forward or back, as a time server does. */
  stepWall(ms: number): void {
    this.#wallOffsetMs += ms;
  }

  /** Behind all that are due no later: equal due times wake first come, first served. */
  #insert(sleeper: Sleeper): void {
    const at = this.#sleepers.findIndex((s) => s.dueMs > sleeper.dueMs);
    this.#sleepers.splice(at < 0 ? this.#sleepers.length : at, 0, sleeper);
  }
}

async function settleMicrotasks(): Promise<void> {
  for (let turn = 0; turn < MICROTASK_TURNS; turn++) await Promise.resolve();
}
