import type { PartitionKey, ResourceVector, Utilization, WorkerPhase } from '@foreshadow/domain';
import { fencedPut } from './fenced-put.ts';
import type { StateStore } from './state-store.ts';
import type { UtilizationSink, UtilizationSource } from './utilization.ts';

/** What a worker is told. Level-triggered: the newest one counts. */
export interface WorkerDirective {
  readonly allowance: ResourceVector;
  /** Partitions that it should own; `undefined`: no assignment, take a fair share. */
  readonly partitions: readonly PartitionKey[] | undefined;
  readonly drain: boolean;
  /** Token of the leader that gives it, where several may; left out where there is one. */
  readonly term?: number;
}

/** What a worker says of itself. */
export interface WorkerReport {
  readonly id: string;
  readonly pool: string;
  readonly phase: WorkerPhase;
  readonly pid: number | undefined;
  readonly owns: readonly PartitionKey[];
  readonly startedAtMs: number;
  readonly readyAtMs: number | undefined;
  /** Most that its heap may grow to, fixed since its start; left out where it does not know. */
  readonly heapLimitBytes?: number;
  /** Wall-clock of this report; a report that stays old means a dead worker. */
  readonly atMs: number;
}

/**
 * Meeting place of orchestrator, actuator and workers on any `StateStore`:
 * `pools/<pool>/{directives,reports,utilization}/<worker>`.
 */
export interface WorkerRegistry extends UtilizationSource, UtilizationSink {
  /** Rejects with `FENCED` a directive with a `term` below the one that the worker was given last. */
  direct(pool: string, worker: string, directive: WorkerDirective): Promise<void>;
  directive(pool: string, worker: string): Promise<WorkerDirective | undefined>;
  announce(report: WorkerReport): Promise<void>;
  reports(pool: string): Promise<readonly WorkerReport[]>;
  /** Forget a worker that is gone. */
  remove(pool: string, worker: string): Promise<void>;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The registry on a state store; values are JSON, in which numbers that JSON lacks are `{"$number": "Infinity"}`. */
export class StateWorkerRegistry implements WorkerRegistry {
  readonly #store: StateStore;

  constructor(store: StateStore) {
    this.#store = store;
  }

  async direct(pool: string, worker: string, directive: WorkerDirective): Promise<void> {
    const key = `pools/${pool}/directives/${worker}`;
    if (directive.term === undefined) return this.#put(key, directive);
    await fencedPut(
      this.#store,
      key,
      encode(directive),
      directive.term,
      (v) => parse<WorkerDirective>(v).term,
    );
  }

  async directive(pool: string, worker: string): Promise<WorkerDirective | undefined> {
    const entry = await this.#store.get(`pools/${pool}/directives/${worker}`);
    return entry === undefined ? undefined : parse<WorkerDirective>(entry.value);
  }

  async announce(report: WorkerReport): Promise<void> {
    await this.#put(`pools/${report.pool}/reports/${report.id}`, report);
  }

  async reports(pool: string): Promise<readonly WorkerReport[]> {
    const entries = await this.#store.list(`pools/${pool}/reports/`);
    return entries.map((entry) => parse<WorkerReport>(entry.value));
  }

  async report(utilization: Utilization): Promise<void> {
    await this.#put(`pools/${utilization.pool}/utilization/${utilization.worker}`, utilization);
  }

  async latest(pool: string, nowMs: number, maxAgeMs: number): Promise<readonly Utilization[]> {
    const entries = await this.#store.list(`pools/${pool}/utilization/`);
    return entries.map((e) => parse<Utilization>(e.value)).filter((u) => nowMs - u.atMs <= maxAgeMs);
  }

  async remove(pool: string, worker: string): Promise<void> {
    for (const kind of ['directives', 'reports', 'utilization']) {
      await this.#store.delete(`pools/${pool}/${kind}/${worker}`);
    }
  }

  async #put(key: string, value: unknown): Promise<void> {
    await this.#store.put(key, encode(value));
  }
}

function encode(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value, withAllNumbers));
}

function parse<T>(bytes: Uint8Array): T {
  return JSON.parse(decoder.decode(bytes), intoNumber) as T;
}

/** JSON makes `null` of what is not finite, and that counts as 0: an unlimited allowance would become none. */
function withAllNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? { $number: String(value) } : value;
}

function intoNumber(_key: string, value: unknown): unknown {
  const isNumber = typeof value === 'object' && value !== null && '$number' in value;
  return isNumber ? Number(value.$number) : value;
}
