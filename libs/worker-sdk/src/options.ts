import {
  type Clock,
  type PartitionKey,
  parsePartitionKey,
  type PositionedRecord,
  type ResourceVector,
  RESOURCES,
  STREAM_NAME_PATTERN,
} from '@foreshadow/domain';
import type { Leases, StreamLog, WorkerRegistry } from '@foreshadow/ports';
import { WorkerError } from './errors.ts';
import { nodeSystem, type WorkerSystem } from './system.ts';

/** What a handler is told and may report. */
export interface HandlerContext {
  readonly partition: PartitionKey;
  /** Fencing token of the ownership: pass it with outside effects, and let their receiver refuse smaller ones. */
  readonly token: number;
  /** Aborted when the partition is lost or the drain timeout is over: stop soon. */
  readonly signal: AbortSignal;
  /** Report work done, in units of your choice; shows as `processedWorkPerSec`. */
  addWork(units: number): void;
  /**
   * Report bytes that the handler sent or received; they come on top of what was read from the log, and are held to the
   * network allowance.
   */
  addNetworkBytes(bytes: number): void;
  /**
   * Report bytes written to or read from disk; they are held to the disk allowance. Until the first report, the bytes
   * of the records handled stand in.
   */
  addDiskBytes(bytes: number): void;
}

/**
 * Handles a batch of records of one partition, in order. What it returns from is committed; what it throws on is tried
 * again and at last put into the dead-letter stream. Delivery is at least once: after a crash the same records come
 * again.
 */
export type RecordHandler = (
  records: readonly PositionedRecord[],
  context: HandlerContext,
) => void | Promise<void>;

/** Structural: pino, console wrappers and test doubles fit. */
export interface WorkerLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

export interface RetryOptions {
  /** Calls of the handler for one record before it is given up. */
  readonly attempts: number;
  readonly initialBackoffMs: number;
  readonly maxBackoffMs: number;
}

export interface WorkerOptions {
  /** Unique among the workers that live. */
  readonly id: string;
  readonly pool: string;
  /** Consumer group to commit under. */
  readonly group: string;
  /** All partitions of the pool. */
  readonly partitions: readonly PartitionKey[];
  readonly log: StreamLog;
  readonly leases: Leases;
  readonly registry: WorkerRegistry;
  readonly clock: Clock;
  readonly handler: RecordHandler;
  /** Time between start and readiness; makes a local process take as long as a pod does. 0 by default. */
  readonly startDelayMs?: number;
  /** Bound on finishing what is in flight; 10 s by default. */
  readonly drainTimeoutMs?: number;
  /** Others take over this long after a crash; 3 s by default. */
  readonly leaseTtlMs?: number;
  /** Handled records are committed at least this often; 200 ms by default. More is redelivered after a crash. */
  readonly commitIntervalMs?: number;
  readonly retry?: RetryOptions;
  /**
   * Stream that takes records which were given up, created when it is needed first; `<stream>.dead-letters` by default.
   * `null`: they are only said in the log and counted.
   */
  readonly deadLetterStream?: string | null;
  /**
   * Calls of the handler that may be under way at a time; 1 by default: each partition is handled in order. With more,
   * records of one key keep their order, and those of other keys overtake them: for handlers that mostly wait.
   */
  readonly concurrency?: number;
  /** Records of a partition that are read ahead at most; 512 by default, fewer when memory is scarce. */
  readonly maxPrefetchRecords?: number;
  /** Until a directive says otherwise; the machine's capacity by default. */
  readonly allowance?: ResourceVector;
  /** Aborting it asks for a drain; wire it to SIGTERM (see `terminationSignal`). */
  readonly signal?: AbortSignal;
  readonly logger?: WorkerLogger;
  readonly system?: WorkerSystem;
}

