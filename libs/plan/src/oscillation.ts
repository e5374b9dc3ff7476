/** A time at which the count of workers turned round: up after down, or down after up. */
export interface Turn {
  readonly atMs: number;
  /** Cores that the load had needed lately. */
  readonly cores: number;
}

/** How the count of a pool has moved of late: plain data that survives JSON. */
export interface Swings {
  /** Sign of the last change. */
  readonly direction: -1 | 0 | 1;
  /** Oldest first. */
  readonly turns: readonly Turn[];
}

/** So many turns while the load hardly changed are the planner's own doing. */
const TURNS = 4;
/** A load that stays within this share of its largest has hardly changed. */
const STEADY = 0.2;

export const NO_SWINGS: Swings = { direction: 0, turns: [] };

/** @param change workers more or fewer than before; turns older than the window are forgotten */
export function followSwings(known: Swings, change: number, now: Turn, windowMs: number): Swings {
  const turns = known.turns.filter((turn) => now.atMs - turn.atMs <= windowMs);
  const direction = change > 0 ? 1 : change < 0 ? -1 : known.direction;
  const isTurn = direction !== known.direction && known.direction !== 0;
  return { direction, turns: isTurn ? [...turns, now].slice(-TURNS) : turns };
}

/** Whether the count goes up and down while the load does not. */
export function isOscillating({ turns }: Swings): boolean {
  if (turns.length < TURNS) return false;
  const cores = turns.map((turn) => turn.cores);
  const most = Math.max(...cores);
  return most - Math.min(...cores) <= STEADY * most;
}

/** The same with all times earlier by `shiftMs`. */
export function shiftedSwings(known: Swings, shiftMs: number): Swings {
  return { ...known, turns: known.turns.map((turn) => ({ ...turn, atMs: turn.atMs - shiftMs })) };
}
