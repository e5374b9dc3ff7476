import { escaped } from '@foreshadow/simulate';
import { type Chart, type RatioBars, type Row, shareOf, stepsOf, valuesOf } from './chart.ts';
import { timeTicks, valueTicks } from './ticks.ts';

export const WIDTH = 920;
const HEIGHT = 400;
const BAR = 26;
const LEFT = 64;
const RIGHT = 24;
const TOP = 78;
const BOTTOM = 40;

/**
 * Colours for light and dark, contrast of text above 4.5:1, of lines above 3:1 against either ground. Plain properties, not
 * variables: several programs that draw SVG know no variables and none but the light ones.
 */
const STYLE = `
  .ground { fill: #ffffff }
  text { font: 12px system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; fill: #57606a }
  .title { font-size: 16px; font-weight: 600; fill: #1f2328 }
  .subtitle { font-size: 13px; font-weight: 600; fill: #1f2328 }
  .note { fill: #1f2328 }
  .grid { stroke: #d8dee4; stroke-width: 1 }
  .axis { stroke: #8c959f; stroke-width: 1 }
  .actual { fill: none; stroke: #24292f; stroke-width: 1.4; stroke-linejoin: round; stroke-linecap: round }
  .forecast { fill: none; stroke: #0969da; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }
  .beside { stroke-width: 1.6 }
  .band { fill: #0969da; fill-opacity: .2; stroke: none }
  .now { stroke: #8c959f; stroke-width: 1; stroke-dasharray: 3 3 }
  .bar { fill: #0969da; fill-opacity: .8 }
  .rival { fill: #8c959f }
  .one { stroke: #24292f; stroke-width: 1; stroke-dasharray: 4 3 }
  @media (prefers-color-scheme: dark) {
    .ground { fill: #0d1117 }
    text { fill: #9198a1 }
    .title, .subtitle, .note { fill: #f0f6fc }
    .grid { stroke: #21262d }
    .axis { stroke: #656c76 }
    .actual { stroke: #d1d9e0 }
    .forecast { stroke: #79c0ff }
    .band { fill: #58a6ff; fill-opacity: .24 }
    .now { stroke: #656c76 }
    .bar { fill: #58a6ff }
    .rival { fill: #656c76 }
    .one { stroke: #d1d9e0 }
  }`;

