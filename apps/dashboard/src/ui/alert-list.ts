import type { AlertView } from '@foreshadow/domain';
import { formatDuration } from '../format/time.ts';
import type { Announcer } from './announcer.ts';
import { byId, element, setText, syncChildren } from './dom.ts';
import { Keyed } from './keyed.ts';

interface Row {
  readonly node: HTMLElement;
  readonly since: HTMLElement;
  readonly description: HTMLElement;
}

/** Alerts that fire; nothing at all while none does. */
export class AlertList {
  readonly #list = byId('alerts');
  readonly #rows = new Keyed<Row>();
  readonly #announcer: Announcer;

  constructor(announcer: Announcer) {
    this.#announcer = announcer;
  }

  update(alerts: readonly AlertView[], nowMs: number): void {
    const rows = this.#rows.sync(alerts, keyOf, (alert) => this.#create(alert));
    rows.forEach((row, i) => {
      const { description, startsAtMs } = alerts[i]!;
      setText(row.description, description);
      setText(row.since, `for ${formatDuration(Math.max(0, nowMs - startsAtMs))}`);
    });
    syncChildren(
      this.#list,
      rows.map((row) => row.node),
    );
    this.#list.hidden = rows.length === 0;
  }

  #create({ name, severity, summary }: AlertView): Row {
    this.#announcer.say(`Alert: ${summary}`);
    const since = element('span', { class: 'muted' });
    const description = element('p', { class: 'message' });
    const tone = severity === 'info' ? 'calm' : 'alert';
    const tag = element('span', { class: 'tag', 'data-tone': tone, title: name }, severity);
    const line = element('div', { class: 'line' }, tag, element('strong', {}, summary), since);
    return { node: element('li', {}, line, description), since, description };
  }
}

const keyOf = ({ name, subject, startsAtMs }: AlertView): string => `${name} ${subject} ${startsAtMs}`;
