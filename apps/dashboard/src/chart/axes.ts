import type uPlot from 'uplot';
import type { Palette } from './palette.ts';

const FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const MINUTE = 60;
const X_INCREMENTS = [10, 15, 30, ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE)];

/** `-120` → `−2 min`, `0` → `now`, `30` → `+30 s`. */
export function relativeLabel(seconds: number): string {
  if (seconds === 0) return 'now';
  const sign = seconds < 0 ? '−' : '+';
  const size = Math.abs(seconds);
  return size % MINUTE === 0 ? `${sign}${size / MINUTE} min` : `${sign}${size} s`;
}

/** x: time from now. y: values by `format`. Both in the palette of the moment. */
export function timeAxes(palette: () => Palette, format: (value: number) => string): uPlot.Axis[] {
  const grid = { stroke: () => palette().grid, width: 1 };
  const shared = { stroke: () => palette().axis, font: FONT, grid, ticks: { show: false } };
  return [
    {
      ...shared,
      size: 22,
      gap: 4,
      space: 60,
      incrs: X_INCREMENTS,
      grid: { show: false },
      values: (_, splits) => splits.map(relativeLabel),
    },
    {
      ...shared,
      size: 46,
      gap: 6,
      space: 26,
      values: (_, splits) => splits.map(format),
    },
  ];
}

/** The line between past and future. */
export function drawNow(chart: uPlot, colour: string): void {
  const { ctx, bbox } = chart;
  const x = Math.round(chart.valToPos(0, 'x', true)) + 0.5;
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** A small note inside the plot, in its upper left corner. */
export function drawNote(chart: uPlot, text: string, colour: string): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.fillStyle = colour;
  ctx.font = FONT.replace('11px', `${11 * devicePixelRatio}px`);
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  ctx.fillText(text, bbox.left + 4 * devicePixelRatio, bbox.top + 2 * devicePixelRatio);
  ctx.restore();
}
