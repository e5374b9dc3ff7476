import type { ModelMark } from '@foreshadow/domain';
import type uPlot from 'uplot';
import { timeAxes } from './axes.ts';
import type { Table } from './columns.ts';
import { colourPlaces } from './expert-colours.ts';
import type { ExpertsData } from './experts-data.ts';
import { type Frame, secondsFromNow } from './frame.ts';
import type { Palette } from './palette.ts';
import { TimeChart } from './time-chart.ts';

const HEIGHT_PX = 148;

/** Colour of each area of a chart, in their order. */
export function expertColours(names: readonly string[], palette: Palette): string[] {
  return colourPlaces(names, palette.experts.length).map((place) =>
    place === undefined ? palette.others : (palette.experts[place] ?? palette.others),
  );
}

/** Weights of the experts over the last hour as areas on top of each other, with drifts and refits. */
export class ExpertsChart {
  readonly #host: HTMLElement;
  readonly #palette: () => Palette;
  readonly #onHover: (columns: Table, row: number | undefined) => void;
  #chart: TimeChart | undefined;
  #names = '';
  #marks: readonly ModelMark[] = [];
  #frame: Frame | undefined;

  constructor(
    host: HTMLElement,
    palette: () => Palette,
    onHover: (columns: Table, row: number | undefined) => void,
  ) {
    this.#host = host;
    this.#palette = palette;
    this.#onHover = onHover;
  }

  /** Whether there is a canvas. */
  get isThere(): boolean {
    return this.#chart !== undefined;
  }

  update(data: ExpertsData, marks: readonly ModelMark[], frame: Frame): void {
    this.#marks = marks;
    this.#frame = frame;
    // Areas are part of a chart's making: other experts are another chart.
    const names = data.names.join('\n');
    if (names !== this.#names) this.destroy();
    this.#names = names;
    this.#chart ??= this.#create(data.names);
    this.#chart.update(data.columns, 1, frame);
  }

  redraw(): void {
    this.#chart?.redraw();
  }

  destroy(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  #create(names: readonly string[]): TimeChart {
    const colour = (area: number) => () => expertColours(names, this.#palette())[area] ?? '';
    const edge = { stroke: () => this.#palette().surface, width: 1, points: { show: false } };
    return new TimeChart(this.#host, {
      heightPx: HEIGHT_PX,
      syncKey: 'experts',
      axes: timeAxes(this.#palette, (share) => `${Math.round(share * 100)} %`),
      series: names.map((_, area) => (area === 0 ? { ...edge, fill: colour(0) } : { ...edge })),
      bands: names
        .slice(1)
        .map((_, i) => ({ series: [i + 2, i + 1] as [number, number], fill: colour(i + 1) })),
      onDraw: (chart) => this.#drawMarks(chart),
      onHover: this.#onHover,
    });
  }

  /** A drift is a line with a head on top; a refit is a short stroke at the top edge, for there are many. */
  #drawMarks(chart: uPlot): void {
    const { drift, refit } = this.#palette();
    for (const { atMs, kind } of this.#marks) {
      if (kind === 'drift') drawMark(chart, this.#xOf(chart, atMs), drift, true);
      else if (kind === 'refit') drawMark(chart, this.#xOf(chart, atMs), refit, false);
    }
  }

  #xOf(chart: uPlot, atMs: number): number {
    return this.#frame === undefined ? NaN : chart.valToPos(secondsFromNow(this.#frame, atMs), 'x', true);
  }
}

function drawMark({ ctx, bbox }: uPlot, x: number, colour: string, isDrift: boolean): void {
  if (!(x >= bbox.left && x <= bbox.left + bbox.width)) return;
  const unit = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.fillStyle = colour;
  ctx.lineWidth = (isDrift ? 1.5 : 1) * unit;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, isDrift ? bbox.top + bbox.height : bbox.top + 7 * unit);
  ctx.stroke();
  if (isDrift) {
    ctx.beginPath();
    ctx.moveTo(x - 4 * unit, bbox.top - 1 * unit);
    ctx.lineTo(x + 4 * unit, bbox.top - 1 * unit);
    ctx.lineTo(x, bbox.top + 6 * unit);
    ctx.fill();
  }
  ctx.restore();
}
