import type { PoolView } from '@foreshadow/domain';
import { formatCount } from '../format/number.ts';
import { element, setText } from './dom.ts';

const MOST_DRAWN = 32;
const PHASES = ['ready', 'starting', 'draining'] as const;

/** Workers of a pool: one square each, and the counts in words. */
export class WorkerRow {
  readonly root: HTMLElement;
  readonly #squares = element('div', { class: 'squares', 'aria-hidden': 'true' });
  readonly #planned = element('strong');
  readonly #counts: Readonly<Record<(typeof PHASES)[number], HTMLElement>> = {
    ready: element('strong'),
    starting: element('strong'),
    draining: element('strong'),
  };
  #drawn = '';

  constructor() {
    const parts = PHASES.map((phase) =>
      element('span', { class: `count ${phase}` }, this.#counts[phase], ` ${phase}`),
    );
    this.root = element(
      'div',
      { class: 'workers' },
      element(
        'p',
        { class: 'counts' },
        ...parts,
        element('span', { class: 'count' }, '→ ', this.#planned, ' planned'),
      ),
      this.#squares,
    );
  }

  update(workers: PoolView['workers'], planned: number | undefined): void {
    for (const phase of PHASES) setText(this.#counts[phase], formatCount(workers[phase]));
    setText(this.#planned, formatCount(planned));
    const classes = PHASES.flatMap((phase) => Array.from({ length: workers[phase] }, () => phase));
    const missing = Math.max(0, (planned ?? 0) - workers.ready - workers.starting);
    const all = [...classes, ...Array.from({ length: missing }, () => 'wanted')].slice(0, MOST_DRAWN);
    const drawn = all.join();
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#squares.replaceChildren(...all.map((phase) => element('span', { class: phase })));
  }
}
