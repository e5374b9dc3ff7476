import type { Clock } from '@foreshadow/domain';
import type { FrameRelay } from '@foreshadow/ports';
import { Complaints } from './connection/complaints.ts';
import type { Connection } from './connection/connection.ts';
import { portErrorOf } from './connection/errors.ts';
import type { Reply } from './connection/link.ts';
import { Script } from './connection/script.ts';
import type { Keys } from './keys.ts';
import { BlockingReads } from './log/blocking-reads.ts';
import type { RedisLogger } from './options.ts';

/** Frames that a channel holds: seconds of a fleet's, for a listener that was away for a moment. */
const MAX_FRAMES = 1024;
/** A channel without traffic is forgotten. */
const KEEP_MS = 60_000;
/** Frames on their way to the server; beyond it they are dropped. */
const MAX_PENDING = 1000;
const RETRY_MS = 200;
const FRAMES_AT_ONCE = 256;

/** KEYS: channel. ARGV: frame, frames to hold, time to keep them in ms. */
const PUBLISH = new Script(`redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'f', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`);

/** A relay over short streams: unlike pub/sub they bridge a break of the connection, and their memory is bounded. */
export class RedisFrameRelay implements FrameRelay {
  readonly #connection: Connection;
  readonly #keys: Keys;
  readonly #clock: Clock;
  readonly #logger: RedisLogger;
  readonly #blocking: BlockingReads;
  readonly #unpublished: Complaints;
  #pending = 0;
  #dropped = 0;

  constructor(connection: Connection, keys: Keys, clock: Clock, logger: RedisLogger) {
    this.#connection = connection;
    this.#keys = keys;
    this.#clock = clock;
    this.#logger = logger;
    this.#blocking = new BlockingReads(connection);
    this.#unpublished = new Complaints(logger, clock, 'frames for another actuator are dropped');
  }

  get dropped(): number {
    return this.#dropped;
  }

  publish(channel: string, frame: Uint8Array): void {
    if (this.#pending >= MAX_PENDING) {
      this.#dropped += 1;
      return;
    }
    this.#pending += 1;
    const args = [Buffer.from(frame), String(MAX_FRAMES), String(KEEP_MS)];
    // Not tried again: a frame that comes late is worth nothing.
    PUBLISH.run(this.#connection, [this.#keys.relay(channel)], args, { timeoutMs: 0 })
      .then(
        () => this.#unpublished.worked(),
        (error: unknown) => {
          this.#dropped += 1;
          if (!this.#connection.isClosed) this.#unpublished.failed(this.#reasonOf(error), { channel });
        },
      )
      .finally(() => (this.#pending -= 1));
  }

  async listen(channel: string, onFrame: (frame: Uint8Array) => void, signal: AbortSignal): Promise<void> {
    const key = this.#keys.relay(channel);
    void this.#follow(channel, await this.#lastId(key), onFrame, signal);
  }

  close(): void {
    this.#blocking.close();
  }

  async #follow(
    channel: string,
    from: string,
    onFrame: (frame: Uint8Array) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const key = this.#keys.relay(channel);
    let last = from;
    const complaints = new Complaints(this.#logger, this.#clock, 'cannot hear other actuators; trying on');
    while (!signal.aborted && !this.#connection.isClosed) {
      try {
        for (const [id, frame] of framesOf(
          await this.#blocking.read(key, last, FRAMES_AT_ONCE, 1000, signal),
        )) {
          last = id;
          if (!signal.aborted) onFrame(frame);
        }
        complaints.worked();
      } catch (error) {
        if (!signal.aborted && !this.#connection.isClosed) {
          complaints.failed(this.#reasonOf(error), { channel });
        }
        // A server that lost its memory counts anew: begin at what it has.
        await this.#clock.sleep(RETRY_MS, signal).catch(() => undefined);
        last = await this.#lastId(key).catch(() => last);
      }
    }
  }

  #reasonOf(error: unknown): string {
    return portErrorOf(error, this.#connection.where).message;
  }

  async #lastId(key: string): Promise<string> {
    const reply = await this.#connection.send({ key, args: ['XREVRANGE', key, '+', '-', 'COUNT', '1'] });
    const [newest] = reply as readonly (readonly [Buffer])[];
    return newest === undefined ? '0-0' : newest[0].toString();
  }
}

function framesOf(entries: Reply): [string, Uint8Array][] {
  if (!Array.isArray(entries)) return [];
  return (entries as readonly [Buffer, readonly Buffer[]][]).map(([id, [, frame]]) => [
    id.toString(),
    new Uint8Array(frame ?? []),
  ]);
}
