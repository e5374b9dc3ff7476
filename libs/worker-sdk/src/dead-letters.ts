import {
  type PartitionKey,
  partitionKey,
  type PositionedRecord,
  type StreamRecord,
} from '@foreshadow/domain';
import type { StreamLog } from '@foreshadow/ports';
import { WorkerError } from './errors.ts';

/** A record that the handler failed on again and again: where it came from, what was tried, why it failed. */
export interface DeadLetter {
  readonly partition: PartitionKey;
  readonly position: number;
  readonly key: string | undefined;
  readonly value: Uint8Array;
  readonly timestampMs: number;
  /** Calls of the handler for this record alone. */
  readonly attempts: number;
  /** What the last of them threw. */
  readonly error: { readonly name: string; readonly message: string; readonly stack: string | undefined };
  readonly pool: string;
  readonly group: string;
  readonly worker: string;
  /** Fencing token under which it was given up. */
  readonly token: number;
  readonly failedAtMs: number;
}

/** What is known when a record is given up, beside the record itself. */
export type GivenUp = Omit<DeadLetter, 'position' | 'key' | 'value' | 'timestampMs' | 'error'>;

/**
 * The stream that takes records which were given up: one partition, values in JSON (`parseDeadLetter` reads them). Its
 * records keep the key they had. After a crash a record may be put there twice; partition and position tell.
 */
export class DeadLetters {
  readonly #log: StreamLog;
  readonly #stream: string;
  #created: Promise<void> | undefined;

  constructor(log: StreamLog, stream: string) {
    this.#log = log;
    this.#stream = stream;
  }

  /** Resolves once the record is there, with the bytes it took. Rejects as the log does; then it is not, or may be. */
  async put(record: PositionedRecord, error: unknown, about: GivenUp): Promise<number> {
    await this.#create();
    const letter = { ...about, ...record, error: describe(error) };
    const made = toRecord(letter);
    await this.#log.append(new Map([[partitionKey(this.#stream, 0), [made]]]));
    return made.value.byteLength + (made.key?.length ?? 0);
  }

  async #create(): Promise<void> {
    this.#created ??= this.#log.createStream(this.#stream, 1);
    try {
      await this.#created;
    } catch (error) {
      this.#created = undefined;
      throw error;
    }
  }
}

function toRecord(letter: DeadLetter): StreamRecord {
  const text = JSON.stringify({ ...letter, value: toBase64(letter.value) });
  return { key: letter.key, value: new TextEncoder().encode(text), timestampMs: letter.failedAtMs };
}

/**
 * Read a record of a dead-letter stream.
 * @throws {WorkerError} `INVALID_DEAD_LETTER` if it is none.
 */
export function parseDeadLetter(record: StreamRecord): DeadLetter {
  try {
    const letter = JSON.parse(new TextDecoder().decode(record.value)) as DeadLetter & { value: string };
    return { ...letter, key: letter.key, value: new Uint8Array(Buffer.from(letter.value, 'base64')) };
  } catch (cause) {
    throw new WorkerError('INVALID_DEAD_LETTER', 'not a record of a dead-letter stream', { cause });
  }
}

const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

/** Handlers may throw anything. */
function describe(error: unknown): DeadLetter['error'] {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error), stack: undefined };
  return { name: error.name, message: error.message, stack: error.stack };
}
