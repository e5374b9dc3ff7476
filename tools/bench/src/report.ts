import type { PairedRatio } from './paired.ts';

/** One measured figure, with its ratio to a named baseline or rival measured in the same run. */
export interface Figure {
  readonly name: string;
  /** NaN where nothing could be measured; `note` says why. */
  readonly value: number;
  readonly unit: string;
  readonly baseline?: { readonly name: string; readonly value: number };
  /** Ratio to the baseline by pairs of rounds, with its 95 % interval; a bound holds for the upper end. */
  readonly paired?: PairedRatio;
  /** Bound that the value, or its ratio to the baseline, is to keep. */
  readonly target?: { readonly atMost: number; readonly of: 'value' | 'ratio' };
  readonly note?: string;
}

export interface SuiteResult {
  readonly suite: string;
  readonly figures: readonly Figure[];
}

/** Value over baseline, both in the figure's unit; `undefined` without a baseline. */
export function ratioOf(figure: Figure): number | undefined {
  if (figure.baseline === undefined) return undefined;
  return figure.paired?.ratio ?? figure.value / figure.baseline.value;
}

/** Whether the figure keeps its bound; `undefined` without one. */
export function isMet(figure: Figure): boolean | undefined {
  const { target, value, paired } = figure;
  if (target === undefined) return undefined;
  return (target.of === 'value' ? value : (paired?.high ?? ratioOf(figure) ?? NaN)) <= target.atMost;
}

const NUMBER = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

/** A text table of a suite. */
export function renderSuite({ suite, figures }: SuiteResult): string {
  const rows = figures.map((f) => [f.name, renderValue(f), renderRatio(f), renderTarget(f)]);
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map(([name = '', value = '', ratio = '', target = '']) =>
    [`  ${name.padEnd(widths[0]!)}`, value.padStart(widths[1]!), ratio.padEnd(widths[2]!), target]
      .join('  ')
      .trimEnd(),
  );
  return [`${suite}`, ...lines].join('\n');
}

function renderValue({ value, unit, note }: Figure): string {
  return Number.isNaN(value) ? (note ?? 'not measured') : `${NUMBER.format(value)} ${unit}`;
}

function renderTarget(figure: Figure): string {
  if (figure.target === undefined) return '';
  const { atMost, of } = figure.target;
  const bound = `${NUMBER.format(atMost)}${of === 'ratio' ? '×' : ` ${figure.unit}`}`;
  return `${isMet(figure) === true ? 'met' : 'missed'} (≤ ${bound})`;
}

function renderRatio(figure: Figure): string {
  const ratio = ratioOf(figure);
  if (ratio === undefined) return '';
  const { paired, baseline } = figure;
  const within =
    paired === undefined
      ? ''
      : ` (${NUMBER.format(paired.low)}–${NUMBER.format(paired.high)}, ${paired.pairs} pairs)`;
  return `${NUMBER.format(ratio)}× ${baseline!.name}${within}`;
}

export function toJson(results: readonly SuiteResult[]): string {
  const suites = results.map(({ suite, figures }) => ({
    suite,
    figures: figures.map((f) => ({ ...f, ratio: ratioOf(f) ?? null, isMet: isMet(f) ?? null })),
  }));
  return JSON.stringify({ node: process.version, suites });
}
