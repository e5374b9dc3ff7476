import type { LiveSnapshot } from '@foreshadow/domain';
import type { Api } from '../data/api.ts';
import type { Announcer } from '../ui/announcer.ts';
import { element } from '../ui/dom.ts';
import { textTable } from '../ui/table.ts';
import { type LoadChoice, WhatIfForm } from './form.ts';
import type { WhatIfNews, WhatIfOrder } from './messages.ts';
import { recordedLoad } from './recorded.ts';
import { Simulator } from './simulator.ts';

type RecordedChoice = Extract<LoadChoice, { kind: 'recorded' }>;

/** Larger files belong to the command. */
const MOST_BYTES = 50_000_000;

/** "What if": policies played against recorded load, or a file's, in the browser. */
export class WhatIfPanel {
  readonly #api: Api;
  readonly #announcer: Announcer;
  readonly #form = new WhatIfForm();
  readonly #progress = element('progress', { 'aria-label': 'Policies played', hidden: '' });
  readonly #problem = element('p', { class: 'problem', role: 'alert', hidden: '' });
  readonly #result = element('div', { class: 'what-if-result' });
  readonly #simulator = new Simulator((news) => this.#hear(news));
  /** Counts attempts: what is still read for one that was cancelled is dropped. */
  #attempt = 0;

  constructor(host: HTMLElement, api: Api, announcer: Announcer) {
    this.#api = api;
    this.#announcer = announcer;
    host.replaceChildren(this.#form.node, this.#progress, this.#problem, this.#result);
    this.#form.node.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#play();
    });
    this.#form.cancel.addEventListener('click', () => this.#cancel());
  }

  update(snapshot: LiveSnapshot): void {
    this.#form.offer(snapshot);
  }

  async #play(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#problem.hidden = true;
    this.#setRunning(true);
    try {
      const order = await this.#order();
      if (attempt === this.#attempt) this.#simulator.play(order);
    } catch (error) {
      if (attempt === this.#attempt) this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #cancel(): void {
    this.#attempt++;
    this.#simulator.cancel();
    this.#setRunning(false);
    this.#announcer.say('Cancelled');
  }

  async #order(): Promise<WhatIfOrder> {
    const form = this.#form;
    if (form.policies.length === 0) throw new Error('Choose at least one policy.');
    const { name, load } = await this.#load();
    return {
      name,
      load,
      policies: form.policies,
      leadTimeSeconds: form.number('leadTimeSeconds') ?? 0,
      sloSeconds: form.number('sloSeconds') ?? 1,
      maxWorkers: form.number('maxWorkers') ?? 1,
      recordsPerSecPerWorker: form.number('recordsPerSecPerWorker'),
      rowSeconds: load.kind === 'csv' ? form.number('rowSeconds') : undefined,
    };
  }

  async #load(): Promise<Pick<WhatIfOrder, 'name' | 'load'>> {
    const choice = this.#form.load;
    if (choice.kind === 'recorded') return this.#recorded(choice);
    const { file } = choice;
    if (file === undefined) throw new Error('Choose a CSV file: a header, one time and one value column.');
    if (file.size > MOST_BYTES) {
      throw new Error(`${file.name}: at most ${MOST_BYTES / 1e6} MB; use the command foreshadow simulate.`);
    }
    return { name: file.name, load: { kind: 'csv', text: await file.text(), ...this.#form.columns } };
  }

  /** A partition of which nothing is known would make the sum unknown: it is left out, and said. */
  async #recorded({ name, partitions }: RecordedChoice): Promise<Pick<WhatIfOrder, 'name' | 'load'>> {
    const details = await Promise.all(partitions.map((key) => this.#api.partition(key)));
    if (details.includes(undefined)) throw new Error(`The actuator does not answer for ${name}.`);
    const all = details.filter((detail) => detail !== undefined);
    const known = all.filter(({ series }) => series.some((entry) => entry.recordsPerSec !== null));
    const recorded = recordedLoad(known.map((detail) => detail.series));
    if (recorded === undefined) throw new Error(`Nothing was recorded of ${name} yet.`);
    const warnings = all
      .filter((detail) => !known.includes(detail))
      .map(({ view }) => `${view.partition} is left out: nothing was recorded of it`);
    return { name, load: { kind: 'recorded', ...recorded, warnings } };
  }

  #hear(news: WhatIfNews): void {
    if (news.kind === 'ready') this.#form.offerPolicies(news.policies);
    else if (news.kind === 'progress') {
      this.#progress.max = news.total;
      this.#progress.value = news.done;
    } else if (news.kind === 'failed') this.#fail(news.message);
    else {
      this.#setRunning(false);
      this.#show(news);
      this.#announcer.say(`Played: ${news.title}`);
    }
  }

  #show(news: Extract<WhatIfNews, { kind: 'played' }>): void {
    const { body } = new DOMParser().parseFromString(news.picture, 'text/html');
    this.#result.replaceChildren(
      element('h3', {}, news.title),
      ...news.warnings.map((warning) => element('p', { class: 'muted' }, warning)),
      element('div', { class: 'scroll picture' }, ...body.children),
      element('div', { class: 'scroll' }, textTable('numbers', news.columns, news.rows)),
      element('p', { class: 'muted' }, NOTE),
    );
  }

  #fail(message: string): void {
    this.#setRunning(false);
    this.#problem.textContent = message;
    this.#problem.hidden = false;
  }

  #setRunning(isRunning: boolean): void {
    this.#form.setRunning(isRunning);
    this.#progress.removeAttribute('value');
    this.#progress.hidden = !isRunning;
  }
}

const NOTE =
  'Late: records not done within the target lag. Cost: hours of workers, starting and draining ones included. × oracle: against the cheapest schedule that knows the future, with no more late records. The load is spread evenly over as many partitions as there may be workers; the first quarter is played but not judged; policies run with their published defaults.';
