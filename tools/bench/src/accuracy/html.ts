import { type BarChart, type Cell, format, type NamedPart, type Table, type Target } from './report.ts';

const STYLE = `
:root { color-scheme: light dark; font: 14px/1.45 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0; }
caption { font-weight: 600; padding: .5rem 0; text-align: left; }
th, td { border-bottom: 1px solid #8884; padding: .2rem .6rem; text-align: right; }
th:first-child, td:first-child { text-align: left; }
.met { color: #15803d; } .missed { color: #b91c1c; }
svg text { fill: currentColor; font-size: 12px; }
.bar { fill: #94a3b8; } .bar.ours { fill: #2563eb; }
@media (prefers-color-scheme: dark) { .met { color: #4ade80; } .missed { color: #f87171; } }`;

/** One self-contained page with the targets, tables and charts of a run. */
export function renderHtml(parts: readonly NamedPart[]): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Accuracy</title><style>${STYLE}</style></head><body>
<h1>Accuracy</h1>
${parts.map(renderPart).join('\n')}
</body></html>
`;
}

function renderPart({ part, seconds, targets, tables, charts }: NamedPart): string {
  return `<section><h2>${escape(part)}</h2><p>${seconds.toFixed(1)} s</p>
${targets.length > 0 ? `<ul>${targets.map(renderTarget).join('')}</ul>` : ''}
${charts.map(renderChart).join('\n')}
${tables.map(renderTable).join('\n')}</section>`;
}

function renderTarget({ name, value, bound, isMet }: Target): string {
  const verdict = isMet ? 'met' : 'missed';
  return `<li><b class="${verdict}">${verdict}</b> ${escape(name)}: ${format(value)} (${escape(bound)})</li>`;
}

function renderTable({ title, columns, rows, note }: Table): string {
  const cells = (row: readonly Cell[], tag: string): string =>
    `<tr>${row.map((cell) => `<${tag}>${escape(format(cell))}</${tag}>`).join('')}</tr>`;
  return `<div class="wide"><table><caption>${escape(title)}</caption>
<thead>${cells(columns, 'th')}</thead><tbody>${rows.map((row) => cells(row, 'td')).join('\n')}</tbody></table></div>
${note === undefined ? '' : `<p>${escape(note)}</p>`}`;
}

const LABEL_WIDTH = 160;
const BAR_WIDTH = 360;
const LINE_HEIGHT = 20;

function renderChart({ title, bars }: BarChart): string {
  const shown = bars.filter(({ value }) => Number.isFinite(value));
  const most = Math.max(...shown.map(({ value }) => value));
  const lines = shown.map(({ label, value, isOurs }, i) => {
    const y = i * LINE_HEIGHT;
    const width = most > 0 ? Math.max(0, (BAR_WIDTH * value) / most) : 0;
    return `<text x="${LABEL_WIDTH - 8}" y="${y + 14}" text-anchor="end">${escape(label)}</text>
<rect class="bar${isOurs === true ? ' ours' : ''}" x="${LABEL_WIDTH}" y="${y + 3}" width="${width.toFixed(1)}" height="14"/>
<text x="${(LABEL_WIDTH + width + 6).toFixed(1)}" y="${y + 14}">${format(value)}</text>`;
  });
  const [width, height] = [LABEL_WIDTH + BAR_WIDTH + 60, shown.length * LINE_HEIGHT];
  return `<h3>${escape(title)}</h3>
<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">${lines.join('\n')}</svg>`;
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