/** One picture of charts and bars, from top to bottom. */
export function svgDocument(charts: readonly Chart[], bars: RatioBars | undefined): string {
  const barsHeight = bars === undefined ? 0 : barsSize(bars);
  const height = charts.length * HEIGHT + barsHeight;
  const parts = charts.map((chart, i) => group(i * HEIGHT, chartBody(chart)));
  if (bars !== undefined) parts.push(group(charts.length * HEIGHT, barsBody(bars)));
  const title = charts.map((chart) => chart.title).join('; ');
  const description = [...charts.map(describe), ...(bars === undefined ? [] : [describeBars(bars)])].join(
    ' ',
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="chart-title chart-description">`,
    `<title id="chart-title">${escaped(title)}</title>`,
    `<desc id="chart-description">${escaped(description)}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

function group(y: number, lines: readonly string[]): string {
  return [`<g transform="translate(0 ${y})">`, ...lines, '</g>'].join('\n');
}

function chartBody(chart: Chart): string[] {
  const scale = scaleOf(chart);
  const isAfter = chart.forecast.from >= chart.actual.from + chart.actual.values.length;
  const border = scale.x(chart.forecast.from - 0.5);
  const now = `<line class="now" x1="${border}" y1="${TOP}" x2="${border}" y2="${HEIGHT - BOTTOM}"/>`;
  return [
    `<text class="title" x="${LEFT}" y="26">${escaped(shortened(chart.title, 90))}</text>`,
    `<text x="${LEFT}" y="45">${escaped(shortened(chart.subtitle, 130))}</text>`,
    ...keyOf(chart),
    ...gridOf(chart, scale),
    ...chart.forecast.bands.map(
      ({ lower, upper }) => `<path class="band" d="${bandPath(chart.forecast.from, lower, upper, scale)}"/>`,
    ),
    ...(isAfter ? [now] : []),
    // What was lies above: where the forecast shows beside it, it was wrong.
    `<path class="forecast${isAfter ? '' : ' beside'}" d="${linePath(chart.forecast, scale)}"/>`,
    `<path class="actual" d="${linePath(chart.actual, scale)}"/>`,
  ];
}

interface Scale {
  readonly first: number;
  readonly last: number;
  readonly low: number;
  readonly high: number;
  readonly x: (step: number) => number;
  readonly y: (value: number) => number;
}

function scaleOf(chart: Chart): Scale {
  const { first, last } = stepsOf(chart);
  const range = valuesOf(chart);
  const round = (v: number): number => Math.round(v * 10) / 10;
  const across = (WIDTH - LEFT - RIGHT) / Math.max(1, last - first);
  const down = HEIGHT - TOP - BOTTOM;
  return {
    first,
    last,
    low: range.low,
    high: range.high,
    x: (step) => round(LEFT + (step - first) * across),
    // What lies outside is cut off at the edge.
    y: (value) => round(TOP + down * Math.min(1, Math.max(0, 1 - shareOf(value, range)))),
  };
}

function gridOf({ clock }: Chart, scale: Scale): string[] {
  const { first, last, low, high, x, y } = scale;
  const bottom = HEIGHT - BOTTOM;
  const values = valueTicks(low, high, 5).map(
    ({ at, label }) =>
      `<line class="grid" x1="${LEFT}" y1="${y(at)}" x2="${WIDTH - RIGHT}" y2="${y(at)}"/>` +
      `<text x="${LEFT - 8}" y="${y(at) + 4}" text-anchor="end">${escaped(label)}</text>`,
  );
  const times = timeTicks(clock, first, last, 9).map(
    ({ at, label }) =>
      `<line class="axis" x1="${x(at)}" y1="${bottom}" x2="${x(at)}" y2="${bottom + 5}"/>` +
      `<text x="${x(at)}" y="${bottom + 20}" text-anchor="middle">${escaped(label)}</text>`,
  );
  const name = clock.kind === 'date' ? 'UTC' : clock.kind === 'none' ? 'step' : '';
  return [
    ...values,
    `<line class="axis" x1="${LEFT}" y1="${bottom}" x2="${WIDTH - RIGHT}" y2="${bottom}"/>`,
    ...times,
    `<text x="${WIDTH - RIGHT}" y="${bottom + 35}" text-anchor="end">${name}</text>`,
  ];
}

/** Key above the plot, from the left; the places follow from the length of the words. */
function keyOf({ unit, forecastName, forecast }: Chart): string[] {
  const entries = [
    { text: shortened(unit, 30), mark: (x: number) => `<path class="actual" d="M${x} 62h22"/>` },
    { text: forecastName, mark: (x: number) => `<path class="forecast" d="M${x} 62h22"/>` },
    ...forecast.bands.map(({ level }, i) => ({
      text: `${level} %`,
      // Narrower bands lie on the wider ones.
      mark: (x: number) => `<rect class="band" x="${x}" y="56" width="22" height="12"/>`.repeat(i + 1),
    })),
  ];
  let x = LEFT;
  return entries.map(({ text, mark }) => {
    const line = `${mark(x)}<text x="${x + 28}" y="66">${escaped(text)}</text>`;
    x += 28 + 7 * text.length + 18;
    return line;
  });
}

function linePath({ from, values }: Row, { x, y }: Scale): string {
  let path = '';
  let isOpen = false;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (!Number.isFinite(value)) {
      isOpen = false;
      continue;
    }
    // A lone value between gaps is a line of no length, seen by its round ends.
    const isLone = !isOpen && !Number.isFinite(values[i + 1] ?? NaN);
    path += `${isOpen ? 'L' : 'M'}${x(from + i)} ${y(value)}${isLone ? 'h0' : ''}`;
    isOpen = true;
  }
  return path;
}

/** One outline for each run without gaps. */
function bandPath(from: number, lower: ArrayLike<number>, upper: ArrayLike<number>, { x, y }: Scale): string {
  let path = '';
  for (let i = 0; i < upper.length; i++) {
    const start = i;
    while (i < upper.length && Number.isFinite((upper[i] ?? NaN) + (lower[i] ?? NaN))) i++;
    if (i === start) continue;
    const there: string[] = [];
    const back: string[] = [];
    for (let k = start; k < i; k++) {
      there.push(`${x(from + k)} ${y(upper[k] ?? NaN)}`);
      back.push(`${x(from + k)} ${y(lower[k] ?? NaN)}`);
    }
    path += `M${there.join('L')}L${back.reverse().join('L')}Z`;
  }
  return path;
}

const BARS_TOP = 50;

const barsSize = ({ bars }: RatioBars): number => BARS_TOP + bars.length * BAR + 24;

function barsBody({ title, reference, bars }: RatioBars): string[] {
  const left = Math.max(LEFT, Math.min(300, 16 + 7 * Math.max(...bars.map((bar) => bar.label.length))));
  const note = 16 + 7 * Math.max(...bars.map((bar) => bar.note.length));
  const width = WIDTH - RIGHT - left - note;
  const longest = Math.max(1.05, ...bars.map(({ value }) => (Number.isFinite(value) ? value : 0)));
  const one = (left + width / longest).toFixed(1);
  const bottom = BARS_TOP + bars.length * BAR;
  const lines = bars.map((bar, i) => {
    // Rivals stand close under what they are compared with.
    const y = BARS_TOP + i * BAR + (bar.isRival === true ? -3 : 3);
    const length = Number.isFinite(bar.value) ? (width * bar.value) / longest : 0;
    return (
      `<text x="${left - 8}" y="${y + 13}" text-anchor="end">${escaped(bar.label)}</text>` +
      `<rect class="bar${bar.isRival === true ? ' rival' : ''}" x="${left}" y="${y}" width="${length.toFixed(1)}" height="18" rx="2"/>` +
      `<text class="note" x="${(left + length + 8).toFixed(1)}" y="${y + 13}">${escaped(bar.note)}</text>`
    );
  });
  return [
    `<text class="subtitle" x="${left}" y="20">${escaped(title)}</text>`,
    `<line class="one" x1="${one}" y1="${BARS_TOP - 6}" x2="${one}" y2="${bottom}"/>`,
    `<text x="${one}" y="${BARS_TOP - 11}" text-anchor="middle">1 = ${escaped(reference)}</text>`,
    ...lines,
  ];
}

function describe({ title, subtitle, forecast }: Chart): string {
  const bands = forecast.bands.map(({ level }) => `${level} %`).join(' and ');
  return `${title}: ${subtitle}. A line shows the values, another the forecast${bands === '' ? '' : `, shaded its ${bands} interval`}.`;
}

function describeBars({ title, reference, bars }: RatioBars): string {
  return `${title}, ${reference} being 1: ${bars.map(({ label, note }) => `${label} ${note}`).join(', ')}.`;
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}
