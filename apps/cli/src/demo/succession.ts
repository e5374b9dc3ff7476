import { type Clock } from '@foreshadow/domain';
import type { Processes } from './processes.ts';
import type { Succession } from './summary.ts';
import type { Screen } from './terminal.ts';

/** The killed one stays away for longer than its lease lasts: another must lead. */
const AWAY_MS = 15_000;
const POLL_MS = 50;

export interface KillOptions {
  readonly processes: Processes;
  readonly afterMs: number;
  readonly clock: Clock;
  readonly screen: Screen;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** Kill the actuator that leads, and see when another does; `undefined` if the run ended before. */
export async function killLeader(options: KillOptions): Promise<Succession | undefined> {
  const { processes, afterMs, clock, screen, signal } = options;
  const pause = (ms: number): Promise<void> => clock.sleep(ms, signal).catch(() => undefined);
  await pause(afterMs);
  let leader = await processes.leader();
  for (; leader === undefined && !signal.aborted; leader = await processes.leader()) await pause(POLL_MS);
  if (leader === undefined || signal.aborted) return undefined;
  const actuator = processes.actuators[leader]!;
  screen.note(`killing the actuator that leads (pid ${actuator.pid})`);
  const [killedAtMs, sinceMs] = [clock.nowMs(), clock.monotonicMs()];
  actuator.killFor(AWAY_MS);
  while (!signal.aborted) {
    await pause(POLL_MS);
    const next = await processes.leader();
    if (next === undefined || next === leader) continue;
    const ledAfterMs = Math.round(clock.monotonicMs() - sinceMs);
    screen.note(`another actuator (pid ${processes.actuators[next]?.pid}) leads, ${ledAfterMs} ms later`);
    return { killedAtMs, ledAfterMs };
  }
  return { killedAtMs, ledAfterMs: null };
}
