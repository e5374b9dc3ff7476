import type { Scorecard } from '@foreshadow/domain';
import { formatCount, formatPercent } from '../format/number.ts';
import { formatHorizon } from '../format/time.ts';
import { element } from './dom.ts';
import { textTable } from './table.ts';

const REFRESH_MS = 10_000;
const EXPERTS_SHOWN = 3;

/** How good the forecasts of a partition were so far; asked for while it is open. */
export class ScorePanel {
  readonly root: HTMLDetailsElement;
  readonly #body = element('div', { class: 'score-body' });
  readonly #load: () => Promise<Scorecard | null | undefined>;
  readonly #monotonicMs: () => number;
  #askedAtMs = -Infinity;

  constructor(load: () => Promise<Scorecard | null | undefined>, monotonicMs: () => number) {
    this.#load = load;
    this.#monotonicMs = monotonicMs;
    this.root = element('details', { class: 'score' }, element('summary', {}, 'Scorecard'), this.#body);
    this.root.addEventListener('toggle', () => this.update());
  }

  /** To be called about once a second. */
  update(): void {
    if (!this.root.open || this.#monotonicMs() - this.#askedAtMs < REFRESH_MS) return;
    this.#askedAtMs = this.#monotonicMs();
    void this.#load().then((scorecard) => this.#body.replaceChildren(...scoreTables(scorecard)));
  }
}

function scoreTables(scorecard: Scorecard | null | undefined): readonly HTMLElement[] {
  if (scorecard === undefined) return [element('p', { class: 'empty' }, 'The actuator did not answer.')];
  if (scorecard === null || scorecard.horizons.length === 0) {
    return [element('p', { class: 'empty' }, 'No forecast has been scored yet.')];
  }
  const scores = scorecard.horizons.map((score) => [
    formatHorizon(score.horizonMs),
    formatPercent(score.wape),
    formatPercent(score.wapeNaive),
    formatPercent(score.bias),
    formatPercent(score.coverage90),
    formatCount(score.scored),
  ]);
  const experts = scorecard.horizons.map((score, index) => [
    formatHorizon(score.horizonMs),
    leadingExperts(scorecard, index),
  ]);
  return [
    textTable('plain', ['Horizon', 'WAPE', 'Naive', 'Bias', 'Coverage', 'Scored'], scores),
    textTable('plain experts', ['Horizon', 'Experts by weight'], experts),
  ];
}

/** The experts with the largest weights at a horizon, `holt-winters 62 %, ar 31 %`. */
function leadingExperts(scorecard: Scorecard, horizon: number): string {
  return scorecard.experts
    .map(({ name, weights }) => ({ name, weight: weights[horizon] ?? Number.NaN }))
    .filter(({ weight }) => weight >= 0.005)
    .sort((a, b) => b.weight - a.weight)
    .slice(0, EXPERTS_SHOWN)
    .map(({ name, weight }) => `${name} ${formatPercent(weight)}`)
    .join(', ');
}
