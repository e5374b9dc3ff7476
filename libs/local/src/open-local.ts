import type { Clock } from '@foreshadow/domain';
import type { Leases, StateStore, StreamLog } from '@foreshadow/ports';
import { Environment } from './environment.ts';
import { LocalError } from './errors.ts';
import { LmdbLeases } from './lmdb-leases.ts';
import { LmdbStateStore } from './lmdb-state-store.ts';
import { LmdbStreamLog } from './lmdb-stream-log.ts';
import { bootNumber, machineClock } from './machine-clock.ts';
import { MachineTime } from './machine-time.ts';

export interface LocalOptions {
  /**
   * Address space set aside for the data, 64 GiB by default; disk is taken as needed. Data may outgrow it, which costs
   * a pause while the file is mapped anew.
   */
  readonly mapSizeBytes?: number;
  /** Its monotonic time must be the machine's, the same in all processes; `machineClock` by default. */
  readonly clock?: Clock;
  /**
   * False (default): a commit is safe from the death of any process, and a power failure may cost the newest records
   * or damage the data. True: each commit waits for the disk, which a power failure does not undo.
   */
  readonly sync?: boolean;
}

/** Log, state and leases in one directory. Closing one of them ends its use; `close` ends all and frees the files. */
export interface Local {
  readonly log: StreamLog;
  readonly state: StateStore;
  readonly leases: Leases;
  close(): Promise<void>;
}

const DEFAULT_MAP_BYTES = 64 * 2 ** 30;
const LEAST_MAP_BYTES = 2 ** 20;
const READER_CHECK_INTERVAL_MS = 5000;

/**
 * Open the directory `path`, creating it if needed. Several processes of one machine may have it open at once; all
 * of them should agree on `sync`.
 * @throws {LocalError} `OPEN_FAILED`, or `INVALID_OPTION` for a map of less than 1 MiB.
 */
export function openLocal(path: string, options: LocalOptions = {}): Local {
  const { mapSizeBytes = DEFAULT_MAP_BYTES, clock = machineClock, sync = false } = options;
  if (!Number.isSafeInteger(mapSizeBytes) || mapSizeBytes < LEAST_MAP_BYTES) {
    throw new LocalError(
      'INVALID_OPTION',
      `mapSizeBytes must be at least ${LEAST_MAP_BYTES}, not ${mapSizeBytes}`,
    );
  }
  const env = new Environment(path, { mapSizeBytes, sync, readerCheckIntervalMs: READER_CHECK_INTERVAL_MS });
  const time = new MachineTime(clock, bootNumber());
  const log = new LmdbStreamLog(env, clock);
  const state = new LmdbStateStore(env, time);
  const leases = new LmdbLeases(env, time);
  const close = async (): Promise<void> => {
    await Promise.all([log.close(), state.close(), leases.close()]);
    await env.close();
  };
  return { log, state, leases, close };
}
