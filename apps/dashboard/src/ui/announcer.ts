/** Says to screen readers what changed, politely, and never the same thing twice in a row. */
export class Announcer {
  readonly #node: HTMLElement;

  constructor(node: HTMLElement) {
    this.#node = node;
  }

  say(text: string): void {
    if (this.#node.textContent !== text) this.#node.textContent = text;
  }
}
