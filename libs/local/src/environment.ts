import { type Database, open, type RootDatabase } from 'lmdb';
import { PortError } from '@foreshadow/ports';
import { LocalError } from './errors.ts';
import { OpenLock } from './open-lock.ts';
import { WriteQueue } from './write-queue.ts';
import { WriteTransactions } from './write-transactions.ts';

/** A sorted map from bytes to bytes. */
export type Table = Database<Buffer, Buffer>;

const TABLES = ['streams', 'partitions', 'records', 'groups', 'state', 'leases'] as const;
export type TableName = (typeof TABLES)[number];

const BINARY = { keyEncoding: 'binary', encoding: 'binary' } as const;
/** One slot a process and thread that reads; beyond it opening fails. */
const MAX_READERS = 1024;
const FORMAT_KEY = Buffer.from('format');
const FORMAT = 1;

export interface EnvironmentOptions {
  readonly mapSizeBytes: number;
  readonly sync: boolean;
  /** How often to look for readers that died. */
  readonly readerCheckIntervalMs: number;
}

/**
 * An LMDB environment that several processes share: a directory with the data and a lock file.
 *
 * Every read runs on a snapshot that is let go at once: a snapshot that is held keeps freed pages from being used
 * again. A process that was killed with one is cleared from the reader table by the others within seconds.
 */
export class Environment {
  readonly tables: Readonly<Record<TableName, Table>>;
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #openLock: OpenLock;
  readonly #transactions: WriteTransactions;
  readonly #queue: WriteQueue;
  readonly #readerCheck: NodeJS.Timeout;
  #closing: Promise<void> | undefined;

  /** @throws {LocalError} `OPEN_FAILED` with the path and the cause. */
  constructor(path: string, options: EnvironmentOptions) {
    let root: RootDatabase<Buffer, Buffer> | undefined;
    try {
      this.#openLock = new OpenLock(path);
      root = this.#root = this.#locked(() => openRoot(path, options));
      this.#transactions = new WriteTransactions(this.#root, path);
      this.tables = this.#openTables();
    } catch (cause) {
      void root?.close();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new LocalError('OPEN_FAILED', `cannot open the data directory '${path}': ${reason}`, { cause });
    }
    process.on('exit', this.#onExit);
    this.#queue = new WriteQueue((work) => this.#transactions.run(work));
    this.#readerCheck = setInterval(() => this.#root.readerCheck(), options.readerCheckIntervalMs);
    this.#readerCheck.unref();
  }

  /** How often a commit of another process was saved; see `WriteTransactions`. */
  get repairs(): number {
    return this.#transactions.repairs;
  }

  /** Run `work` in a write transaction; resolves once it is committed. See `WriteQueue` for what it may throw. */
  async write<T>(work: () => T): Promise<T> {
    this.#requireOpen();
    return this.#queue.write(work);
  }

  /** Run `work` on the newest snapshot, which ends with it. */
  read<T>(work: () => T): T {
    this.#requireOpen();
    this.#root.resetReadTxn();
    try {
      return work();
    } finally {
      this.#root.resetReadTxn();
    }
  }

  /** Commits what waits, then closes. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#readerCheck);
    this.#queue.flush();
    // A turn of the event loop, so that what was just committed is handed over before the file goes away.
    await new Promise((resolve) => setImmediate(resolve));
    // With nothing left to write, it closes before it returns.
    const closed = this.#locked(() => this.#root.close());
    process.off('exit', this.#onExit);
    await closed;
  }

  /** The process's end closes what is open: keep those that open away until it is dead. */
  readonly #onExit = (): void => {
    try {
      this.#openLock.acquire();
    } catch {
      // The directory was removed: nobody opens it.
    }
  };

  #locked<T>(work: () => T): T {
    this.#openLock.acquire();
    try {
      return work();
    } finally {
      this.#openLock.release();
    }
  }

  #openTables(): Record<TableName, Table> {
    const tables: Partial<Record<TableName, Table>> = {};
    this.#transactions.run(() => {
      const format = this.#root.getBinary(FORMAT_KEY)?.[0];
      if (format !== undefined && format !== FORMAT) {
        throw new Error(`it has format ${format}, and this version reads format ${FORMAT}`);
      }
      if (format === undefined) void this.#root.put(FORMAT_KEY, Buffer.of(FORMAT));
      for (const name of TABLES) tables[name] = this.#root.openDB<Buffer, Buffer>({ name, ...BINARY });
    });
    return tables as Record<TableName, Table>;
  }

  #requireOpen(): void {
    if (this.#closing !== undefined) throw new PortError('CLOSED', 'the data directory is closed');
  }
}

function openRoot(path: string, options: EnvironmentOptions): RootDatabase<Buffer, Buffer> {
  return open<Buffer, Buffer>({
    path,
    // A name with a dot would else be taken for the data file itself.
    noSubdir: false,
    mapSize: options.mapSizeBytes,
    maxReaders: MAX_READERS,
    maxDbs: TABLES.length + 1,
    noSync: !options.sync,
    overlappingSync: false,
    ...BINARY,
  });
}
