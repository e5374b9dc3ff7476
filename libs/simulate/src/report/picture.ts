import { escaped } from './escaped.ts';
import type { Front, PolicyRow, TraceReport } from './play-trace.ts';
import { sorted } from './table.ts';

const WIDTH = 960;
const LEFT = 190;
const RIGHT = 20;
const STRIP = 64;
const TOP = 30;
/** Points of a line at most: more than pixels show nothing. */
const MOST_POINTS = 720;

/** Demand, and one strip below the other each policy's supply against it. */
export function supplyPicture(report: TraceReport): string {
  const rows = sorted(report.rows);
  const { demand } = report.stage;
  const most = rows.reduce((top, r) => Math.max(top, largest(r.outcome.supply)), largest(demand));
  const height = TOP + rows.length * STRIP + 24;
  const strips = rows.map((row, i) => strip(row, demand, most, TOP + i * STRIP));
  return svg(height, `Supply against demand: ${report.file}`, [
    `<text x="${LEFT}" y="18">grey: workers needed; line: workers ready; 0 to ${most}</text>`,
    ...strips,
    ...hours(report.stage.scenario.trace.seconds, height),
  ]);
}

function strip(row: PolicyRow, demand: ArrayLike<number>, most: number, top: number): string {
  const name = row.tuned ? `${row.name}, tuned` : row.name;
  const own = row.name.startsWith('foreshadow') ? ' own' : '';
  return [
    `<g transform="translate(0 ${top})">`,
    `<text x="${LEFT - 8}" y="26" text-anchor="end">${escaped(name)}</text>`,
    `<text class="note" x="${LEFT - 8}" y="42" text-anchor="end">${row.outcome.latePct.toFixed(2)} % late</text>`,
    `<path class="demand" d="${area(demand, most)}"/>`,
    `<path class="supply${own}" d="${line(row.outcome.supply, most)}"/>`,
    `</g>`,
  ].join('');
}

function hours(seconds: number, height: number): string[] {
  const across = WIDTH - LEFT - RIGHT;
  return [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const x = round(LEFT + share * across);
    const at = share * seconds;
    const label = seconds < 7200 ? `${Number((at / 60).toFixed(1))} min` : `${(at / 3600).toFixed(1)} h`;
    return `<text x="${x}" y="${height - 6}" text-anchor="middle">${label}</text>`;
  });
}

/** The largest value of each stretch that one point stands for: peaks are what matters. */
function thinned(values: ArrayLike<number>): number[] {
  const step = Math.max(1, Math.ceil(values.length / MOST_POINTS));
  const points: number[] = [];
  for (let i = 0; i < values.length; i += step) {
    let top = 0;
    for (let j = i; j < Math.min(values.length, i + step); j++) top = Math.max(top, values[j]!);
    points.push(top);
  }
  return points;
}

function line(values: ArrayLike<number>, most: number): string {
  const points = thinned(values);
  const across = (WIDTH - LEFT - RIGHT) / Math.max(1, points.length);
  const y = (v: number): number => round((STRIP - 10) * (1 - v / Math.max(1, most)) + 4);
  return points
    .map(
      (v, i) => `${i === 0 ? 'M' : 'L'}${round(LEFT + i * across)} ${y(v)}H${round(LEFT + (i + 1) * across)}`,
    )
    .join('');
}

function area(values: ArrayLike<number>, most: number): string {
  return `${line(values, most)}V${STRIP - 6}H${LEFT}Z`;
}

const FRONT_HEIGHT = 420;
const BOTTOM = 48;
/** Fewer late records than this look the same. */
const LEAST_LATE = 0.001;

/** Cost against late records, one line a policy whose main knob is turned; left and low is good. */
export function frontPicture(report: TraceReport): string {
  const points = report.fronts.flatMap(shown);
  const low = Math.min(...points.map((p) => p.cost));
  const high = Math.min(Math.max(...points.map((p) => p.cost)), 3 * low);
  const x = (cost: number): number => round(LEFT + ((cost - low) / (high - low || 1)) * (WIDTH - LEFT - 170));
  const y = (late: number): number => {
    const share = Math.log10(Math.max(late, LEAST_LATE) / LEAST_LATE) / Math.log10(100 / LEAST_LATE);
    return round(FRONT_HEIGHT - BOTTOM - share * (FRONT_HEIGHT - BOTTOM - TOP));
  };
  const lines = report.fronts.map((front, i) => frontLine(front, i, high, x, y));
  const marks = [0.001, 0.01, 0.1, 1, 10, 100].map(
    (late) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - 170}" y1="${y(late)}" y2="${y(late)}"/><text x="${LEFT - 8}" y="${y(late) + 4}" text-anchor="end">${late} % late</text>`,
  );
  const costs = [0, 0.5, 1].map((share) => {
    const cost = low + share * (high - low);
    return `<text x="${x(cost)}" y="${FRONT_HEIGHT - 26}" text-anchor="middle">${(cost / 3600).toFixed(0)} worker-hours</text>`;
  });
  return svg(FRONT_HEIGHT, `Cost against late records: ${report.file}`, [...marks, ...costs, ...lines]);
}

/** A pool that does nothing is no choice. */
function shown(front: Front): Front['points'][number][] {
  return front.points.filter((p) => p.latePct < 100);
}

function frontLine(
  front: Front,
  index: number,
  high: number,
  x: (cost: number) => number,
  y: (late: number) => number,
): string {
  const points = shown(front)
    .filter((p) => p.cost <= high)
    .sort((a, b) => a.cost - b.cost);
  // The golden angle: neighbours in the key never look alike.
  const hue = index * 137.5;
  const own = front.name.startsWith('foreshadow') || front.name === 'oracle';
  const colour = own ? '' : ` style="stroke:hsl(${Math.round(hue % 360)} 60% 48%)"`;
  const path = points.map((p, i) => `${i === 0 ? 'M' : 'L'}${x(p.cost)} ${y(p.latePct)}`).join('');
  const dots = points
    .map((p) => `<circle class="dot" cx="${x(p.cost)}" cy="${y(p.latePct)}" r="2.5"${colour}/>`)
    .join('');
  const key = `<text x="${WIDTH - 132}" y="${TOP + 12 + index * 18}">${escaped(front.name)}</text><line class="front ${front.name}" x1="${WIDTH - 158}" x2="${WIDTH - 138}" y1="${TOP + 8 + index * 18}" y2="${TOP + 8 + index * 18}"${colour}/>`;
  return `<path class="front ${escaped(front.name)}" d="${path}"${colour}/>${dots}${key}`;
}

function svg(height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    ...parts,
    '</svg>',
  ].join('\n');
}

function largest(values: ArrayLike<number>): number {
  let top = 1;
  for (let i = 0; i < values.length; i++) top = Math.max(top, values[i]!);
  return top;
}

const round = (v: number): number => Math.round(v * 10) / 10;
