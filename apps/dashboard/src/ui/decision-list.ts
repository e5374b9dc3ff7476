import type { DecisionView } from '@foreshadow/domain';
import { describeIngredient } from '../format/ingredient.ts';
import { basisWords, reasonWords } from '../format/reason.ts';
import { formatClock, isoTime } from '../format/time.ts';
import { changeOf } from '../model/decision.ts';
import type { NewestFirst } from '../model/newest-first.ts';
import { byId, element, setText, syncChildren } from './dom.ts';
import { Keyed } from './keyed.ts';
import { textTable } from './table.ts';

/** The decisions, newest first, each with its reason and what led to it. */
export class DecisionList {
  readonly #list = byId('decision-list');
  readonly #empty = byId('no-decisions');
  readonly #changesOnly = byId<HTMLInputElement>('changes-only');
  readonly #items = new Keyed<DecisionItem>();
  readonly #rows: NewestFirst<DecisionView>;

  constructor(rows: NewestFirst<DecisionView>) {
    this.#rows = rows;
    this.#changesOnly.addEventListener('change', () => this.update());
  }

  update(): void {
    const all = this.#rows.rows;
    const shown = this.#changesOnly.checked ? all.filter((row) => row.changed) : all;
    const items = this.#items.sync(
      shown,
      (row) => this.#rows.keyOf(row),
      (row) => new DecisionItem(row),
    );
    shown.forEach((row, index) => items[index]?.showChange(row, all));
    syncChildren(
      this.#list,
      items.map((item) => item.root),
    );
    this.#list.hidden = shown.length === 0;
    this.#empty.hidden = shown.length > 0;
  }
}

class DecisionItem {
  readonly root: HTMLElement;
  readonly #change = element('span', { class: 'change' });

  constructor(row: DecisionView) {
    const { words, tone } = reasonWords(row.reason);
    const advised = row.applied
      ? undefined
      : element('span', { class: 'tag', 'data-tone': 'calm' }, 'advice');
    this.root = element(
      'li',
      { 'data-tone': tone },
      element(
        'div',
        { class: 'line' },
        element('time', { datetime: isoTime(row.decidedAtMs) }, formatClock(row.decidedAtMs)),
        element('span', { class: 'subject' }, row.pool),
        element('span', { class: 'tag', 'data-tone': tone, title: row.reason }, words),
        advised,
        this.#change,
      ),
      element('p', { class: 'message' }, row.message),
      ingredients(row),
    );
  }

  /** The state before comes from the decision before, which may be loaded later. */
  showChange(row: DecisionView, rows: readonly DecisionView[]): void {
    const { from, to } = changeOf(row, rows);
    const same = from === to;
    setText(this.#change, `${from === undefined || same ? '' : `${from} → `}${to} cores`);
    this.#change.classList.toggle('muted', same);
  }
}

function ingredients(row: DecisionView): HTMLElement {
  const rows = Object.entries(row.ingredients).map(([name, value]) => {
    const { label, value: text, unit } = describeIngredient(name, value);
    return [label, text, unit];
  });
  const facts = [
    ['reason code', row.reason, ''],
    ['basis', basisWords(row.basis), ''],
    ...(row.retiring.length > 0 ? [['workers to drain', row.retiring.join(', '), '']] : []),
    ...row.unfulfilled.map((text) => ['cannot be carried out', text, '']),
  ];
  return element(
    'details',
    { class: 'ingredients' },
    element('summary', {}, 'Ingredients'),
    textTable('plain', [], [...facts, ...rows]),
  );
}