/** Options with their defaults filled in. */
export interface ResolvedOptions extends WorkerOptions {
  readonly startDelayMs: number;
  readonly drainTimeoutMs: number;
  readonly leaseTtlMs: number;
  readonly commitIntervalMs: number;
  readonly retry: RetryOptions;
  readonly deadLetterStream: string | null;
  readonly concurrency: number;
  readonly maxPrefetchRecords: number;
  readonly allowance: ResourceVector;
  readonly logger: WorkerLogger;
  readonly system: WorkerSystem;
}

const SILENT: WorkerLogger = { info: () => {}, warn: () => {}, error: () => {} };
const DEFAULT_RETRY: RetryOptions = { attempts: 5, initialBackoffMs: 200, maxBackoffMs: 5_000 };

/**
 * Check options and fill in defaults.
 * @throws {WorkerError} `INVALID_OPTIONS` naming the option, its value and its range.
 * @throws {FsError} `INVALID_PARTITION`.
 */
export function resolveOptions(options: WorkerOptions): ResolvedOptions {
  const system = options.system ?? nodeSystem;
  const resolved: ResolvedOptions = {
    ...options,
    system,
    startDelayMs: options.startDelayMs ?? 0,
    drainTimeoutMs: options.drainTimeoutMs ?? 10_000,
    leaseTtlMs: options.leaseTtlMs ?? 3_000,
    commitIntervalMs: options.commitIntervalMs ?? 200,
    retry: options.retry ?? DEFAULT_RETRY,
    deadLetterStream:
      options.deadLetterStream === undefined ? deadLettersOf(options.partitions) : options.deadLetterStream,
    concurrency: options.concurrency ?? 1,
    maxPrefetchRecords: options.maxPrefetchRecords ?? 512,
    allowance: options.allowance ?? system.capacity,
    logger: options.logger ?? SILENT,
  };
  check(resolved);
  return resolved;
}

function deadLettersOf([first]: readonly PartitionKey[]): string | null {
  return first === undefined ? null : `${parsePartitionKey(first).stream}.dead-letters`;
}

function check(options: ResolvedOptions): void {
  for (const key of ['id', 'pool', 'group'] as const) {
    if (options[key] === '') throw new WorkerError('INVALID_OPTIONS', `${key}: not empty`);
  }
  for (const partition of options.partitions) parsePartitionKey(partition);
  atLeast('startDelayMs', options.startDelayMs, 0);
  atLeast('drainTimeoutMs', options.drainTimeoutMs, 0);
  atLeast('leaseTtlMs', options.leaseTtlMs, 100);
  atLeast('commitIntervalMs', options.commitIntervalMs, 0);
  atLeast('retry.attempts', options.retry.attempts, 1);
  atLeast('retry.initialBackoffMs', options.retry.initialBackoffMs, 0);
  atLeast('retry.maxBackoffMs', options.retry.maxBackoffMs, 0);
  for (const r of RESOURCES) {
    if (options.allowance[r] >= 0) continue;
    throw new WorkerError('INVALID_OPTIONS', `allowance.${r}: at least 0; got ${options.allowance[r]}`);
  }
  whole('concurrency', options.concurrency, 1, 1000);
  whole('maxPrefetchRecords', options.maxPrefetchRecords, 1, 100_000);
  const { deadLetterStream } = options;
  if (deadLetterStream !== null && !STREAM_NAME_PATTERN.test(deadLetterStream)) {
    const problem = `letters, digits, . _ - and at most 100 characters; got '${deadLetterStream}'`;
    throw new WorkerError('INVALID_OPTIONS', `deadLetterStream: ${problem}`);
  }
}

function whole(key: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new WorkerError('INVALID_OPTIONS', `${key}: a whole number from ${least} to ${most}; got ${value}`);
}

function atLeast(key: string, value: number, least: number): void {
  if (Number.isFinite(value) && value >= least) return;
  throw new WorkerError('INVALID_OPTIONS', `${key}: at least ${least}; got ${value}`);
}
