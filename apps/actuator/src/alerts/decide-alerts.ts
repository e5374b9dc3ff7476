import type { Alert, AlertTraits, Finding } from './alert.ts';

/** A finding that lasts, or an alert. */
export interface Watched {
  readonly alert: Alert;
  readonly keepFiringMs: number;
  /** Since when it is so without a break. */
  readonly sinceMs: number;
  /** When it was so last. */
  readonly lastMs: number;
  /** False while it has not been so for long enough. */
  readonly isFiring: boolean;
}

/** Plain data that survives JSON. */
export type AlertState = readonly Watched[];

export interface AlertDecision {
  readonly state: AlertState;
  readonly fired: readonly Alert[];
  readonly resolved: readonly Alert[];
}

/** Alerts and findings watched at a time; what comes on top waits for room. */
export const MOST_WATCHED = 1000;
/** Resolved alerts are told for so long, for receivers that were away. */
export const RETENTION_MS = 15 * 60_000;

/** Identity of a finding. */
export function keyOf(rule: Pick<AlertTraits, 'name'>, labels: Finding['labels']): string {
  const pairs = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return JSON.stringify([rule.name, ...pairs]);
}

/**
 * Which alerts fire and which resolve, given what is found now. An alert fires once its finding has lasted for the rule's
 * `forMs` and resolves once it has been gone for `keepFiringMs`; between the two it is told as what it was. Findings that
 * come twice count once. Time that goes back counts as standing still.
 */
export function decideAlerts(state: AlertState, findings: Iterable<Finding>, nowMs: number): AlertDecision {
  const watched = new Map(state.map((w) => [w.alert.key, w]));
  const found = new Set<string>();
  const fired: Alert[] = [];
  const resolved: Alert[] = [];
  for (const finding of findings) {
    const key = keyOf(finding.rule, finding.labels);
    if (found.has(key)) continue;
    const before = watched.get(key);
    if (before === undefined && watched.size >= MOST_WATCHED) continue;
    found.add(key);
    const next = lasting(before, key, finding, nowMs);
    watched.set(key, next);
    if (next.isFiring && !isOn(before)) fired.push(next.alert);
  }
  const kept: Watched[] = [];
  for (const [key, w] of watched) {
    const next = found.has(key) ? w : gone(w, nowMs);
    if (next === undefined) continue;
    if (isOn(w) && !isOn(next)) resolved.push(next.alert);
    kept.push(next);
  }
  return { state: kept, fired, resolved };
}

/** Whether an alert fires and has not resolved. */
export function isOn(w: Watched | undefined): boolean {
  return w !== undefined && w.isFiring && w.alert.resolvedAtMs === null;
}

function lasting(before: Watched | undefined, key: string, finding: Finding, nowMs: number): Watched {
  const { rule, labels, summary, description } = finding;
  const isOngoing = before !== undefined && before.alert.resolvedAtMs === null;
  const sinceMs = isOngoing ? Math.min(before.sinceMs, nowMs) : nowMs;
  const isFiring = isOn(before) || nowMs - sinceMs >= rule.forMs;
  const startsAtMs = isOngoing && before.isFiring ? before.alert.startsAtMs : nowMs;
  const { name, severity } = rule;
  return {
    alert: { key, name, severity, labels, summary, description, startsAtMs, resolvedAtMs: null },
    keepFiringMs: rule.keepFiringMs,
    sinceMs,
    lastMs: nowMs,
    isFiring,
  };
}

/** What was found before and is not found now; `undefined` once there is nothing left to tell of it. */
function gone(w: Watched, nowMs: number): Watched | undefined {
  if (!w.isFiring) return undefined;
  const { resolvedAtMs } = w.alert;
  if (resolvedAtMs !== null) return nowMs - resolvedAtMs < RETENTION_MS ? w : undefined;
  if (nowMs - w.lastMs < w.keepFiringMs) return w;
  return { ...w, alert: { ...w.alert, resolvedAtMs: nowMs } };
}
