import uPlot from 'uplot';
import { formatRate, formatTick } from '../format/number.ts';
import { drawNote, drawNow, timeAxes } from './axes.ts';
import type { Table } from './columns.ts';
import type { Frame } from './frame.ts';
import type { Palette } from './palette.ts';
import { PARTITION_COLUMN, type PartitionChartData } from './partition-data.ts';
import { TimeChart } from './time-chart.ts';

const HEIGHT_PX = 156;

/** Load, capacity and forecast of one partition. */
export class PartitionChart {
  readonly #chart: TimeChart;
  readonly #palette: () => Palette;
  #capacityAbove: number | undefined;

  constructor(
    host: HTMLElement,
    palette: () => Palette,
    onHover: (columns: Table, row: number | undefined) => void,
  ) {
    this.#palette = palette;
    this.#chart = new TimeChart(host, {
      heightPx: HEIGHT_PX,
      syncKey: 'partitions',
      axes: timeAxes(palette, formatTick),
      series: partitionSeries(palette),
      bands: [
        {
          series: [PARTITION_COLUMN.earlierUpper, PARTITION_COLUMN.earlierLower],
          fill: () => palette().earlierBand,
        },
        { series: [PARTITION_COLUMN.upper, PARTITION_COLUMN.lower], fill: () => palette().band },
      ],
      onDraw: (chart) => this.#annotate(chart),
      onHover,
    });
  }

  update(data: PartitionChartData, frame: Frame): void {
    this.#capacityAbove = data.capacityAbove;
    this.#chart.update(data.columns, data.top, frame);
  }

  redraw(): void {
    this.#chart.redraw();
  }

  destroy(): void {
    this.#chart.destroy();
  }

  #annotate(chart: uPlot): void {
    drawNow(chart, this.#palette().now);
    if (this.#capacityAbove !== undefined) {
      drawNote(chart, `↑ capacity ${formatRate(this.#capacityAbove)}`, this.#palette().capacity);
    }
  }
}

/** In the order of `PARTITION_COLUMN`, without x. */
function partitionSeries(palette: () => Palette): uPlot.Series[] {
  const points = { show: false };
  const stepped = uPlot.paths.stepped?.({ align: 1 });
  const edge = { width: 0, points };
  return [
    { stroke: () => palette().actual, width: 1.5, points },
    { stroke: () => palette().capacity, width: 1.5, points, ...(stepped && { paths: stepped }) },
    { stroke: () => palette().earlier, width: 1.25, dash: [3, 3], points },
    edge,
    edge,
    { stroke: () => palette().forecast, width: 1.75, points },
    edge,
    edge,
    { stroke: () => palette().capacity, width: 1.25, dash: [2, 4], points },
  ].map((series) => ({ ...series }));
}
