/** One measured figure, with its ratio to a named baseline or rival measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline?: { readonly name: string; readonly value: number };
}

export interface SuiteResult {
  readonly suite: string;
  readonly figures: readonly Figure[];
}

/** Value over baseline, both in the figure's unit; `undefined` without a baseline. */
export function ratioOf(figure: Figure): number | undefined {
  return figure.baseline === undefined ? undefined : figure.value / figure.baseline.value;
}

const NUMBER = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

/** A text table of a suite. */
export function renderSuite({ suite, figures }: SuiteResult): string {
  const rows = figures.map((f) => [f.name, `${NUMBER.format(f.value)} ${f.unit}`, renderRatio(f)]);
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i]!.length)));
  const lines = rows.map((row) =>
    `  ${row[0]!.padEnd(widths[0]!)}  ${row[1]!.padStart(widths[1]!)}  ${row[2]!}`.trimEnd(),
  );
  return [`${suite}`, ...lines].join('\n');
}

function renderRatio(figure: Figure): string {
  const ratio = ratioOf(figure);
  return ratio === undefined ? '' : `${NUMBER.format(ratio)}× ${figure.baseline!.name}`;
}

export function toJson(results: readonly SuiteResult[]): string {
  const suites = results.map(({ suite, figures }) => ({
    suite,
    figures: figures.map((f) => ({ ...f, ratio: ratioOf(f) ?? null })),
  }));
  return JSON.stringify({ node: process.version, suites });
}
