import { escaped } from '@foreshadow/simulate';
import { type Chart, type RatioBars } from './chart.ts';
import { svgDocument, WIDTH } from './svg.ts';
import { numberText } from './ticks.ts';

const STYLE = `
  :root { color-scheme: light dark }
  body { margin: 1.5rem auto; max-width: ${WIDTH}px; padding: 0 1rem; font: 14px/1.5 system-ui, sans-serif;
    color: #1f2328; background: #ffffff }
  svg { width: 100%; height: auto }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums }
  th, td { padding: .15rem .75rem; text-align: right; border-bottom: 1px solid #d8dee4 }
  th:first-child, td:first-child { text-align: left }
  summary { cursor: pointer }
  @media (prefers-color-scheme: dark) {
    body { color: #f0f6fc; background: #0d1117 }
    th, td { border-color: #21262d }
  }`;

/** A page that needs nothing else: the picture, and its forecasts as tables. */
export function htmlDocument(charts: readonly Chart[], bars: RatioBars | undefined): string {
  const title = charts.map((chart) => chart.title).join('; ');
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}\n</style>`,
    '</head>',
    '<body>',
    svgDocument(charts, bars),
    ...charts.map(tableOf),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function tableOf({ title, clock, forecast }: Chart): string {
  const head = ['time', 'mean', ...forecast.bands.flatMap(({ level }) => [`${level} % from`, 'to'])];
  const rows = Array.from({ length: forecast.values.length }, (_, i) => {
    const index = forecast.from + i;
    const cells = [
      forecast.values[i],
      ...forecast.bands.flatMap(({ lower, upper }) => [lower[i], upper[i]]),
    ].map((value) => `<td>${escaped(exactText(value))}</td>`);
    return `<tr><th scope="row">${escaped(clock.text(index) || String(index))}</th>${cells.join('')}</tr>`;
  });
  return [
    `<details><summary>${escaped(title)}: the forecasts in numbers</summary>`,
    '<table>',
    `<thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody>`,
    '</table></details>',
  ].join('\n');
}

function exactText(value: number | undefined): string {
  return value === undefined ? '–' : numberText(value, Math.abs(value) / 1e4);
}
