import type { LiveSnapshot, PartitionKey } from '@foreshadow/domain';
import { element } from '../ui/dom.ts';
import type { PolicyName } from './messages.ts';

/** Load that can be chosen: partitions whose sum is played, or a file. */
export type LoadChoice =
  | { readonly kind: 'recorded'; readonly name: string; readonly partitions: readonly PartitionKey[] }
  | { readonly kind: 'csv'; readonly file: File | undefined };

/** Policies that are chosen at first: the planner, the two that most clusters run, and the bound. */
const CHOSEN: ReadonlySet<string> = new Set(['foreshadow', 'hpa', 'keda-kafka', 'flink', 'oracle']);
const FILE = 'csv';
const SLO_SECONDS = 10;
const WORKERS = 16;

interface NumberField {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly value?: number;
  readonly hint?: string;
  readonly isWhole?: boolean;
}

const FIELDS = {
  leadTimeSeconds: { label: 'Lead time, s', min: 0, max: 86_400, value: 30 },
  sloSeconds: { label: 'Target lag, s', min: 1, max: 86_400, value: SLO_SECONDS, isWhole: true },
  maxWorkers: { label: 'Most workers', min: 1, max: 1000, value: WORKERS, isWhole: true },
  recordsPerSecPerWorker: { label: 'Records/s of a worker', min: 0.001, max: 1e12, hint: 'found' },
  rowSeconds: { label: 'Seconds a row', min: 1, max: 604_800, hint: 'as recorded', isWhole: true },
} as const satisfies Record<string, NumberField>;

type FieldName = keyof typeof FIELDS;

/** The fields of "what if": which load, which pool, which policies. */
export class WhatIfForm {
  readonly node: HTMLFormElement;
  readonly #load = element('select', { id: 'what-if-load' });
  readonly #file = element('input', {
    type: 'file',
    accept: '.csv,.tsv,.txt,text/csv',
    'aria-label': 'CSV file',
  });
  readonly #timeColumn = element('input', { placeholder: 'found', 'aria-label': 'Time column' });
  readonly #column = element('input', { placeholder: 'found', 'aria-label': 'Value column' });
  readonly #ofFile: HTMLElement;
  readonly #numbers = new Map<FieldName, HTMLInputElement>();
  readonly #policies = element('fieldset', { class: 'policies' }, element('legend', {}, 'Policies'));
  readonly run = element('button', { type: 'submit', class: 'primary' }, 'Play');
  readonly cancel = element('button', { type: 'button', hidden: '' }, 'Cancel');
  #pools: LiveSnapshot['pools'] = [];
  #partitions: readonly PartitionKey[] = [];
  #offered = '';

  constructor() {
    this.#ofFile = element(
      'div',
      { class: 'fields', hidden: '' },
      labelled('File', this.#file),
      labelled('Time column', this.#timeColumn),
      labelled('Value column', this.#column),
    );
    this.#load.addEventListener('change', () => this.#choose());
    this.node = element(
      'form',
      { class: 'what-if-form' },
      element('div', { class: 'fields' }, labelled('Load', this.#load)),
      this.#ofFile,
      element('div', { class: 'fields' }, ...this.#fields()),
      this.#policies,
      element('div', { class: 'fields' }, this.run, this.cancel),
    );
  }

  /** Offer the pools and partitions that there are. */
  offer({ pools, partitions }: Pick<LiveSnapshot, 'pools' | 'partitions'>): void {
    this.#pools = pools;
    this.#partitions = partitions.map((p) => p.partition);
    const offered = [...pools.map((p) => p.name), '', ...this.#partitions].join('\n');
    if (offered === this.#offered) return;
    this.#offered = offered;
    const chosen = this.#load.value;
    this.#load.replaceChildren(
      group(
        'Pools',
        pools.map(({ name }) => [`pool ${name}`, name]),
      ),
      group(
        'Partitions',
        this.#partitions.map((key) => [`partition ${key}`, key]),
      ),
      element('option', { value: FILE }, 'A CSV file …'),
    );
    if (chosen !== '') this.#load.value = chosen;
    if (this.#load.selectedIndex < 0) this.#load.selectedIndex = 0;
    this.#choose();
  }

  offerPolicies(policies: readonly PolicyName[]): void {
    if (this.#policies.children.length > 1) return;
    for (const { name, about } of policies) {
      const box = element('input', { type: 'checkbox', name: 'policy', value: name });
      box.checked = CHOSEN.has(name);
      this.#policies.append(element('label', { class: 'check', title: about }, box, name));
    }
  }

  get load(): LoadChoice {
    const { value } = this.#load;
    if (value === FILE) return { kind: 'csv', file: this.#file.files?.[0] };
    const [kind, name = ''] = value.split(/ (.*)/s);
    const stream = this.#pools.find((pool) => pool.name === name)?.stream;
    const partitions =
      kind === 'pool'
        ? this.#partitions.filter((key) => key.startsWith(`${stream}/`))
        : [name as PartitionKey];
    return { kind: 'recorded', name, partitions };
  }

  get columns(): { readonly timeColumn: string | undefined; readonly column: string | undefined } {
    return { timeColumn: this.#timeColumn.value || undefined, column: this.#column.value || undefined };
  }

  get policies(): readonly string[] {
    return [...this.#policies.querySelectorAll('input')].filter((box) => box.checked).map((box) => box.value);
  }

  /** `undefined` where the field is left empty; out of range the browser says so before anything is played. */
  number(name: FieldName): number | undefined {
    const { value } = this.#numbers.get(name)!;
    return value === '' ? undefined : Number(value);
  }

  setRunning(isRunning: boolean): void {
    this.run.disabled = isRunning;
    this.cancel.hidden = !isRunning;
  }

  #fields(): HTMLElement[] {
    return (Object.entries(FIELDS) as [FieldName, NumberField][]).map(([name, field]) => {
      const input = element('input', {
        type: 'number',
        name,
        min: String(field.min),
        max: String(field.max),
        step: field.isWhole === true ? '1' : 'any',
        placeholder: field.hint ?? '',
        ...(field.hint === undefined && { required: '' }),
      });
      if (field.value !== undefined) input.value = String(field.value);
      this.#numbers.set(name, input);
      return labelled(field.label, input);
    });
  }

  /** A pool brings its own lead time along. */
  #choose(): void {
    const { value } = this.#load;
    this.#ofFile.hidden = value !== FILE;
    this.#numbers.get('rowSeconds')!.disabled = value !== FILE;
    const pool = this.#pools.find(({ name }) => value === `pool ${name}`);
    if (pool === undefined) return;
    this.#numbers.get('leadTimeSeconds')!.value = (pool.leadTimeMs / 1000).toFixed(1);
  }
}

function labelled(words: string, control: HTMLElement): HTMLLabelElement {
  return element('label', { class: 'field' }, element('span', {}, words), control);
}

function group(label: string, options: readonly (readonly [value: string, words: string])[]): HTMLElement {
  return element(
    'optgroup',
    { label },
    ...options.map(([value, words]) => element('option', { value }, words)),
  );
}
