import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataFolder } from '../accuracy/folder.ts';

/** Real load: a value a row, or a row a second. */
export interface Trace {
  readonly name: string;
  readonly stepSeconds: number;
  readonly values: Float64Array;
}

const EVENTS = join('llm-arrivals', 'azure-llm-code.csv');

/** Every real trace of the folder that is a load: rates of streams, of clouds, of a web server, and single arrivals. */
export function tracesOf(dir: string): readonly Trace[] {
  const folder = new DataFolder(dir);
  const rates = folder.streams('5min').map((stream) => ({
    ...folder.streamRates(stream, '5min'),
    name: `${stream}_5min`,
  }));
  const rows = [...rates, ...folder.levelSeries()].map(({ name, stepMs, values }) => ({
    name,
    stepSeconds: stepMs / 1000,
    values: values.map((v) => (v >= 0 ? v : NaN)),
  }));
  const events = join(dir, EVENTS);
  return existsSync(events) ? [...rows, arrivalsOf(events)] : rows;
}

/** Arrivals counted a second: a native trace, played as it is. */
function arrivalsOf(file: string): Trace {
  const times = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Date.parse(`${line.slice(0, 23).replace(' ', 'T')}Z`) / 1000);
  const start = Math.min(...times);
  const seconds = Math.floor(Math.max(...times) - start);
  const values = new Float64Array(seconds);
  for (const time of times) {
    const at = Math.floor(time - start);
    if (at < seconds) values[at]!++;
  }
  return { name: 'llm-arrivals', stepSeconds: 1, values };
}
