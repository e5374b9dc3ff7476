import type { Clock } from '@foreshadow/domain';
import type { Config, StreamConfig } from '@foreshadow/domain/config';
import { ShadowStreamWriter, type ShadowStreamWriterStats } from '@foreshadow/edge-sdk/shadow-log';
import type { StreamLog } from '@foreshadow/ports';
import {
  createRing,
  drainLoop,
  RingReader,
  type RingStats,
  RingWriter,
  type ShadowStreamOptions,
} from '@foreshadow/shadow';
import '@foreshadow/shadow/samplers';

/** Room for what waits of one shadow stream. */
const RING_BYTES = 4 * 1024 * 1024;

/** A shadow stream as it stands: what waits for the log, and what came of it. */
export type ShadowStreamStatus = RingStats & ShadowStreamWriterStats;

interface Running {
  readonly options: ShadowStreamOptions;
  readonly writer: ShadowStreamWriter;
  readonly ring: RingWriter;
  readonly done: Promise<void>;
}

/** The configured shadow streams of a node: from the taps over rings into the log, in slices between other work. */
export class ShadowStreams {
  readonly #running = new Map<string, Running[]>();
  readonly #abort = new AbortController();

  constructor(config: Config, log: StreamLog, clock: Clock) {
    for (const stream of config.streams) {
      this.#running.set(
        stream.name,
        stream.shadows.map((shadow) => this.#start(stream, shadow, log, clock)),
      );
    }
  }

  /** What the tap of a stream is to feed. */
  of(stream: string): ShadowStreamOptions[] {
    return (this.#running.get(stream) ?? []).map(({ options }) => options);
  }

  status(): Record<string, ShadowStreamStatus> {
    const all = [...this.#running.values()].flat();
    return Object.fromEntries(
      all.map(({ options, ring, writer }) => [
        options.name,
        { ...ring.stats(), ...writer.stats(), dropped: ring.stats().dropped + writer.stats().dropped },
      ]),
    );
  }

  /** Append what waits, and end. */
  async stop(): Promise<void> {
    this.#abort.abort();
    for (const { done, writer } of [...this.#running.values()].flat()) {
      await done;
      await writer.flush();
    }
  }

  #start(
    { partitions }: StreamConfig,
    { name, sampler }: StreamConfig['shadows'][number],
    log: StreamLog,
    clock: Clock,
  ): Running {
    const memory = createRing(RING_BYTES);
    const ring = new RingWriter(memory);
    const writer = new ShadowStreamWriter({ log, stream: name, partitions });
    const reader = new RingReader(memory);
    const { signal } = this.#abort;
    const loop = drainLoop(reader, writer, { clock, signal, between: () => writer.flush() });
    // What the last tick brought is taken too.
    const done = loop.then(() => void reader.drain(writer, Infinity));
    return { options: { name, sampler, sink: ring }, writer, ring, done };
  }
}
