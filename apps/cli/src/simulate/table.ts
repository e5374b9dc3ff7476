import { table } from '../table.ts';
import type { PolicyRow, TraceReport } from './run.ts';

/** One line of `--json`. */
export function jsonRow({ name, tuned, outcome: o, costToOracle }: PolicyRow): Record<string, unknown> {
  return {
    name,
    tuned,
    latePct: o.latePct,
    cost: o.cost,
    costToOracle: finite(costToOracle),
    thetaU: o.thetaU,
    thetaO: o.thetaO,
    tauU: o.tauU,
    tauO: o.tauO,
    upsilon: o.upsilon,
    epsilon: o.epsilon,
    worstLagSeconds: o.worstLagSeconds,
    actionsPerHour: o.actionsPerHour,
    disruptiveActionsPerHour: o.disruptiveActionsPerHour,
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

export function jsonOf(reports: readonly TraceReport[]): string {
  const traces = reports.map(({ file, stage, rows, warnings }) => ({
    file,
    leadTimeSeconds: stage.context.leadTimeSeconds,
    seconds: stage.scenario.trace.seconds,
    seed: stage.scenario.seed,
    policies: rows.map(jsonRow),
    warnings,
  }));
  return `${JSON.stringify({ traces })}\n`;
}

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

export function tableOf(report: TraceReport): string {
  return `${titleOf(report)}\n${table(COLUMNS, sorted(report.rows).map(cellsOf))}`;
}
