import type { PolicyRow, TraceReport } from './play-trace.ts';

/** Columns of a comparison, for people. */
export const COLUMNS = [
  'policy',
  'late %',
  'cost h',
  '× oracle',
  'θU %',
  'θO %',
  'τU %',
  'τO %',
  'υ %',
  'ε',
  'worst lag s',
  'actions/h',
  'disruptive/h',
] as const;

/** Cells of a line, fewest late records first. */
export function cellsOf({ name, tuned, outcome: o, costToOracle }: PolicyRow): readonly string[] {
  const numbers = [o.thetaU, o.thetaO, o.tauU, o.tauO].map((v) => v.toFixed(1));
  return [
    tuned ? `${name}, tuned` : name,
    percent(o.latePct),
    (o.cost / 3600).toFixed(1),
    Number.isFinite(costToOracle) ? costToOracle.toFixed(2) : '–',
    ...numbers,
    o.upsilon.toFixed(1),
    o.epsilon.toFixed(2),
    String(o.worstLagSeconds),
    o.actionsPerHour.toFixed(1),
    o.disruptiveActionsPerHour.toFixed(1),
  ];
}

function percent(value: number): string {
  if (value === 0) return '0';
  return value < 0.01 ? value.toExponential(0) : value.toFixed(value < 1 ? 3 : 2);
}

export function sorted(rows: readonly PolicyRow[]): readonly PolicyRow[] {
  return [...rows].sort((a, b) => a.outcome.latePct - b.outcome.latePct || a.outcome.cost - b.outcome.cost);
}

export function titleOf({ file, stage }: TraceReport): string {
  const { leadTimeSeconds, sloSeconds } = stage.context;
  const hours = stage.scenario.trace.seconds / 3600;
  return `${file}: ${hours.toFixed(1)} h played, lead time ${leadTimeSeconds} s, late after ${sloSeconds} s`;
}
