import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { dataDefect, fromCaller, refuse } from '../arguments.ts';
import { DataFolder, LAYOUT } from './folder.ts';
import { renderHtml } from './html.ts';
import { type NamedPart, partsToJson, type PartResult, renderPart } from './report.ts';
import { Backtests } from './backtests.ts';
import { calibrationPart } from './calibration.ts';
import { coldStartPart } from './coldstart.ts';
import { hourlyPart } from './hourly.ts';
import { levelsPart } from './levels.ts';
import { networkPart } from './network.ts';
import { publishedPart } from './published.ts';

interface Part {
  readonly about: string;
  readonly run: (folder: DataFolder, backtests: Backtests) => PartResult | Promise<PartResult>;
}

const PARTS: Readonly<Record<string, Part>> = {
  published: { about: 'stream rates beside the published forecasts, on their rows', run: publishedPart },
  levels: {
    about: 'load of clouds, roads and a web server against last value and each expert',
    run: levelsPart,
  },
  hourly: {
    about: 'hourly series with daily and weekly seasons, 48 steps ahead, against seasonal naive',
    run: hourlyPart,
  },
  calibration: { about: 'coverage and score of the 90 % intervals over all series', run: calibrationPart },
  coldstart: { about: 'first steps of a new series whose siblings teach it', run: coldStartPart },
  network: { about: 'what an LSTM adds that was trained on sibling series', run: networkPart },
};

export const ACCURACY_USAGE = `usage: npm run bench -- accuracy --data DIR [--only part,…] [--rows n] [--json] [--html FILE]

Accuracy of the bank at its default settings over real series, strictly causal.

parts:
${Object.entries(PARTS)
  .map(([name, { about }]) => `  ${name.padEnd(12)} ${about}`)
  .join('\n')}

options:
  --data DIR    folder with the series, see below
  --only a,b    only these parts
  --rows n      newest rows that are used of each file of levels and calibration; all by default
  --json        one JSON object instead of tables
  --html FILE   tables and charts as a page too

${LAYOUT}`;

/** @returns exit code: 0, or 2 for wrong arguments. Targets that are missed are results, not failures. */
export async function accuracyCommand(args: readonly string[]): Promise<number> {
  let options;
  try {
    options = parse(args);
  } catch (cause) {
    return refuse((cause as Error).message, ACCURACY_USAGE);
  }
  if (options.help) {
    process.stdout.write(`${ACCURACY_USAGE}\n`);
    return 0;
  }
  const defect = dataDefect(options.data);
  if (defect !== undefined) return refuse(defect, ACCURACY_USAGE);
  const rows = options.rows === undefined ? Infinity : Number(options.rows);
  if (!(rows >= 100)) {
    return refuse(`--rows must be a number of at least 100, got ${options.rows}`, ACCURACY_USAGE);
  }
  const names = options.only?.split(',') ?? Object.keys(PARTS);
  const unknown = names.filter((name) => PARTS[name] === undefined);
  if (unknown.length > 0) return refuse(`--only: unknown part '${unknown.join("', '")}'`, ACCURACY_USAGE);

  const folder = new DataFolder(fromCaller(options.data ?? ''), rows);
  const backtests = new Backtests(({ name }) => progress(`  ${name}`));
  const parts: NamedPart[] = [];
  for (const name of names) {
    progress(`${name} …`);
    const startedAt = performance.now();
    const result = await PARTS[name]!.run(folder, backtests);
    const part = { part: name, seconds: (performance.now() - startedAt) / 1000, ...result };
    if (options.json !== true) process.stdout.write(`${renderPart(part)}\n\n`);
    parts.push(part);
  }
  if (options.json === true) process.stdout.write(`${partsToJson(parts)}\n`);
  if (options.html !== undefined) writeFileSync(fromCaller(options.html), renderHtml(parts));
  return 0;
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      only: { type: 'string' },
      rows: { type: 'string' },
      json: { type: 'boolean' },
      html: { type: 'string' },
      help: { type: 'boolean' },
    },
  }).values;
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
}
