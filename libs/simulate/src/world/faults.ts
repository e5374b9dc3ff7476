import { inRange, SimulateError, wholeInRange } from '../errors.ts';

export const FAULT_KINDS = ['edge-silent', 'forecast-frozen', 'metrics-missing', 'node-lost'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Something that goes wrong, from a second on. */
export interface Fault {
  readonly kind: FaultKind;
  readonly fromSeconds: number;
  /** How long it lasts; a lost node stays lost. */
  readonly durationSeconds: number;
  /** Workers that a lost node takes with it. */
  readonly workers?: number;
}

/** @throws {SimulateError} `INVALID_SETTING` */
export function checkFaults(faults: readonly Fault[]): readonly Fault[] {
  for (const f of faults) {
    if (!FAULT_KINDS.includes(f.kind)) {
      throw new SimulateError(
        'INVALID_SETTING',
        `fault '${String(f.kind)}': must be one of ${FAULT_KINDS.join(', ')}`,
      );
    }
    inRange(`fault ${f.kind}: start`, f.fromSeconds, 0, 1e9);
    inRange(`fault ${f.kind}: duration`, f.durationSeconds, 0, 1e9);
    if (f.workers !== undefined) wholeInRange(`fault ${f.kind}: workers`, f.workers, 1, 100_000);
  }
  return faults;
}

/** The fault of a kind that is on at a second. */
export function faultAt(faults: readonly Fault[], kind: FaultKind, sec: number): Fault | undefined {
  return faults.find(
    (f) => f.kind === kind && sec >= f.fromSeconds && sec < f.fromSeconds + f.durationSeconds,
  );
}
