import { writeFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { CliError } from '../errors.ts';
import { print } from '../output.ts';
import type { Chart, RatioBars } from './chart.ts';
import { htmlDocument } from './html.ts';
import { svgDocument } from './svg.ts';
import { terminalBars, terminalChart, terminalShape } from './terminal.ts';

/** Where a plot goes and as what; without a file to standard output. */
export interface PlotTarget {
  readonly format: 'terminal' | 'svg' | 'html';
  readonly file: string | undefined;
}

/** Reads the value of `--plot`: `terminal`, `svg`, `html`, or a file that ends in .svg or .html. */
export function plotTarget(text: string): PlotTarget {
  if (text === 'terminal' || text === 'svg' || text === 'html') return { format: text, file: undefined };
  const ending = /\.(svg|html?)$/i.exec(text)?.[1]?.toLowerCase();
  if (ending === undefined) {
    throw new InvalidArgumentError(
      'terminal, svg, html, or a file that ends in .svg or .html (an input file goes before --plot).',
    );
  }
  return { format: ending === 'svg' ? 'svg' : 'html', file: text };
}

/** Whether the plot takes standard output for itself. */
export function takesOutput(target: PlotTarget | undefined): boolean {
  return target !== undefined && target.file === undefined && target.format !== 'terminal';
}

/** @throws {CliError} `INVALID_FILE` if the file cannot be written */
export function plot(target: PlotTarget, charts: readonly Chart[], bars?: RatioBars): void {
  const text = draw(target, charts, bars);
  if (target.file === undefined) return void print(text);
  try {
    writeFileSync(target.file, text);
  } catch (cause) {
    throw new CliError('INVALID_FILE', `cannot write ${target.file}: ${(cause as Error).message}`, { cause });
  }
}

function draw({ format }: PlotTarget, charts: readonly Chart[], bars: RatioBars | undefined): string {
  if (format === 'svg') return svgDocument(charts, bars);
  if (format === 'html') return htmlDocument(charts, bars);
  const shape = terminalShape(process.stdout);
  const parts = charts.map((chart) => terminalChart(chart, shape));
  if (bars !== undefined) parts.push(terminalBars(bars, shape));
  return `${parts.join('\n\n')}\n\n`;
}
