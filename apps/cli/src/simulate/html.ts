import {
  cellsOf,
  COLUMNS,
  escaped,
  frontPicture,
  sorted,
  supplyPicture,
  titleOf,
  type TraceReport,
} from '@foreshadow/simulate';

const STYLE = `
  :root { color-scheme: light dark }
  body { margin: 1.5rem auto; max-width: 1000px; padding: 0 1rem; font: 14px/1.5 system-ui, sans-serif;
    color: #1f2328; background: #ffffff }
  svg { width: 100%; height: auto }
  svg text { font: 12px system-ui, sans-serif; fill: #57606a }
  .demand { fill: #d0d7de; stroke: none }
  .supply { fill: none; stroke: #57606a; stroke-width: 1.4 }
  .supply.own, .front.foreshadow { stroke: #0969da; stroke-width: 2 }
  .front { fill: none; stroke-width: 1.6; stroke: #57606a }
  .front.oracle { stroke: #1f2328; stroke-dasharray: 4 3 }
  .dot { fill: none; stroke: #57606a }
  .grid { stroke: #d8dee4 }
  table { border-collapse: collapse; font-variant-numeric: tabular-nums }
  th, td { padding: .15rem .6rem; text-align: right; border-bottom: 1px solid #d8dee4; white-space: nowrap }
  th:first-child { text-align: left }
  .wide { overflow-x: auto }
  @media (prefers-color-scheme: dark) {
    body { color: #f0f6fc; background: #0d1117 }
    svg text { fill: #9198a1 }
    .demand { fill: #30363d }
    .supply { stroke: #9198a1 }
    .supply.own, .front.foreshadow { stroke: #58a6ff }
    .front.oracle { stroke: #f0f6fc }
    .grid, th, td { stroke: #21262d; border-color: #21262d }
  }`;

/** A page that needs nothing else: for each trace its picture, its front and its table. */
export function simulationPage(reports: readonly TraceReport[]): string {
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Scaling policies compared</title>',
    `<style>${STYLE}\n</style>`,
    '</head>',
    '<body>',
    '<h1>Scaling policies compared</h1>',
    `<p>${escaped(NOTE)}</p>`,
    ...reports.map(section),
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const NOTE =
  'Cost is worker-hours, workers that start or drain included; late are records whose work was not done within the target lag. “Tuned”: parameters chosen for this trace in hindsight. The oracle knows the future.';

function section(report: TraceReport): string {
  const rows = sorted(report.rows).map((row) => {
    const [name = '', ...cells] = cellsOf(row);
    return `<tr><th scope="row">${escaped(name)}</th>${cells.map((c) => `<td>${escaped(c)}</td>`).join('')}</tr>`;
  });
  return [
    `<h2>${escaped(titleOf(report))}</h2>`,
    ...report.warnings.map((warning) => `<p>${escaped(warning)}</p>`),
    supplyPicture(report),
    report.fronts.length > 0 ? frontPicture(report) : '',
    '<div class="wide"><table>',
    `<thead><tr>${COLUMNS.map((c) => `<th scope="col">${escaped(c)}</th>`).join('')}</tr></thead>`,
    `<tbody>${rows.join('\n')}</tbody>`,
    '</table></div>',
  ].join('\n');
}
