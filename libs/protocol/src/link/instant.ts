import type { Clock } from '@foreshadow/domain';

/** One moment on both clocks: wall-clock for what is shown and sent, monotonic for timeouts. */
export interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export function instantOf(clock: Clock): Instant {
  return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() };
}
