import type { Clock } from '@foreshadow/domain';

/**
 * Call `onTick` at each multiple of `tickMs` of the wall-clock until the signal aborts. The window is measured on the
 * monotonic clock: a wall-clock that is set changes no rate.
 */
export async function runTicks(
  clock: Clock,
  tickMs: number,
  signal: AbortSignal,
  onTick: (nowMs: number, windowMs: number) => void,
): Promise<void> {
  let sinceMs = clock.monotonicMs();
  while (!signal.aborted) {
    await clock.sleep(untilNextTickMs(clock.nowMs(), tickMs), signal).catch(() => {});
    if (signal.aborted) return;
    const monotonicMs = clock.monotonicMs();
    onTick(clock.nowMs(), Math.round(monotonicMs - sinceMs));
    sinceMs = monotonicMs;
  }
}

/**
 * Time to the next tick, between half and one and a half of its length: a timer that fires a little early does not
 * make a tick of no length.
 */
export function untilNextTickMs(nowMs: number, tickMs: number): number {
  return (Math.round(nowMs / tickMs) + 1) * tickMs - nowMs;
}
