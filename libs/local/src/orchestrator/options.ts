import type { Clock } from '@foreshadow/domain';
import type { WorkerRegistry } from '@foreshadow/ports';
import { LocalError } from '../errors.ts';

/** A worker that is to be started. */
export interface WorkerName {
  readonly id: string;
  readonly pool: string;
  /** Most that its heap should grow to; for Node `--max-old-space-size`. */
  readonly heapLimitMebibytes: number;
}

/** How to start a worker. Its id must stand in `args`: by it a successor recognizes the process. */
export interface WorkerCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Structural face of a logger (pino has it). */
export interface OrchestratorLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/**
 * The first replacement of a crashed worker starts at once, the second after `baseMs`, each further one after twice as
 * long, up to `maxMs`; a worker that lived for `stableMs` starts the count anew.
 */
export interface RestartBackoffOptions {
  readonly baseMs: number;
  readonly maxMs: number;
  readonly stableMs: number;
}

/** Right to look after the workers, where another orchestrator may take it over. */
export interface Lead {
  /** Grows from holder to holder; directives carry it, so that late ones of a former holder are refused. */
  readonly token: number;
  readonly isHeld: () => boolean;
}

export interface LocalOrchestratorOptions {
  readonly registry: WorkerRegistry;
  readonly command: (worker: WorkerName) => WorkerCommand;
  readonly clock: Clock;
  readonly logger?: OrchestratorLogger;
  /** Passed on in FORESHADOW_START_DELAY_MS: how long a worker waits before it takes work. */
  readonly startDelayMs: number;
  /** A worker that has not drained by then gets SIGTERM. */
  readonly drainTimeoutMs: number;
  /** From SIGTERM to SIGKILL; 5 s by default. */
  readonly killGraceMs?: number;
  /**
   * A worker that runs and says nothing for so long is killed and replaced; 10 s by default. After half of it, it
   * counts as failed. More than workers' leases last, so that nobody waits for what it still holds.
   */
  readonly frozenAfterMs?: number;
  /** The same for a worker that has not come up yet; 60 s by default. */
  readonly startTimeoutMs?: number;
  readonly restartBackoff?: RestartBackoffOptions;
  /** Workers write to `<directory>/<id>.log`; without it, to the output of this process. */
  readonly logDirectory?: string;
  /** How often workers are looked at; 200 ms by default. */
  readonly pollIntervalMs?: number;
  /** Without it nobody else looks after the workers. */
  readonly lead?: Lead;
}

/** The options with their defaults. */
export interface ResolvedOptions extends LocalOrchestratorOptions {
  readonly killGraceMs: number;
  readonly frozenAfterMs: number;
  readonly startTimeoutMs: number;
  readonly restartBackoff: RestartBackoffOptions;
  readonly pollIntervalMs: number;
  readonly logger: OrchestratorLogger;
}

const SILENT: OrchestratorLogger = { info: () => undefined, warn: () => undefined };
const RESTART_BACKOFF: RestartBackoffOptions = { baseMs: 1000, maxMs: 30_000, stableMs: 30_000 };

/** @throws {LocalError} `INVALID_OPTION` with key and value. */
export function resolveOptions(options: LocalOrchestratorOptions): ResolvedOptions {
  const resolved: ResolvedOptions = {
    ...options,
    killGraceMs: options.killGraceMs ?? 5000,
    frozenAfterMs: options.frozenAfterMs ?? 10_000,
    startTimeoutMs: options.startTimeoutMs ?? 60_000,
    restartBackoff: options.restartBackoff ?? RESTART_BACKOFF,
    pollIntervalMs: options.pollIntervalMs ?? 200,
    logger: options.logger ?? SILENT,
  };
  const { baseMs, maxMs, stableMs } = resolved.restartBackoff;
  const durations = {
    startDelayMs: resolved.startDelayMs,
    drainTimeoutMs: resolved.drainTimeoutMs,
    killGraceMs: resolved.killGraceMs,
    frozenAfterMs: resolved.frozenAfterMs,
    startTimeoutMs: resolved.startTimeoutMs,
    pollIntervalMs: resolved.pollIntervalMs,
    'restartBackoff.baseMs': baseMs,
    'restartBackoff.maxMs': maxMs,
    'restartBackoff.stableMs': stableMs,
  };
  for (const [key, value] of Object.entries(durations)) {
    if (!Number.isFinite(value) || value < 0) {
      throw new LocalError('INVALID_OPTION', `${key} must be a number of at least 0, not ${value}`);
    }
  }
  return resolved;
}
