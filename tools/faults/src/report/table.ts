import type { Verdict } from '../check/check-history.ts';
import { RULES, type Rule } from '../check/violation.ts';
import type { FaultCase } from '../faults/fault-case.ts';

/** What came of one case: a verdict, or why there is none. */
export interface Outcome {
  readonly fault: Pick<FaultCase, 'name' | 'promise'>;
  readonly seconds: number;
  readonly result: Verdict | { readonly failure: string };
}

const COLUMNS = [
  'fault',
  'verdict',
  'acked',
  'lost',
  'reordered',
  'superseded',
  'late',
  'scaled down',
  'doubled',
  'forgotten',
  'undrained',
  'twice',
  'recovery p50',
  'p99',
  'paused',
  'peak lag',
  'new lead',
] as const;

/** A table of the outcomes, then what was promised and each broken promise. */
export function renderReport(outcomes: readonly Outcome[]): string {
  const rows = [[...COLUMNS], ...outcomes.map(row)];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((r) => r[i]!.length)));
  const lines = rows.map((cells) =>
    cells
      .map((cell, i) => pad(cell, widths[i]!, i))
      .join('  ')
      .trimEnd(),
  );
  const promises = outcomes.map(({ fault }) => `  ${fault.name}: ${fault.promise}`);
  const broken = outcomes.flatMap((outcome) =>
    problemsOf(outcome).map((p) => `  ${outcome.fault.name}: ${p}`),
  );
  return [
    ...lines,
    '',
    'Promised:',
    ...promises,
    ...(broken.length > 0 ? ['', 'Broken:', ...broken] : []),
  ].join('\n');
}

export function isKept({ result }: Outcome): boolean {
  return !('failure' in result) && result.violations.length === 0;
}

function problemsOf({ result }: Outcome): string[] {
  if ('failure' in result) return [result.failure];
  const few = result.violations.slice(0, 10).map((v) => `${RULES[v.rule]}: ${v.message}`);
  const more = result.violations.length - few.length;
  return more > 0 ? [...few, `… and ${more} more`] : few;
}

function row({ fault, result }: Outcome): string[] {
  if ('failure' in result) return [fault.name, 'FAILED', ...COLUMNS.slice(2).map(() => '-')];
  const of = (rule: Rule): string => String(result.violations.filter((v) => v.rule === rule).length);
  return [
    fault.name,
    result.violations.length === 0 ? 'kept' : 'BROKEN',
    String(result.acked),
    of('lost'),
    of('reordered'),
    of('superseded'),
    of('late'),
    of('scaledDown'),
    of('doubled'),
    of('forgotten'),
    of('undrained'),
    String(result.duplicates),
    seconds(result.recoveryP50Ms / 1000),
    seconds(result.recoveryP99Ms / 1000),
    seconds(result.pausedPartitionSeconds),
    String(result.peakLag),
    seconds(result.successionMs / 1000),
  ];
}

const seconds = (value: number): string => (Number.isNaN(value) ? '-' : `${value.toFixed(1)} s`);
const pad = (cell: string, width: number, column: number): string =>
  column < 2 ? cell.padEnd(width) : cell.padStart(width);
