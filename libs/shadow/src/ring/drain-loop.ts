import type { Clock } from '@foreshadow/domain';
import type { SampleSink } from '../sink.ts';
import type { RingReader } from './reader.ts';

export interface DrainOptions {
  readonly clock: Clock;
  /** Ends the loop. */
  readonly signal: AbortSignal;
  /** Longest that one slice may take; other work gets its turn between two. Default 2 ms. */
  readonly sliceMs?: number;
  /** Pause when nothing waits. Default 20 ms. */
  readonly idleMs?: number;
  /** Called between slices: what the sink only collected may be carried out here. What it throws ends the loop. */
  readonly between?: () => Promise<void> | void;
}

/** Frames between two looks at the clock. */
const STEP = 64;

/**
 * Read a ring until it is told to stop, in slices: on a thread of its own, and where there is none, on the thread of the
 * tap, between its other work. Resolves when stopped.
 */
export async function drainLoop(reader: RingReader, sink: SampleSink, options: DrainOptions): Promise<void> {
  const { clock, signal, sliceMs = 2, idleMs = 20 } = options;
  while (!signal.aborted) {
    const startedAt = clock.monotonicMs();
    let handed = STEP;
    while (handed === STEP && clock.monotonicMs() - startedAt < sliceMs) handed = reader.drain(sink, STEP);
    await options.between?.();
    // A busy reader lets others run; an idle one sleeps.
    await clock.sleep(handed === STEP ? 0 : idleMs, signal).catch(() => undefined);
  }
}
