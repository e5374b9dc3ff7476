import { mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryEvent } from './events.ts';

const SUFFIX = '.history';

/**
 * Writes the history of one process, an event a line. An event is with the system before `write` returns: what a
 * process has said, its death does not take back.
 */
export class HistoryWriter {
  readonly #fd: number;

  constructor(dir: string, name: string) {
    mkdirSync(dir, { recursive: true });
    this.#fd = openSync(join(dir, `${name}-${process.pid}${SUFFIX}`), 'a');
  }

  write(event: HistoryEvent): void {
    const line = Buffer.from(`${JSON.stringify(event)}\n`);
    for (let done = 0; done < line.length; ) done += writeSync(this.#fd, line, done);
  }
}

/** The events of all processes. A line that a dying process left unfinished is no event. */
export function readHistory(dir: string): HistoryEvent[] {
  const files = readdirSync(dir).filter((name) => name.endsWith(SUFFIX));
  return files.flatMap((name) => {
    const lines = readFileSync(join(dir, name), 'utf8').split('\n');
    return lines.slice(0, -1).map((line) => JSON.parse(line) as HistoryEvent);
  });
}

/** Now, in machine time. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
