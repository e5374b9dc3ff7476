import { setImmediate as nextTurn } from 'node:timers/promises';
import { type PartitionKey, partitionKey, type ResourceVector, type StreamRecord } from '@foreshadow/domain';
import {
  MemoryLeases,
  MemoryStateStore,
  MemoryStreamLog,
  StateWorkerRegistry,
  type WorkerDirective,
} from '@foreshadow/ports';
import { FakeClock } from '@foreshadow/testkit';
import type { RecordHandler, WorkerLogger, WorkerOptions } from '../src/options.ts';
import { runWorker, type WorkerSummary } from '../src/run-worker.ts';
import type { WorkerSystem } from '../src/system.ts';

export const MIB: number = 1024 * 1024;
export const PLENTY: ResourceVector = {
  cpuCores: 4,
  memoryBytes: 1024 * MIB,
  networkBytesPerSec: 1e9,
  diskBytesPerSec: 1e9,
};

/** A process whose CPU time and memory are what the test says. */
export class FakeSystem implements WorkerSystem {
  readonly pid = 42;
  readonly capacity = PLENTY;
  heapLimitBytes = 4096 * MIB;
  usedCpuMs = 0;
  usedMemoryBytes = 50 * MIB;

  cpuMs(): number {
    return this.usedCpuMs;
  }

  memoryBytes(): number {
    return this.usedMemoryBytes;
  }

  yieldTurn(): Promise<void> {
    return Promise.resolve();
  }
}

export interface Said {
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

export class RecordingLogger implements WorkerLogger {
  readonly said: Said[] = [];
  info(_details: object, message: string): void {
    this.said.push({ level: 'info', message });
  }
  warn(_details: object, message: string): void {
    this.said.push({ level: 'warn', message });
  }
  error(_details: object, message: string): void {
    this.said.push({ level: 'error', message });
  }
}

/** A stream, its stores and workers on one fake clock. */
export class World {
  readonly clock: FakeClock = new FakeClock({
    settle: async () => {
      for (let turn = 0; turn < 3; turn++) await nextTurn();
    },
  });
  readonly log: MemoryStreamLog = new MemoryStreamLog(this.clock);
  readonly leases: MemoryLeases = new MemoryLeases(this.clock);
  readonly registry: StateWorkerRegistry = new StateWorkerRegistry(new MemoryStateStore(this.clock));
  readonly partitions: readonly PartitionKey[];

  constructor(partitions: number) {
    this.partitions = Array.from({ length: partitions }, (_, i) => partitionKey('orders', i));
  }

  async open(): Promise<this> {
    await this.log.createStream('orders', this.partitions.length);
    return this;
  }

  async append(partition: number, count: number, bytes = 100): Promise<void> {
    const record: StreamRecord = {
      key: 'k',
      value: new Uint8Array(bytes),
      timestampMs: this.clock.nowMs(),
    };
    await this.log.append(
      new Map([[this.partitions[partition]!, Array.from({ length: count }, () => record)]]),
    );
  }

  start(
    id: string,
    handler: RecordHandler,
    options: Partial<WorkerOptions> = {},
  ): { readonly done: Promise<WorkerSummary>; readonly system: FakeSystem; readonly stop: AbortController } {
    const system = new FakeSystem();
    const stop = new AbortController();
    const done = runWorker({
      id,
      pool: 'p',
      group: 'g',
      partitions: this.partitions,
      log: this.log,
      leases: this.leases,
      registry: this.registry,
      clock: this.clock,
      handler,
      system,
      signal: stop.signal,
      ...options,
    });
    return { done, system, stop };
  }

  async direct(id: string, directive: Partial<WorkerDirective>): Promise<void> {
    await this.registry.direct('p', id, {
      allowance: PLENTY,
      partitions: undefined,
      drain: false,
      ...directive,
    });
  }

  async committed(partition: number): Promise<number> {
    return this.log.committed(this.partitions[partition]!, 'g');
  }
}
