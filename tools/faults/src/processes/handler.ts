import { existsSync } from 'node:fs';
import type { Clock, PositionedRecord } from '@foreshadow/domain';
import type { RecordHandler } from '@foreshadow/worker-sdk';
import { type HistoryWriter, machineMs } from '../history/files.ts';

/** CPU time that a record costs. */
export const CPU_MS_PER_RECORD = 1;

export interface HandlerOptions {
  readonly worker: string;
  readonly history: HistoryWriter;
  readonly clock: Clock;
  /** While this file exists, each record takes 50 ms more. */
  readonly slowFile: string;
}

const SLOW_MS = 50;

/** Spends CPU on each record, and writes down when it started and what it has handled. */
export function createHandler({ worker, history, clock, slowFile }: HandlerOptions): RecordHandler {
  return async (records, { partition, token }) => {
    const ids = records.map(idOf);
    const hold = { partition, token, worker };
    history.write({ kind: 'started', atMs: machineMs(), ...hold, ids });
    for (let i = 0; i < records.length; i++) {
      burn();
      if (existsSync(slowFile)) await clock.sleep(SLOW_MS);
      // One by one: an owner that dies in the midst of a batch has handled a part of it.
      history.write({ kind: 'handled', atMs: machineMs(), ...hold, ids: [ids[i]!] });
    }
  };
}

function idOf({ value }: PositionedRecord): string {
  return (JSON.parse(new TextDecoder().decode(value)) as { id: string }).id;
}

function burn(): void {
  const cpuMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  const untilMs = cpuMs() + CPU_MS_PER_RECORD;
  while (cpuMs() < untilMs);
}
