import type { EventView } from '@foreshadow/domain';
import { formatClock, isoTime } from '../format/time.ts';
import type { NewestFirst } from '../model/newest-first.ts';
import { byId, element, syncChildren } from './dom.ts';
import { Keyed } from './keyed.ts';

/** What happened to workers, edges and links, newest first. */
export class EventList {
  readonly #list = byId('event-list');
  readonly #empty = byId('no-events');
  readonly #items = new Keyed<HTMLElement>();
  readonly #rows: NewestFirst<EventView>;

  constructor(rows: NewestFirst<EventView>) {
    this.#rows = rows;
  }

  update(): void {
    const rows = this.#rows.rows;
    syncChildren(
      this.#list,
      this.#items.sync(rows, (row) => this.#rows.keyOf(row), eventItem),
    );
    this.#list.hidden = rows.length === 0;
    this.#empty.hidden = rows.length > 0;
  }
}

/** Kinds of events that want a look; the others are the normal course of things. */
const TROUBLE = /alert-firing|crash|fail|lost|reject|refused|invalid|error|silent|disconnect/i;

function eventItem(row: EventView): HTMLElement {
  return element(
    'li',
    {},
    element(
      'div',
      { class: 'line' },
      element('time', { datetime: isoTime(row.atMs) }, formatClock(row.atMs)),
      element('span', { class: 'subject' }, row.subject),
      element('span', { class: 'tag', 'data-tone': TROUBLE.test(row.kind) ? 'alert' : 'calm' }, row.kind),
    ),
    element('p', { class: 'message' }, row.message),
  );
}
