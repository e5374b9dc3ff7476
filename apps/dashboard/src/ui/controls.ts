import { PAST_CHOICES_MS } from '../chart/frame.ts';
import { formatDuration } from '../format/time.ts';
import { SORT_ORDERS, type SortOrder } from '../model/arrange.ts';
import { usualLead } from '../model/horizons.ts';
import { element } from './dom.ts';

const SORT_WORDS: Readonly<Record<SortOrder, string>> = { name: 'Name', risk: 'Risk', load: 'Load' };
const USUAL_PAST_MS = 300_000;

/** What the reader chose to see of the partitions. */
export interface Choices {
  readonly filter: string;
  readonly sort: SortOrder;
  readonly pastMs: number;
  readonly leadMs: number;
}

/** Filter, order, time range and the lead of the earlier forecasts. */
export class Controls {
  readonly #filter = element('input', {
    type: 'search',
    placeholder: 'Filter',
    size: '14',
    autocomplete: 'off',
  });
  readonly #sort = select(SORT_ORDERS.map((order) => [order, SORT_WORDS[order]]));
  readonly #past = select(PAST_CHOICES_MS.map((ms) => [String(ms), formatDuration(ms)]));
  readonly #lead = select([]);
  #horizonsMs: readonly number[] = [];

  constructor(form: HTMLElement, onChange: () => void) {
    this.#past.value = String(USUAL_PAST_MS);
    this.#filter.setAttribute('aria-label', 'Filter by partition, owner or leading expert');
    form.append(
      this.#filter,
      labelled('Order', this.#sort),
      labelled('Past', this.#past),
      labelled('Compare with forecast from', this.#lead),
    );
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', onChange);
  }

  get choices(): Choices {
    return {
      filter: this.#filter.value.trim(),
      sort: this.#sort.value as SortOrder,
      pastMs: Number(this.#past.value),
      leadMs: Number(this.#lead.value),
    };
  }

  /** Offer the horizons that there are; the reader's choice stays if it still exists. */
  offerHorizons(horizonsMs: readonly number[]): void {
    if (horizonsMs.join() === this.#horizonsMs.join()) return;
    const chosen = Number(this.#lead.value);
    this.#horizonsMs = horizonsMs;
    this.#lead.replaceChildren(
      ...horizonsMs.map((ms) => element('option', { value: String(ms) }, `${formatDuration(ms)} before`)),
    );
    this.#lead.value = String(horizonsMs.includes(chosen) ? chosen : usualLead(horizonsMs));
  }
}

function select(options: readonly (readonly [value: string, words: string])[]): HTMLSelectElement {
  return element('select', {}, ...options.map(([value, words]) => element('option', { value }, words)));
}

function labelled(words: string, control: HTMLElement): HTMLLabelElement {
  return element('label', {}, element('span', {}, words), control);
}
