import uPlot from 'uplot';
import { formatTick } from '../format/number.ts';
import { timeAxes } from './axes.ts';
import type { Table } from './columns.ts';
import type { Frame } from './frame.ts';
import type { Palette } from './palette.ts';
import type { PoolChartData } from './pool-data.ts';
import { TimeChart } from './time-chart.ts';

const HEIGHT_PX = 132;

/** CPU of a pool: demand of the present load, capacity of the ready workers, capacity that is planned. */
export class PoolChart {
  readonly #chart: TimeChart;

  constructor(
    host: HTMLElement,
    palette: () => Palette,
    onHover: (columns: Table, row: number | undefined) => void,
  ) {
    const points = { show: false };
    const stepped = uPlot.paths.stepped?.({ align: 1 });
    const paths = stepped && { paths: stepped };
    this.#chart = new TimeChart(host, {
      heightPx: HEIGHT_PX,
      syncKey: 'pools',
      axes: timeAxes(palette, formatTick),
      series: [
        // What is planned lies below what is there, and shows where the two differ.
        { stroke: () => palette().planned, width: 1.5, dash: [4, 3], points, ...paths },
        { stroke: () => palette().capacity, width: 1.75, points, ...paths },
        { stroke: () => palette().actual, width: 1.5, points },
      ],
      onDraw: () => undefined,
      onHover,
    });
  }

  update(data: PoolChartData, frame: Frame): void {
    this.#chart.update(data.columns, data.top, frame);
  }

  redraw(): void {
    this.#chart.redraw();
  }

  destroy(): void {
    this.#chart.destroy();
  }
}
