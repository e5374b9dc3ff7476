import type { PartitionKey, PartitionUtilization, ResourceVector, Utilization } from '@foreshadow/domain';
import type { Lag } from '@foreshadow/ports';
import { Stopwatch } from './stopwatch.ts';
import type { WorkerSystem } from './system.ts';

interface PartitionCounts {
  records: number;
  bytes: number;
  cpuMs: number;
  /** `undefined` until the handler reports work. */
  work: number | undefined;
}

export interface MeterReading {
  readonly worker: string;
  readonly pool: string;
  /** Wall-clock and monotonic time of the reading. */
  readonly atMs: number;
  readonly nowMs: number;
  readonly allowance: ResourceVector;
  /** Of every partition that the worker owns or has worked on since the last reading. */
  readonly lags: ReadonlyMap<PartitionKey, Lag>;
}

/** Counts what a worker uses and processes, and sums it up once a tick. */
export class UtilizationMeter {
  readonly busy: Stopwatch = new Stopwatch();
  readonly throttled: Stopwatch = new Stopwatch();
  readonly #system: WorkerSystem;
  readonly #partitions = new Map<PartitionKey, PartitionCounts>();
  #readBytes = 0;
  #committedBytes = 0;
  #reportedDiskBytes: number | undefined;
  #fromMs: number;
  #fromCpuMs: number;

  /** @param nowMs monotonic */
  constructor(system: WorkerSystem, nowMs: number) {
    this.#system = system;
    this.#fromMs = nowMs;
    this.#fromCpuMs = system.cpuMs();
  }

  read(bytes: number): void {
    this.#readBytes += bytes;
  }

  committed(bytes: number): void {
    this.#committedBytes += bytes;
  }

  wroteToDisk(bytes: number): void {
    if (bytes >= 0) this.#reportedDiskBytes = (this.#reportedDiskBytes ?? 0) + bytes;
  }

  worked(partition: PartitionKey, units: number): void {
    if (!(units >= 0)) return;
    const counts = this.#counts(partition);
    counts.work = (counts.work ?? 0) + units;
  }

  /** The handler has spent `cpuMs`, whether or not it succeeded. */
  spent(partition: PartitionKey, cpuMs: number): void {
    if (cpuMs > 0) this.#counts(partition).cpuMs += cpuMs;
  }

  processed(partition: PartitionKey, records: number, bytes: number): void {
    const counts = this.#counts(partition);
    counts.records += records;
    counts.bytes += bytes;
  }

  /** Partitions that were worked on since the last reading. */
  touched(): readonly PartitionKey[] {
    return [...this.#partitions.keys()];
  }

  /** Sum up since the last reading and begin anew; `undefined` if no time has passed. */
  take(reading: MeterReading): Utilization | undefined {
    const windowMs = reading.nowMs - this.#fromMs;
    if (!(windowMs > 0)) return undefined;
    const seconds = windowMs / 1000;
    const cpuMs = this.#system.cpuMs();
    const busyMs = this.busy.take(reading.nowMs);
    const throttledMs = this.throttled.take(reading.nowMs);
    const utilization: Utilization = {
      worker: reading.worker,
      pool: reading.pool,
      atMs: reading.atMs,
      windowMs,
      used: {
        cpuCores: Math.max(0, cpuMs - this.#fromCpuMs) / windowMs,
        memoryBytes: this.#system.memoryBytes(),
        networkBytesPerSec: this.#readBytes / seconds,
        diskBytesPerSec: (this.#reportedDiskBytes ?? this.#committedBytes) / seconds,
      },
      allowance: reading.allowance,
      busyFraction: Math.min(1, busyMs / windowMs),
      throttledFraction: Math.min(1, throttledMs / windowMs),
      partitions: [...reading.lags].map(([partition, lag]) =>
        this.#partition(partition, lag, reading, seconds),
      ),
    };
    this.#restart(reading.nowMs, cpuMs);
    return utilization;
  }

  #partition(
    partition: PartitionKey,
    lag: Lag,
    reading: MeterReading,
    seconds: number,
  ): PartitionUtilization {
    const counts = this.#partitions.get(partition);
    const { oldestTimestampMs } = lag;
    return {
      partition,
      processedRecordsPerSec: (counts?.records ?? 0) / seconds,
      processedBytesPerSec: (counts?.bytes ?? 0) / seconds,
      processedWorkPerSec: counts?.work === undefined ? undefined : counts.work / seconds,
      cpuCores: (counts?.cpuMs ?? 0) / 1000 / seconds,
      lagRecords: lag.records,
      lagSeconds:
        oldestTimestampMs === undefined ? 0 : Math.max(0, (reading.atMs - oldestTimestampMs) / 1000),
    };
  }

  /** Disk reports, once made, go on from zero: a handler that reports and writes nothing has written nothing. */
  #restart(nowMs: number, cpuMs: number): void {
    this.#partitions.clear();
    this.#readBytes = 0;
    this.#committedBytes = 0;
    if (this.#reportedDiskBytes !== undefined) this.#reportedDiskBytes = 0;
    this.#fromMs = nowMs;
    this.#fromCpuMs = cpuMs;
  }

  #counts(partition: PartitionKey): PartitionCounts {
    let counts = this.#partitions.get(partition);
    if (counts === undefined) {
      counts = { records: 0, bytes: 0, cpuMs: 0, work: undefined };
      this.#partitions.set(partition, counts);
    }
    return counts;
  }
}
