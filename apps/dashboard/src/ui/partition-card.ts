import type { PartitionView, ScorecardView, WeightsView } from '@foreshadow/domain';
import type { Table } from '../chart/columns.ts';
import type { Frame } from '../chart/frame.ts';
import type { Palette } from '../chart/palette.ts';
import { PartitionChart } from '../chart/partition-chart.ts';
import { partitionChartData } from '../chart/partition-data.ts';
import { formatCount, formatRate, isPresent, MISSING } from '../format/number.ts';
import { formatDuration } from '../format/time.ts';
import { ISSUED, type PartitionHistory } from '../model/partition-history.ts';
import { outlookOf } from '../model/outlook.ts';
import { element, setAttribute, setText } from './dom.ts';
import { ExpertsPanel } from './experts-panel.ts';
import { HorizonTable, intervalWords } from './horizon-table.ts';
import { partitionHoverWords } from './hover-words.ts';
import { ScorePanel } from './score-panel.ts';

export interface PartitionCardContext {
  readonly palette: () => Palette;
  readonly monotonicMs: () => number;
  readonly loadScorecard: () => Promise<ScorecardView | undefined>;
  readonly loadWeights: (horizonMs: number | undefined) => Promise<WeightsView | undefined>;
}

/** What a card shows, besides its own partition. */
export interface PartitionCardState {
  readonly history: PartitionHistory;
  readonly frame: Frame;
  /** Forecasts made this long ahead are drawn over the past. */
  readonly leadMs: number;
}

const FACTS = ['Capacity, records/s', 'Lag, records', 'Owner', 'Leading expert'] as const;

/** One partition: load, forecast and capacity. Its chart exists only while the card is on screen. */
export class PartitionCard {
  readonly root: HTMLElement;
  readonly #palette: () => Palette;
  readonly #rate = element('strong');
  readonly #badge = element('span', { class: 'badge' });
  readonly #plot = element('div', { class: 'plot', role: 'img' });
  readonly #readout = element('figcaption', { class: 'readout' });
  readonly #horizons = new HorizonTable();
  readonly #facts: Readonly<Record<(typeof FACTS)[number], HTMLElement>>;
  readonly #score: ScorePanel;
  readonly #experts: ExpertsPanel;
  #chart: PartitionChart | undefined;
  #shown: { readonly view: PartitionView; readonly state: PartitionCardState } | undefined;
  #hovering = false;

  constructor(name: string, context: PartitionCardContext) {
    this.#palette = context.palette;
    this.#facts = { 'Capacity, records/s': dd(), 'Lag, records': dd(), Owner: dd(), 'Leading expert': dd() };
    this.#score = new ScorePanel(context.loadScorecard, context.monotonicMs);
    this.#experts = new ExpertsPanel({ ...context, load: context.loadWeights });
    this.root = element(
      'article',
      { class: 'card', 'aria-label': `Partition ${name}` },
      element(
        'header',
        {},
        element('h3', {}, name),
        this.#badge,
        element('p', { class: 'rate' }, this.#rate, ' records/s'),
      ),
      element('figure', {}, this.#plot, this.#readout),
      element('div', { class: 'scroll' }, this.#horizons.root),
      element(
        'dl',
        { class: 'facts' },
        ...FACTS.map((fact) => element('div', {}, element('dt', {}, fact), this.#facts[fact])),
      ),
      this.#experts.root,
      this.#score.root,
    );
  }

  /** Bring the card up to date. Costs nothing but this while it is on screen. */
  update(view: PartitionView, state: PartitionCardState): void {
    this.#shown = { view, state };
    this.#showState(view);
    this.#horizons.update(view.forecast);
    this.#showFacts(view);
    this.#experts.update();
    this.#score.update();
    if (!this.#hovering) this.#showHindsight();
    this.#chart ??= new PartitionChart(this.#plot, this.#palette, (columns, row) =>
      this.#hover(columns, row),
    );
    this.#chart.update(partitionChartData(state.history, view, state.frame, state.leadMs), state.frame);
    setAttribute(this.#plot, 'aria-label', summaryWords(view));
  }

  /** The card left the screen: give its canvas back. */
  rest(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
    this.#experts.rest();
    this.#hovering = false;
  }

  redraw(): void {
    this.#chart?.redraw();
    this.#experts.redraw();
  }

  destroy(): void {
    this.rest();
    this.root.remove();
  }

  #showState(view: PartitionView): void {
    const outlook = outlookOf(view);
    setText(this.#rate, view.stale ? MISSING : formatRate(view.recordsPerSec));
    setText(this.#badge, view.stale ? 'stale' : outlook.words);
    setAttribute(this.#badge, 'data-level', view.stale ? 'stale' : outlook.level);
    this.root.classList.toggle('stale', view.stale);
  }

  #showFacts(view: PartitionView): void {
    setText(this.#facts['Capacity, records/s'], formatRate(view.capacityRecordsPerSec));
    setText(this.#facts['Lag, records'], lagWords(view));
    setText(this.#facts.Owner, view.owner ?? MISSING);
    setText(this.#facts['Leading expert'], view.leadingExpert ?? MISSING);
  }

  #hover(columns: Table, row: number | undefined): void {
    this.#hovering = row !== undefined;
    if (row === undefined) this.#showHindsight();
    else if (this.#shown !== undefined) {
      setText(this.#readout, partitionHoverWords(columns, row, this.#shown.state));
    }
  }

  #showHindsight(): void {
    if (this.#shown === undefined) return;
    setText(this.#readout, hindsightWords(this.#shown.view, this.#shown.state));
  }
}

const dd = (): HTMLElement => element('dd');

function lagWords(view: PartitionView): string {
  if (!isPresent(view.lagRecords) && !isPresent(view.lagSeconds)) return MISSING;
  const seconds = isPresent(view.lagSeconds) ? formatDuration(view.lagSeconds * 1_000) : MISSING;
  return `${formatCount(view.lagRecords)} · ${seconds}`;
}

/** What was said earlier about now, so that people see how good it was. */
function hindsightWords(view: PartitionView, { history, leadMs }: PartitionCardState): string {
  const ago = formatDuration(leadMs);
  const issued = history.issued(leadMs);
  const read = (column: number): number => issued?.interpolate(column, view.atMs, 3_500) ?? Number.NaN;
  const mean = read(ISSUED.mean);
  if (view.stale || !isPresent(mean)) return `Forecast ${ago} ago for now: ${MISSING}`;
  const interval = intervalWords({ lower: read(ISSUED.lower), upper: read(ISSUED.upper) });
  return `Forecast ${ago} ago for now: ${formatRate(mean)} (${interval})`;
}

function summaryWords(view: PartitionView): string {
  const far = view.forecast.at(-1);
  const ahead =
    far === undefined
      ? 'no forecast'
      : `forecast in ${formatDuration(far.horizonMs)} ${formatRate(far.mean)}, 90 % interval ${intervalWords(far)}`;
  const now = view.stale ? MISSING : formatRate(view.recordsPerSec);
  return `${view.partition}: ${now} records/s, ${ahead}, capacity ${formatRate(view.capacityRecordsPerSec)}`;
}
