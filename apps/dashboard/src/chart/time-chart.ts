import uPlot from 'uplot';
import type { Table } from './columns.ts';
import type { Frame } from './frame.ts';

export interface TimeChartOptions {
  readonly heightPx: number;
  readonly series: readonly uPlot.Series[];
  readonly bands?: readonly uPlot.Band[];
  readonly axes: uPlot.Axis[];
  /** Charts with the same key show their crosshair at the same time. */
  readonly syncKey: string;
  readonly onDraw: (chart: uPlot) => void;
  /** Row under the pointer, or `undefined` when it left. */
  readonly onHover: (columns: Table, row: number | undefined) => void;
}

/** A uPlot chart over seconds from now that follows the width of its host. */
export class TimeChart {
  readonly #chart: uPlot;
  readonly #resize: ResizeObserver;
  #columns: Table = [[]];
  #top = 1;
  #frame: Frame = { nowMs: 0, pastMs: 300_000, futureMs: 0 };

  constructor(host: HTMLElement, options: TimeChartOptions) {
    const width = Math.max(host.clientWidth, 120);
    this.#chart = new uPlot(
      {
        width,
        height: options.heightPx,
        padding: [6, 20, 0, 0],
        legend: { show: false },
        cursor: {
          y: false,
          drag: { x: false, y: false, setScale: false },
          sync: { key: options.syncKey, scales: ['x', null] },
          points: { show: false },
        },
        scales: {
          x: { time: false, range: () => [-this.#frame.pastMs / 1_000, this.#frame.futureMs / 1_000] },
          y: { range: () => [0, this.#top] },
        },
        axes: options.axes,
        series: [{}, ...options.series],
        bands: [...(options.bands ?? [])],
        hooks: {
          draw: [options.onDraw],
          setCursor: [(chart) => options.onHover(this.#columns, this.#hovered(chart))],
        },
      },
      [[], ...options.series.map(() => [])],
      host,
    );
    this.#resize = new ResizeObserver(([entry]) => {
      const widthPx = Math.floor(entry?.contentRect.width ?? 0);
      if (widthPx > 0 && widthPx !== this.#chart.width) {
        this.#chart.setSize({ width: widthPx, height: options.heightPx });
      }
    });
    this.#resize.observe(host);
  }

  update(columns: Table, top: number, frame: Frame): void {
    this.#columns = columns;
    this.#top = top;
    this.#frame = frame;
    this.#chart.setData(columns);
  }

  /** Draw again with the same data, after the theme has changed. */
  redraw(): void {
    this.#chart.redraw(false, true);
  }

  destroy(): void {
    this.#resize.disconnect();
    this.#chart.destroy();
  }

  #hovered(chart: uPlot): number | undefined {
    const { idx, left } = chart.cursor;
    return typeof idx !== 'number' || left === undefined || left < 0 ? undefined : idx;
  }
}
