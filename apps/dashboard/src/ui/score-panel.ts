import type { HorizonScore, ScorecardView } from '@foreshadow/domain';
import { formatRatio } from '../format/model.ts';
import { formatCount, formatPercent, formatRate } from '../format/number.ts';
import { formatHorizon } from '../format/time.ts';
import { expertRows } from '../model/expert-rows.ts';
import { element } from './dom.ts';
import { modelList } from './model-list.ts';
import { RefreshedPanel } from './refreshed-panel.ts';
import { textTable } from './table.ts';

const HEAD = ['Horizon', 'WAPE', 'vs last', 'Bias', 'Coverage', 'Width', 'Scored'];
const NOTE =
  'vs last: error over that of last value, below 1 is better. Width of the 90 % interval in records/s.';

/** How good the forecasts of a partition were so far, and which models they come from; asked for while it is open. */
export class ScorePanel {
  readonly root: HTMLElement;
  readonly #panel: RefreshedPanel<ScorecardView>;

  constructor(load: () => Promise<ScorecardView | undefined>, monotonicMs: () => number) {
    const body = element('div', { class: 'score-body' });
    this.#panel = new RefreshedPanel(
      {
        className: 'score',
        title: 'Scorecard and models',
        load,
        show: (view) => body.replaceChildren(...content(view)),
        monotonicMs,
      },
      body,
    );
    this.root = this.#panel.root;
  }

  /** To be called about once a second. */
  update(): void {
    this.#panel.update();
  }
}

function content(view: ScorecardView | undefined): readonly HTMLElement[] {
  if (view === undefined) return [element('p', { class: 'empty' }, 'The actuator did not answer.')];
  return [...scores(view.horizons), ...weights(view), ...view.forecasters.map(modelList)];
}

function scores(horizons: readonly HorizonScore[]): readonly HTMLElement[] {
  if (horizons.every(({ scored }) => scored === 0)) {
    return [element('p', { class: 'empty' }, 'No forecast has been scored yet.')];
  }
  const table = textTable('plain', HEAD, horizons.map(scoreRow));
  return [element('div', { class: 'scroll' }, table), element('p', { class: 'muted note' }, NOTE)];
}

/** Weights of the experts at each horizon, the heaviest first; those that hardly count anywhere share a row. */
function weights({ experts, horizons }: ScorecardView): readonly HTMLElement[] {
  if (experts.length === 0) return [];
  const rows = expertRows(experts, horizons.length).map(({ name, weights: row }) => [
    name,
    ...row.map(formatPercent),
  ]);
  const head = ['Weight of', ...horizons.map(({ horizonMs }) => formatHorizon(horizonMs))];
  return [element('div', { class: 'scroll' }, textTable('plain', head, rows))];
}

function scoreRow(score: HorizonScore): string[] {
  const { horizonMs, wape, wapeNaive, bias, coverage90, width90, scored } = score;
  return [
    formatHorizon(horizonMs),
    formatPercent(wape),
    formatRatio(wapeNaive > 0 ? wape / wapeNaive : Number.NaN),
    formatPercent(bias),
    formatPercent(coverage90),
    formatRate(width90),
    formatCount(scored),
  ];
}
