import { checkFaults, type Fault, FAULT_KINDS, type FaultKind, SimulateError } from '@foreshadow/simulate';
import { InvalidArgumentError } from 'commander';
import { durationMs } from '../options.ts';

const PATTERN = /^([a-z-]+)@([\d.]+[a-z]*)(?:\+([\d.]+[a-z]*))?(?::(\d+))?$/;
const DEFAULT_DURATION_SECONDS = 60;

/** Reads `edge-silent@10m+2m,node-lost@20m:2`: kind, start, duration (1 min by default), workers lost. */
export function faultList(text: string): readonly Fault[] {
  const faults = text.split(',').map((part) => faultOf(part.trim()));
  try {
    return checkFaults(faults);
  } catch (error) {
    throw error instanceof SimulateError ? new InvalidArgumentError(error.message) : error;
  }
}

function faultOf(text: string): Fault {
  const [, kind, start, duration, workers] = PATTERN.exec(text) ?? [];
  if (kind === undefined || start === undefined) {
    throw new InvalidArgumentError(
      `KIND@START[+DURATION][:WORKERS], e.g. edge-silent@10m+2m,node-lost@20m:2; kinds: ${FAULT_KINDS.join(', ')}.`,
    );
  }
  return {
    kind: kind as FaultKind,
    fromSeconds: durationMs(start) / 1000,
    durationSeconds: duration === undefined ? DEFAULT_DURATION_SECONDS : durationMs(duration) / 1000,
    ...(workers === undefined ? {} : { workers: Number(workers) }),
  };
}
