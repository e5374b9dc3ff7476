/** Views by key: made once for each item, dropped when their item is gone. */
export class Keyed<View> {
  readonly #views = new Map<string, View>();
  readonly #drop: (view: View) => void;

  constructor(drop: (view: View) => void = () => undefined) {
    this.#drop = drop;
  }

  /** The views of `items`, in their order. */
  sync<Item>(
    items: readonly Item[],
    keyOf: (item: Item) => string,
    create: (item: Item) => View,
  ): readonly View[] {
    const keys = new Set(items.map(keyOf));
    for (const [key, view] of this.#views) {
      if (keys.has(key)) continue;
      this.#views.delete(key);
      this.#drop(view);
    }
    return items.map((item) => this.#get(keyOf(item), () => create(item)));
  }

  #get(key: string, create: () => View): View {
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const view = create();
    this.#views.set(key, view);
    return view;
  }
}
