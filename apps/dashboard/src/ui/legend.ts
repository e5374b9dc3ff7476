import { element } from './dom.ts';

export interface LegendEntry {
  /** Look of the swatch: a class of the style sheet. */
  readonly mark: string;
  readonly words: string;
}

export function renderLegend(list: HTMLElement, entries: readonly LegendEntry[]): void {
  list.replaceChildren(
    ...entries.map(({ mark, words }) =>
      element('li', {}, element('span', { class: `mark ${mark}`, 'aria-hidden': 'true' }), words),
    ),
  );
}
