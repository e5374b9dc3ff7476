import type { LiveSnapshot, PartitionKey, PartitionView } from '@foreshadow/domain';
import { frameOf } from '../chart/frame.ts';
import type { Palette } from '../chart/palette.ts';
import type { Api } from '../data/api.ts';
import { BoundedQueue } from '../data/bounded-queue.ts';
import { arrange, matchesFilter } from '../model/arrange.ts';
import { furthestHorizonMs } from '../model/horizons.ts';
import type { Store } from '../model/store.ts';
import type { Choices } from './controls.ts';
import { byId, setText, syncChildren } from './dom.ts';
import { Keyed } from './keyed.ts';
import { OnScreen } from './on-screen.ts';
import { PartitionCard } from './partition-card.ts';
import { partitionSummary } from './summary.ts';

/** Fetches of kept history that run at the same time. */
const FETCHES = 3;
/** Cards in order of risk or load change places at most this often. */
const REORDER_EVERY_MS = 10_000;

export interface PartitionGridContext {
  readonly store: Store;
  readonly api: Api;
  readonly palette: () => Palette;
  readonly monotonicMs: () => number;
}

/** The cards of all partitions. Only those on screen are drawn and brought up to date. */
export class PartitionGrid {
  readonly #context: PartitionGridContext;
  readonly #grid = byId('cards');
  readonly #summary = byId('partition-summary');
  readonly #empty = byId('no-cards');
  readonly #cards: Keyed<PartitionCard>;
  readonly #onScreen: OnScreen;
  readonly #byRoot = new Map<Element, { readonly key: PartitionKey; readonly card: PartitionCard }>();
  readonly #seeds = new BoundedQueue(FETCHES);
  readonly #seeded = new Set<PartitionKey>();
  #views = new Map<PartitionKey, PartitionView>();
  #order: readonly PartitionKey[] = [];
  #orderedFor = '';
  #orderedAtMs = -Infinity;
  #latest: { readonly snapshot: LiveSnapshot; readonly choices: Choices } | undefined;

  constructor(context: PartitionGridContext) {
    this.#context = context;
    this.#cards = new Keyed((card) => this.#drop(card));
    this.#onScreen = new OnScreen((came, went) => {
      for (const root of went) this.#byRoot.get(root)?.card.rest();
      for (const root of came) this.#draw(root);
    });
  }

  update(snapshot: LiveSnapshot, choices: Choices): void {
    this.#latest = { snapshot, choices };
    this.#views = new Map(snapshot.partitions.map((view) => [view.partition, view]));
    setText(this.#summary, partitionSummary(snapshot.partitions));
    this.#arrange(snapshot.partitions, choices);
    for (const root of this.#byRoot.keys()) this.#draw(root);
  }

  /** Ask again for the history of what is on screen: something was missed. */
  reseed(): void {
    this.#seeded.clear();
  }

  redraw(): void {
    for (const { card } of this.#byRoot.values()) card.redraw();
  }

  #arrange(views: readonly PartitionView[], choices: Choices): void {
    const order = this.#orderOf(views, choices);
    const shown = order
      .map((key) => this.#views.get(key))
      .filter((view) => view !== undefined)
      .filter((view) => matchesFilter(view, choices.filter));
    const cards = this.#cards.sync(
      shown,
      (view) => view.partition,
      (view) => this.#create(view.partition),
    );
    syncChildren(
      this.#grid,
      cards.map((card) => card.root),
    );
    this.#empty.hidden = shown.length > 0;
    const words = views.length === 0 ? 'No partition reports yet.' : 'No partition matches the filter.';
    setText(this.#empty, words);
  }

  #orderOf(views: readonly PartitionView[], { sort }: Choices): readonly PartitionKey[] {
    const now = this.#context.monotonicMs();
    const orderedFor = `${sort}:${views.map((view) => view.partition).join()}`;
    const due = sort !== 'name' && now - this.#orderedAtMs >= REORDER_EVERY_MS;
    if (orderedFor !== this.#orderedFor || due) {
      this.#order = arrange(views, sort).map((view) => view.partition);
      this.#orderedFor = orderedFor;
      this.#orderedAtMs = now;
    }
    return this.#order;
  }

  #create(key: PartitionKey): PartitionCard {
    const { api, palette, monotonicMs } = this.#context;
    const card = new PartitionCard(key, {
      palette,
      monotonicMs,
      loadScorecard: () => api.scorecard(key),
      loadWeights: (horizonMs) => api.weights(key, horizonMs),
    });
    this.#byRoot.set(card.root, { key, card });
    this.#onScreen.observe(card.root);
    return card;
  }

  #drop(card: PartitionCard): void {
    this.#onScreen.forget(card.root);
    this.#byRoot.delete(card.root);
    card.destroy();
  }

  #draw(root: Element): void {
    const entry = this.#byRoot.get(root);
    if (entry === undefined || this.#latest === undefined || !this.#onScreen.has(root)) return;
    const view = this.#views.get(entry.key);
    if (view === undefined) return;
    const { snapshot, choices } = this.#latest;
    const frame = frameOf(snapshot.atMs, choices.pastMs, furthestHorizonMs(snapshot));
    const history = this.#context.store.partition(entry.key);
    this.#seed(entry.key);
    entry.card.update(view, { history, frame, leadMs: choices.leadMs });
  }

  #seed(key: PartitionKey): void {
    if (this.#seeded.has(key)) return;
    this.#seeded.add(key);
    this.#seeds.add(async () => {
      const detail = await this.#context.api.partition(key);
      if (detail !== undefined) this.#context.store.seed(detail);
    });
  }
}
