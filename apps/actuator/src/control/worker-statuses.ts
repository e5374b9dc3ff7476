import type { ResourceVector, Utilization, WorkerStatus } from '@foreshadow/domain';
import { NO_RESOURCES } from '@foreshadow/domain';
import type { WorkerReport } from '@foreshadow/ports';

/** A worker whose last word is older than this is gone. */
const GONE_MS = 5000;

/**
 * Workers as they say of themselves, for an actuator that has no orchestrator: in advise mode it looks on while
 * others run the workers.
 */
export function statusesFromReports(
  reports: readonly WorkerReport[],
  utilization: readonly Utilization[],
  nowMs: number,
): WorkerStatus[] {
  const allowances = new Map<string, ResourceVector>(utilization.map((u) => [u.worker, u.allowance]));
  return reports
    .filter((report) => nowMs - report.atMs <= GONE_MS && report.phase !== 'drained')
    .map(({ id, pool, phase, owns, startedAtMs, readyAtMs }) => ({
      id,
      pool,
      phase,
      allowance: allowances.get(id) ?? NO_RESOURCES,
      owns,
      startedAtMs,
      readyAtMs,
    }));
}
