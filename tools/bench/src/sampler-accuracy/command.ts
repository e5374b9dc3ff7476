import { parseArgs } from 'node:util';
import type { SamplerKind } from '@foreshadow/shadow';
import { refuse } from '../arguments.ts';
import { type Traffic, TRAFFICS } from './traffic.ts';
import { type Accuracy, type CellResult, runCell } from './trial.ts';
import { CHI_SQUARE_BOUND, uniformity } from './uniformity.ts';
import { exemption, problem, type Quantity } from './verdict.ts';

const KINDS: readonly SamplerKind[] = [
  'systematic',
  'stratified',
  'bernoulli',
  'keyed',
  'reservoir',
  'priority',
];
const RATES = [0.001, 0.01, 0.05, 0.5, 1] as const;

export const SAMPLER_ACCURACY_USAGE = `usage: npm run bench -- sampler-accuracy [--runs n] [--records n] [--only sampler,…] [--json]

Bias and coverage of what is estimated from a sample alone, for each sampler, traffic and rate, over seeded runs; how
evenly each sampler chooses (χ²); whether the weights of a sample sum to the truth. Exits with 1 if anything misses.

options:
  --runs n      runs a cell; default 10000
  --records n   records a run; default 20000
  --only a,b    only these samplers: ${KINDS.join(', ')}
  --json        one JSON object instead of tables`;

export interface AccuracyRow extends CellResult {
  /** What is wrong, by quantity; empty if nothing is. */
  readonly problems: readonly string[];
  readonly exemptions: Readonly<Partial<Record<Quantity, string>>>;
}

export function samplerAccuracyCommand(args: readonly string[]): number {
  let values;
  try {
    values = parse(args);
  } catch (cause) {
    return refuse((cause as Error).message, SAMPLER_ACCURACY_USAGE);
  }
  if (values.help) {
    process.stdout.write(`${SAMPLER_ACCURACY_USAGE}\n`);
    return 0;
  }
  const [runs, records] = [Number(values.runs), Number(values.records)];
  const kinds = (values.only?.split(',') ?? KINDS) as SamplerKind[];
  const unknown = kinds.filter((kind) => !KINDS.includes(kind));
  if (unknown.length > 0 || !(runs >= 10) || !(records >= 100)) {
    return refuse(`--only: ${KINDS.join(', ')}; --runs ≥ 10; --records ≥ 100`, SAMPLER_ACCURACY_USAGE);
  }
  let misses = 0;
  const all: unknown[] = [];
  for (const kind of kinds) {
    const rows = TRAFFICS.flatMap((traffic) =>
      RATES.map((rate) => accuracyRow(kind, traffic, rate, records, runs)),
    );
    const chi = RATES.map((rate) => ({ rate, chiSquare: uniformity(kind, rate, Math.min(runs, 1000)) }));
    misses += rows.filter(({ problems }) => problems.length > 0).length;
    misses += chi.filter(({ chiSquare }) => chiSquare > CHI_SQUARE_BOUND).length;
    all.push({ kind, rows, uniformity: chi });
    if (!values.json) process.stdout.write(`${renderSampler(kind, rows, chi)}\n\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ runs, records, misses, samplers: all })}\n`);
  else process.stdout.write(misses === 0 ? 'nothing misses\n' : `${misses} miss\n`);
  return misses === 0 ? 0 : 1;
}

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: '10000' },
      records: { type: 'string', default: '20000' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }).values;
}

export function accuracyRow(
  kind: SamplerKind,
  traffic: Traffic,
  rate: number,
  records: number,
  runs: number,
): AccuracyRow {
  const result = runCell({ kind, traffic, rate }, records, runs);
  const exempt = {
    records: exemption(result, 'records', records),
    bytes: exemption(result, 'bytes', records),
  };
  const problems = (['records', 'bytes'] as const).flatMap((quantity) => {
    const found = problem(result[quantity], exempt[quantity]);
    return found === undefined ? [] : [`${quantity}: ${found}`];
  });
  // 50 % of keys is of a thousand keys, of few by Zipf's law: no weights to sum to the truth in one run, but in the mean.
  if (Math.abs(result.weights.biasZ) > 4.5) problems.push('weights: do not sum to the truth');
  const named = Object.entries(exempt).flatMap(([quantity, e]) =>
    e === undefined ? [] : [[quantity, e.reason]],
  );
  return { ...result, problems, exemptions: Object.fromEntries(named) as AccuracyRow['exemptions'] };
}

function renderSampler(
  kind: SamplerKind,
  rows: readonly AccuracyRow[],
  chi: readonly { readonly rate: number; readonly chiSquare: number }[],
): string {
  const head = `${kind.padEnd(14)}${'rate'.padStart(7)}  ${'records: bias   rmse  cover'.padStart(28)}  ${'bytes: bias   rmse  cover'.padStart(28)}  Σw/N−1`;
  const lines = rows.map((row) => {
    const { traffic, rate, records, bytes, weights, problems, exemptions } = row;
    const notes =
      problems.length > 0
        ? `MISSES ${problems.join('; ')}`
        : [...new Set(Object.values(exemptions))].join('; ');
    return `  ${traffic.padEnd(12)}${percent(rate, 1).padStart(7)}  ${accuracy(records)}  ${accuracy(bytes)}  ${percent(weights.bias, 2).padStart(7)}  ${notes}`;
  });
  const even = chi.map(({ rate, chiSquare }) => `${percent(rate, 1)} ${chiSquare.toFixed(1)}`).join(' · ');
  return [head, ...lines, `  χ² of 16 (≤ ${CHI_SQUARE_BOUND}): ${even}`].join('\n');
}

function accuracy({ bias, rmse, coverage }: Accuracy): string {
  return [percent(bias, 2).padStart(11), percent(rmse, 2).padStart(8), percent(coverage, 1).padStart(7)].join(
    ' ',
  );
}

function percent(share: number, digits: number): string {
  return `${(100 * share).toFixed(digits)}%`;
}
