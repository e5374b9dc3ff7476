import type { PartitionKey, PoolPlan, WorkerStatus } from '@foreshadow/domain';
import { cpu } from './fixtures.ts';

interface SimulatedWorker {
  readonly id: string;
  readonly startedSec: number;
  readonly readySec: number;
  cores: number;
  owns: readonly PartitionKey[];
}

export interface FluidPoolOptions {
  readonly startDelaySec: number;
  readonly baseCores: number;
  readonly partitions: number;
}

/** A partition is not worked on while it changes hands. */
const HAND_OVER_SEC = 1;

/** Workers with fluid queues that carry out plans: start delay, hand-over pause, allowances that apply at once. */
export class FluidPool {
  readonly #o: FluidPoolOptions;
  #workers: SimulatedWorker[] = [];
  readonly #waiting: number[];
  readonly #pausedUntilSec: number[];
  #started = 0;
  #now = 0;

  constructor(o: FluidPoolOptions) {
    this.#o = o;
    this.#waiting = new Array<number>(o.partitions).fill(0);
    this.#pausedUntilSec = new Array<number>(o.partitions).fill(0);
  }

  /** One second of arrivals, in core-seconds per partition. */
  tick(sec: number, arrivals: readonly number[]): void {
    this.#now = sec;
    arrivals.forEach((cores, p) => (this.#waiting[p]! += cores));
    for (const worker of this.#workers.filter((w) => this.#isReady(w))) this.#work(worker, sec);
  }

  #work(worker: SimulatedWorker, sec: number): void {
    const owned = worker.owns.map(indexOf).filter((p) => sec >= this.#pausedUntilSec[p]!);
    const total = owned.reduce((sum, p) => sum + this.#waiting[p]!, 0);
    const budget = Math.max(0, worker.cores - this.#o.baseCores);
    const share = total > budget ? budget / total : 1;
    for (const p of owned) this.#waiting[p]! *= 1 - share;
  }

  apply(sec: number, plan: PoolPlan): void {
    const retiring = new Set(plan.retiring);
    // Drained within the second.
    this.#workers = this.#workers.filter((w) => !retiring.has(w.id));
    while (this.#workers.length < plan.allocation.workers) this.#start(sec);
    for (const worker of this.#workers) {
      worker.cores = plan.allocation.perWorker.cpuCores;
      const owns = plan.assignment.owners[worker.id] ?? [];
      const before = new Set(worker.owns);
      for (const p of owns) if (!before.has(p)) this.#pausedUntilSec[indexOf(p)] = sec + HAND_OVER_SEC;
      worker.owns = owns;
    }
  }

  #start(sec: number): void {
    const id = `w-${String(++this.#started).padStart(4, '0')}`;
    const readySec = sec + this.#o.startDelaySec;
    this.#workers.push({ id, startedSec: sec, readySec, cores: 0, owns: [] });
  }

  #isReady(worker: SimulatedWorker): boolean {
    return this.#now >= worker.readySec;
  }

  statuses(): WorkerStatus[] {
    return this.#workers.map((w) => ({
      id: w.id,
      pool: 'orders',
      phase: this.#isReady(w) ? 'ready' : 'starting',
      allowance: cpu(w.cores),
      owns: w.owns,
      startedAtMs: w.startedSec * 1000,
      readyAtMs: this.#isReady(w) ? w.readySec * 1000 : undefined,
    }));
  }

  /** Core-seconds that wait in a partition. */
  waiting(partition: number): number {
    return this.#waiting[partition]!;
  }

  get readyCount(): number {
    return this.#workers.filter((w) => this.#isReady(w)).length;
  }

  /** Cores that are paid for, starting workers included. */
  get paidCores(): number {
    return this.#workers.reduce((sum, w) => sum + w.cores, 0);
  }

  /** Whether some worker's partitions ask for more than its allowance gives. */
  isShort(load: readonly number[]): boolean {
    const ready = this.#workers.filter((w) => this.#isReady(w));
    if (ready.length === 0) return true;
    return ready.some((w) => {
      const demand = w.owns.reduce((sum, p) => sum + load[indexOf(p)]!, 0);
      return demand > w.cores - this.#o.baseCores + 1e-9;
    });
  }
}

const indexOf = (key: PartitionKey): number => Number(key.slice(key.lastIndexOf('/') + 1));
