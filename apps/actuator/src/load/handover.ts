import type { Interval } from '@foreshadow/calibrate';
import type { LoadForecast } from '@foreshadow/domain';
import { stepAt } from './combine.ts';

/** Load that moves between edges. */
interface Handover {
  /** Forecast of the whole from before they came or went. */
  readonly before: LoadForecast;
  readonly sinceMs: number;
  /** Records/s that edges were forecast to have when they went, those that came back included. */
  readonly left: Readonly<Record<string, number>>;
  readonly joined: readonly string[];
  /** Ticks in a row in which more came than `before` allows. */
  readonly above: number;
}

/** What is remembered of the edges of one partition: plain data. */
export interface EdgeMembership {
  /** Records/s that each edge is forecast to have now. */
  readonly levels: Readonly<Record<string, number>>;
  readonly handover: Handover | undefined;
}

export const NO_EDGES: EdgeMembership = { levels: {}, handover: undefined };

/**
 * So long it takes an edge's forecasts to get used to what it took over from another or lost to one; in the second half
 * what was known before counts less and less.
 */
const HANDOVER_TICKS = 60;
/** More than was thought possible, so many ticks in a row: the load is another one. */
const MOST_ABOVE = 3;

/**
 * Notice edges that come and go. Clients of an edge that is gone go to the others, whose forecasts know nothing of that
 * yet: until they do, the whole is what it was forecast to be, as far as those edges can explain it (`reattribute`).
 * @param parts newest forecasts of the edges that speak
 * @param issued forecast of the whole as last issued
 */
export function followEdges(
  m: EdgeMembership,
  parts: ReadonlyMap<string, LoadForecast>,
  issued: LoadForecast | undefined,
  nowMs: number,
  tickMs: number,
): EdgeMembership {
  const levels = Object.fromEntries([...parts].map(([edge, f]) => [edge, stepAt(f, nowMs).mean]));
  const stays = Object.keys(levels).some((edge) => edge in m.levels);
  if (!stays) return { levels, handover: undefined };
  const running = m.handover && !isOver(m.handover, nowMs, tickMs) ? m.handover : undefined;
  const went = Object.entries(m.levels).filter(([edge]) => !(edge in levels));
  const joined = Object.keys(levels).filter((edge) => !(edge in m.levels));
  if (issued === undefined || went.length + joined.length === 0) return { levels, handover: running };
  const handover = {
    before: issued,
    sinceMs: nowMs,
    left: largest(running?.left ?? {}, went),
    joined: [...(running?.joined ?? []), ...joined].filter((edge) => edge in levels),
    above: 0,
  };
  return { levels, handover };
}

/** What each edge had when it went; one that comes and goes counts once, with the most that it had. */
function largest(
  before: Readonly<Record<string, number>>,
  went: readonly (readonly [string, number])[],
): Readonly<Record<string, number>> {
  const left = { ...before };
  for (const [edge, level] of went) left[edge] = Math.max(0, level, left[edge] ?? 0);
  return left;
}

/** Records/s that edges which went had beyond what they say now, if they are back. */
function leftOf({ left }: Handover, levels: EdgeMembership['levels']): number {
  return Object.entries(left).reduce(
    (sum, [edge, level]) => sum + Math.max(0, level - Math.max(0, levels[edge] ?? 0)),
    0,
  );
}

function isOver(h: Handover, nowMs: number, tickMs: number): boolean {
  const ageMs = nowMs - h.sinceMs;
  return h.above >= MOST_ABOVE || ageMs < 0 || ageMs >= HANDOVER_TICKS * tickMs;
}

/** Compare a tick of the whole with what was forecast before the handover: more than that allows ends it. */
export function followWhole(
  m: EdgeMembership,
  atMs: number,
  recordsPerSec: number | undefined,
): EdgeMembership {
  const { handover } = m;
  if (handover === undefined || recordsPerSec === undefined) return m;
  const isAbove = recordsPerSec > stepAt(handover.before, atMs).upper;
  return { ...m, handover: { ...handover, above: isAbove ? handover.above + 1 : 0 } };
}

/**
 * The forecast of the whole while load moves between edges. Each step is the one forecast before, read further along its
 * path, but not less than the edges that stayed say, nor more than all say and those had that went. Its margins are the smaller ones of both forecasts: the one knows less and less of the future, the
 * other takes the move for unrest.
 * @param sum of the forecasts of the edges that speak
 */
export function reattribute(
  m: EdgeMembership,
  sum: LoadForecast,
  nowMs: number,
  tickMs: number,
): LoadForecast {
  const { handover } = m;
  if (handover === undefined) return sum;
  const joined = shareOf(handover.joined, m.levels);
  const left = leftOf(handover, m.levels);
  const age = (nowMs - handover.sinceMs) / (HANDOVER_TICKS * tickMs);
  const trust = Math.max(0, Math.min(1, 2 - 2 * age));
  const { horizonsMs } = sum.path;
  const steps = horizonsMs.map((ms): Interval => {
    const atMs = sum.issuedAtMs + ms;
    const fresh = stepAt(sum, atMs);
    const before = stepAt(handover.before, atMs);
    const level = Math.min(fresh.mean + left, before.mean);
    return blend(fresh, before, Math.max(fresh.mean * (1 - joined), level), trust);
  });
  const path = {
    horizonsMs,
    mean: steps.map((s) => s.mean),
    lower: steps.map((s) => s.lower),
    upper: steps.map((s) => s.upper),
  };
  return { ...sum, path };
}

/** Share of the present level that some edges have. */
function shareOf(edges: readonly string[], levels: EdgeMembership['levels']): number {
  const sum = (values: readonly number[]): number => values.reduce((total, v) => total + Math.max(0, v), 0);
  const total = sum(Object.values(levels));
  return total > 0 ? sum(edges.map((edge) => levels[edge] ?? 0)) / total : 0;
}

function blend(fresh: Interval, before: Interval, level: number, trust: number): Interval {
  const mean = fresh.mean + trust * (level - fresh.mean);
  const width = (of: (s: Interval) => number): number => {
    const scaled = (s: Interval): number => (s.mean > 0 ? (of(s) * mean) / s.mean : of(s));
    return scaled(fresh) + trust * (Math.min(scaled(fresh), scaled(before)) - scaled(fresh));
  };
  const below = width((s) => s.mean - s.lower);
  const above = width((s) => s.upper - s.mean);
  return { mean, lower: Math.max(0, mean - below), upper: mean + above };
}
