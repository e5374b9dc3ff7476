import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
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
  const refuse = (message: string): number => {
    process.stderr.write(`${message}\n\n${ACCURACY_USAGE}\n`);
    return 2;
  };
  let options;
  try {
    options = parse(args);
  } catch (cause) {
    return refuse((cause as Error).message);
  }
  if (options.help) {
    process.stdout.write(`${ACCURACY_USAGE}\n`);
    return 0;
  }
  if (options.data === undefined)
    return refuse('--data DIR is missing: the series are not part of the project');
  const dir = fromCaller(options.data);
  if (!existsSync(dir)) return refuse(`--data: there is no folder ${dir}`);
  const rows = options.rows === undefined ? Infinity : Number(options.rows);
  if (!(rows >= 100)) return refuse(`--rows must be a number of at least 100, got ${options.rows}`);
  const names = options.only?.split(',') ?? Object.keys(PARTS);
  const unknown = names.filter((name) => PARTS[name] === undefined);
  if (unknown.length > 0) return refuse(`--only: unknown part '${unknown.join("', '")}'`);

  const folder = new DataFolder(dir, rows);
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

/** npm runs scripts in the project's root and says in INIT_CWD where it was called. */
function fromCaller(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

function progress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${line}\n`);
}
