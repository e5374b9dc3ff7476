import { element } from './dom.ts';

/** What is open is asked for anew so often. */
const REFRESH_MS = 10_000;

export interface RefreshedPanelOptions<Body> {
  readonly className: string;
  readonly title: string;
  readonly load: () => Promise<Body | undefined>;
  readonly show: (body: Body | undefined) => void;
  /** Called when it is closed. */
  readonly rest?: () => void;
  readonly monotonicMs: () => number;
}

/** A part of a card that is folded away at first, and asks the actuator for what it shows while it is open. */
export class RefreshedPanel<Body> {
  readonly root: HTMLDetailsElement;
  readonly #o: RefreshedPanelOptions<Body>;
  #askedAtMs = -Infinity;

  constructor(options: RefreshedPanelOptions<Body>, ...content: readonly HTMLElement[]) {
    this.#o = options;
    const summary = element('summary', {}, options.title);
    this.root = element('details', { class: `panel ${options.className}` }, summary, ...content);
    this.root.addEventListener('toggle', () => {
      if (this.root.open) this.update();
      else options.rest?.();
    });
  }

  /** To be called about once a second. */
  update(): void {
    if (this.#o.monotonicMs() - this.#askedAtMs >= REFRESH_MS) this.refresh();
  }

  /** Ask now, if it is open. */
  refresh(): void {
    if (!this.root.open) return;
    this.#askedAtMs = this.#o.monotonicMs();
    void this.#o.load().then((body) => {
      if (this.root.open) this.#o.show(body);
    });
  }
}
