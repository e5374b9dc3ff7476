/** Which of the observed elements are on screen, or nearly. */
export class OnScreen {
  readonly #observer: IntersectionObserver;
  readonly #visible = new Set<Element>();

  /** @param onChange called with the elements that came and those that went */
  constructor(onChange: (came: readonly Element[], went: readonly Element[]) => void) {
    this.#observer = new IntersectionObserver(
      (entries) => {
        const came = entries.filter((entry) => entry.isIntersecting).map((entry) => entry.target);
        const went = entries.filter((entry) => !entry.isIntersecting).map((entry) => entry.target);
        for (const target of came) this.#visible.add(target);
        for (const target of went) this.#visible.delete(target);
        onChange(came, went);
      },
      { rootMargin: '200px' },
    );
  }

  has(target: Element): boolean {
    return this.#visible.has(target);
  }

  observe(target: Element): void {
    this.#observer.observe(target);
  }

  forget(target: Element): void {
    this.#observer.unobserve(target);
    this.#visible.delete(target);
  }
}
