import { cellsOf, COLUMNS, type PolicyRow, sorted, titleOf, type TraceReport } from '@foreshadow/simulate';
import { table } from '../table.ts';

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

export function tableOf(report: TraceReport): string {
  return `${titleOf(report)}\n${table(COLUMNS, sorted(report.rows).map(cellsOf))}`;
}
