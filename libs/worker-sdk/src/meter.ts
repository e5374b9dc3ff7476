import type { PartitionKey, PartitionUtilization, ResourceVector, Utilization } from '@foreshadow/domain';
import type { Lag } from '@foreshadow/ports';
import type { Used } from './governors.ts';
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
  #networkBytes = 0;
  #diskBytes = 0;
  #reportsDisk = false;
  #fromMs: number;
  #from: Used;

  /** @param nowMs monotonic */
  constructor(system: WorkerSystem, nowMs: number) {
    this.#system = system;
    this.#fromMs = nowMs;
    this.#from = this.used();
  }

  /** What the process has used so far: CPU of all of it; network and disk as far as they are known (see README). */
  used(): Used {
    return {
      cpuMs: this.#system.cpuMs(),
      networkBytes: this.#networkBytes,
      diskBytes: this.#diskBytes,
    };
  }

  /** Bytes that came from or went to the log, or that the handler reports. */
  transferred(bytes: number): void {
    if (bytes > 0 && Number.isFinite(bytes)) this.#networkBytes += bytes;
  }

  wroteToDisk(bytes: number): void {
    if (!(bytes >= 0 && Number.isFinite(bytes))) return;
    this.#reportsDisk = true;
    this.#diskBytes += bytes;
  }

  /** Whether the handler has reported disk bytes. */
  get reportsDisk(): boolean {
    return this.#reportsDisk;
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

  /** Records of so many bytes were handled: taken for disk writes until the handler reports its own. */
  processed(partition: PartitionKey, records: number, bytes: number): void {
    if (!this.#reportsDisk) this.#diskBytes += bytes;
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
    const used = this.used();
    const from = this.#from;
    const busyMs = this.busy.take(reading.nowMs);
    const throttledMs = this.throttled.take(reading.nowMs);
    const utilization: Utilization = {
      worker: reading.worker,
      pool: reading.pool,
      atMs: reading.atMs,
      windowMs,
      used: {
        cpuCores: Math.max(0, used.cpuMs - from.cpuMs) / windowMs,
        memoryBytes: this.#system.memoryBytes(),
        networkBytesPerSec: (used.networkBytes - from.networkBytes) / seconds,
        diskBytesPerSec: (used.diskBytes - from.diskBytes) / seconds,
      },
      allowance: reading.allowance,
      busyFraction: Math.min(1, busyMs / windowMs),
      throttledFraction: Math.min(1, throttledMs / windowMs),
      partitions: [...reading.lags].map(([partition, lag]) =>
        this.#partition(partition, lag, reading, seconds),
      ),
    };
    this.#partitions.clear();
    this.#fromMs = reading.nowMs;
    this.#from = used;
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

  #counts(partition: PartitionKey): PartitionCounts {
    let counts = this.#partitions.get(partition);
    if (counts === undefined) {
      counts = { records: 0, bytes: 0, cpuMs: 0, work: undefined };
      this.#partitions.set(partition, counts);
    }
    return counts;
  }
}
