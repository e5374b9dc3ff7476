import type { WeightsView } from '@foreshadow/domain';
import type { Table } from '../chart/columns.ts';
import { expertColours, ExpertsChart } from '../chart/experts-chart.ts';
import { EXPERTS_PAST_MS, type ExpertsData, expertsData, OTHERS, weightsAt } from '../chart/experts-data.ts';
import type { Frame } from '../chart/frame.ts';
import type { Palette } from '../chart/palette.ts';
import { formatPercent } from '../format/number.ts';
import { formatClock, formatDuration, isoTime } from '../format/time.ts';
import { element, setAttribute, setText } from './dom.ts';
import { RefreshedPanel } from './refreshed-panel.ts';

/** What happened to the models, as far as it is listed below the chart. */
const MARKS_SHOWN = 4;
/** Experts named in words. */
const EXPERTS_NAMED = 3;

export interface ExpertsPanelContext {
  readonly load: (horizonMs: number | undefined) => Promise<WeightsView | undefined>;
  readonly palette: () => Palette;
  readonly monotonicMs: () => number;
}

interface Shown {
  readonly view: WeightsView;
  readonly data: ExpertsData;
  readonly frame: Frame;
}

/** Weights of the experts of one partition over the last hour; asked for while it is open. */
export class ExpertsPanel {
  readonly root: HTMLElement;
  readonly #panel: RefreshedPanel<WeightsView>;
  readonly #palette: () => Palette;
  readonly #horizon = element('select', { 'aria-label': 'Horizon of the weights' });
  readonly #empty = element('p', { class: 'empty' });
  readonly #plot = element('div', { class: 'plot', role: 'img' });
  readonly #readout = element('figcaption', { class: 'readout' });
  readonly #legend = element('ul', { class: 'legend' });
  readonly #marks = element('ol', { class: 'marks' });
  readonly #chart: ExpertsChart;
  #shown: Shown | undefined;

  constructor({ load, palette, monotonicMs }: ExpertsPanelContext) {
    this.#palette = palette;
    this.#chart = new ExpertsChart(this.#plot, palette, (columns, row) => this.#hover(columns, row));
    const figure = element('figure', {}, this.#plot, this.#readout);
    this.#panel = new RefreshedPanel(
      {
        className: 'experts',
        title: 'Experts over time',
        load: () => load(this.#horizon.value === '' ? undefined : Number(this.#horizon.value)),
        show: (view) => this.#show(view),
        rest: () => this.rest(),
        monotonicMs,
      },
      element('label', { class: 'horizon' }, element('span', {}, 'Weights at'), this.#horizon),
      this.#empty,
      figure,
      this.#legend,
      this.#marks,
    );
    this.root = this.#panel.root;
    this.#horizon.addEventListener('change', () => this.#panel.refresh());
  }

  /** To be called about once a second while it is on screen. */
  update(): void {
    this.#panel.update();
    if (this.#panel.root.open && this.#shown !== undefined && !this.#chart.isThere) this.#draw(this.#shown);
  }

  /** It is closed or off screen: give its canvas back. */
  rest(): void {
    this.#chart.destroy();
  }

  redraw(): void {
    this.#chart.redraw();
    if (this.#shown !== undefined) this.#showLegend(this.#shown.data);
  }

  #show(view: WeightsView | undefined): void {
    const nowMs = view?.atMs.at(-1);
    const none = view === undefined || nowMs === undefined;
    setText(this.#empty, view === undefined ? 'The actuator did not answer.' : 'No weights yet.');
    this.#empty.hidden = !none;
    for (const part of [this.#plot, this.#readout, this.#legend]) part.hidden = none;
    if (view !== undefined) this.#offerHorizons(view);
    if (none) return;
    const frame = { nowMs, pastMs: spanOf(view.atMs), futureMs: 0 };
    this.#shown = { view, frame, data: expertsData(view, frame) };
    this.#draw(this.#shown);
  }

  #draw(shown: Shown): void {
    this.#chart.update(shown.data, shown.view.marks, shown.frame);
    this.#showLegend(shown.data);
    this.#showMarks(shown.view);
    setText(this.#readout, summaryWords(shown));
    setAttribute(this.#plot, 'aria-label', summaryWords(shown));
  }

  #offerHorizons({ horizonsMs, horizonMs }: WeightsView): void {
    if (this.#horizon.options.length !== horizonsMs.length) {
      this.#horizon.replaceChildren(
        ...horizonsMs.map((ms) => element('option', { value: String(ms) }, formatDuration(ms))),
      );
    }
    this.#horizon.value = String(horizonMs);
  }

  #showLegend({ names, newest }: ExpertsData): void {
    const colours = expertColours(names, this.#palette());
    const entries = names.map((name, area) => {
      const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
      swatch.style.background = colours[area] ?? '';
      return element('li', {}, swatch, `${name} ${formatPercent(newest[area])}`);
    });
    // From the top down, as the areas lie.
    entries.reverse();
    const drift = element('span', { class: 'mark drift', 'aria-hidden': 'true' });
    const refit = element('span', { class: 'mark refit', 'aria-hidden': 'true' });
    this.#legend.replaceChildren(
      ...entries,
      element('li', {}, drift, 'Drift detected'),
      element('li', {}, refit, 'Model refitted'),
    );
  }

  #showMarks({ marks }: WeightsView): void {
    const newest = marks.slice(-MARKS_SHOWN).reverse();
    this.#marks.replaceChildren(
      ...newest.map(({ atMs, message }) =>
        element('li', {}, element('time', { datetime: isoTime(atMs) }, formatClock(atMs)), ' ', message),
      ),
    );
  }

  #hover(columns: Table, row: number | undefined): void {
    if (this.#shown === undefined) return;
    const { data, frame } = this.#shown;
    if (row === undefined) return setText(this.#readout, summaryWords(this.#shown));
    const clock = formatClock(frame.nowMs + (columns[0][row] ?? 0) * 1_000);
    setText(this.#readout, `${clock}  ${largestWords(data.names, weightsAt(columns, row))}`);
  }
}

/** From the oldest entry on, at least five minutes and at most an hour. */
function spanOf(atMs: readonly number[]): number {
  const spanMs = (atMs.at(-1) ?? 0) - (atMs[0] ?? 0);
  return Math.min(EXPERTS_PAST_MS, Math.max(300_000, spanMs));
}

function summaryWords({ view, data }: Shown): string {
  return `${formatDuration(view.horizonMs)} ahead: ${largestWords(data.names, data.newest)}`;
}

/** `ets 62 %, ar 31 %, …`, the largest first; those that share an area are not named. */
function largestWords(names: readonly string[], weights: readonly number[]): string {
  return names
    .map((name, area) => ({ name, weight: weights[area] ?? 0 }))
    .filter(({ name, weight }) => name !== OTHERS && weight >= 0.005)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, EXPERTS_NAMED)
    .map(({ name, weight }) => `${name} ${formatPercent(weight)}`)
    .join(', ');
}
