import type { PoolView, ResourceVector } from '@foreshadow/domain';
import type { Table } from '../chart/columns.ts';
import type { Frame } from '../chart/frame.ts';
import type { Palette } from '../chart/palette.ts';
import { PoolChart } from '../chart/pool-chart.ts';
import { POOL_COLUMN, poolChartData } from '../chart/pool-data.ts';
import {
  commonBytesUnit,
  formatBytes,
  formatCores,
  formatCount,
  formatIn,
  formatPercent,
  isPresent,
  type Unit,
} from '../format/number.ts';
import { reasonWords } from '../format/reason.ts';
import { formatClock, formatDuration } from '../format/time.ts';
import type { PoolHistory } from '../model/pool-history.ts';
import { element, setAttribute, setText } from './dom.ts';
import { WorkerRow } from './worker-row.ts';

const READOUT_AT_REST = 'CPU in cores';
const CORES: Unit = { size: 1, name: 'cores' };

/** Each row has one unit for all its values; it stands in the heading of the row. */
const RESOURCE_ROWS: readonly {
  readonly resource: keyof ResourceVector;
  readonly label: string;
  readonly suffix: string;
}[] = [
  { resource: 'cpuCores', label: 'CPU', suffix: '' },
  { resource: 'memoryBytes', label: 'Memory', suffix: '' },
  { resource: 'networkBytesPerSec', label: 'Network', suffix: '/s' },
  { resource: 'diskBytesPerSec', label: 'Disk', suffix: '/s' },
];

/** One pool: its workers, what it needs, has and is to have, and why. */
export class PoolStrip {
  readonly root: HTMLElement;
  readonly #tag = element('span', { class: 'tag' });
  readonly #stream = element('span', { class: 'muted' });
  readonly #workers = new WorkerRow();
  readonly #load = element('dd');
  readonly #meter = element('meter', { min: '0', max: '1', low: '0.9', high: '0.995', optimum: '0' });
  readonly #leadTime = element('dd');
  readonly #size = element('dd');
  readonly #rowHeads = RESOURCE_ROWS.map(() => element('th', { scope: 'row' }));
  readonly #cells: readonly (readonly HTMLElement[])[];
  readonly #plot = element('div', { class: 'plot', role: 'img' });
  readonly #readout = element('figcaption', { class: 'readout' });
  readonly #message = element('p', { class: 'message' });
  readonly #chart: PoolChart;
  #nowMs = 0;
  #hovering = false;

  constructor(name: string, palette: () => Palette) {
    this.#cells = RESOURCE_ROWS.map(() => ['used', 'demand', 'capacity', 'planned'].map(() => element('td')));
    this.root = element(
      'article',
      { class: 'pool', 'aria-label': `Pool ${name}` },
      element('header', {}, element('h3', {}, name), this.#stream, this.#tag),
      element('div', { class: 'pool-state' }, this.#workers.root, this.#facts()),
      element('div', { class: 'scroll' }, this.#resourceTable()),
      element('figure', {}, this.#plot, this.#readout),
      this.#message,
    );
    this.#chart = new PoolChart(this.#plot, palette, (columns, row) => this.#hover(columns, row));
  }

  update(pool: PoolView, history: PoolHistory, frame: Frame): void {
    this.#nowMs = frame.nowMs;
    setText(this.#stream, `stream ${pool.stream}`);
    this.#workers.update(pool.workers, pool.planned?.workers);
    this.#updateFacts(pool);
    this.#updateTable(pool);
    this.#updateDecision(pool);
    this.#chart.update(poolChartData(history, frame), frame);
    if (!this.#hovering) setText(this.#readout, READOUT_AT_REST);
  }

  redraw(): void {
    this.#chart.redraw();
  }

  destroy(): void {
    this.#chart.destroy();
    this.root.remove();
  }

  #facts(): HTMLElement {
    const load = element('div', { class: 'wide' }, element('dt', {}, 'Demand of capacity'), this.#load);
    load.append(this.#meter);
    return element(
      'dl',
      { class: 'facts' },
      load,
      element('div', {}, element('dt', {}, 'Worker size'), this.#size),
      element('div', {}, element('dt', {}, 'Lead time, p90'), this.#leadTime),
    );
  }

  #resourceTable(): HTMLElement {
    const head = ['', 'Used', 'Demand', 'Capacity', 'Planned'].map((text) =>
      element('th', { scope: 'col' }, text),
    );
    const rows = this.#rowHeads.map((rowHead, index) =>
      element('tr', {}, rowHead, ...(this.#cells[index] ?? [])),
    );
    return element(
      'table',
      { class: 'numbers' },
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...rows),
    );
  }

  #updateFacts(pool: PoolView): void {
    const demand = pool.demand?.cpuCores;
    const capacity = pool.capacity.cpuCores;
    const share = isPresent(demand) && capacity > 0 ? demand / capacity : undefined;
    setText(this.#load, `${formatCores(demand)} of ${formatCores(capacity)} cores · ${formatPercent(share)}`);
    this.#meter.hidden = share === undefined;
    this.#meter.value = share ?? 0;
    setAttribute(this.#meter, 'aria-label', `Demand is ${formatPercent(share)} of the capacity`);
    setText(this.#leadTime, formatDuration(pool.leadTimeMs));
    const planned = pool.planned?.perWorker;
    setText(this.#size, `${formatCores(planned?.cpuCores)} cores · ${formatBytes(planned?.memoryBytes)}`);
  }

  #updateTable(pool: PoolView): void {
    RESOURCE_ROWS.forEach(({ resource, label, suffix }, index) => {
      const planned =
        pool.planned === null ? undefined : pool.planned.workers * pool.planned.perWorker[resource];
      const values = [pool.used?.[resource], pool.demand?.[resource], pool.capacity[resource], planned];
      const unit = resource === 'cpuCores' ? CORES : commonBytesUnit(values);
      const head = this.#rowHeads[index];
      if (head !== undefined) setText(head, `${label}, ${unit.name}${suffix}`);
      values.forEach((value, place) => {
        const cell = this.#cells[index]?.[place];
        if (cell !== undefined) setText(cell, unit === CORES ? formatCores(value) : formatIn(unit, value));
      });
    });
  }

  #updateDecision(pool: PoolView): void {
    const decision = pool.lastDecision;
    this.#tag.hidden = decision === null;
    if (decision === null) {
      setText(this.#message, 'No decision yet.');
      return;
    }
    const { words, tone } = reasonWords(decision.reason);
    setText(this.#tag, words);
    setAttribute(this.#tag, 'data-tone', tone);
    setText(this.#message, `${formatClock(decision.decidedAtMs)}  ${decision.message}`);
    setAttribute(
      this.#plot,
      'aria-label',
      `Pool ${pool.name}: demand ${formatCores(pool.demand?.cpuCores)} of ${formatCores(pool.capacity.cpuCores)} ` +
        `cores, ${formatCount(pool.workers.ready)} workers ready`,
    );
  }

  #hover(columns: Table, row: number | undefined): void {
    this.#hovering = row !== undefined;
    if (row === undefined) {
      setText(this.#readout, READOUT_AT_REST);
      return;
    }
    const at = (column: number): string => formatCores(columns[column]?.[row]);
    const atMs = this.#nowMs + (columns[0][row] ?? 0) * 1_000;
    setText(
      this.#readout,
      `${formatClock(atMs)}  demand ${at(POOL_COLUMN.demand)} · capacity ${at(POOL_COLUMN.capacity)} · ` +
        `planned ${at(POOL_COLUMN.planned)} cores`,
    );
  }
}
