import { element, setAttribute } from './dom.ts';

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'foreshadow.theme';
const NEXT: Readonly<Record<Theme, Theme>> = { auto: 'light', light: 'dark', dark: 'auto' };
const WORDS: Readonly<Record<Theme, string>> = { auto: 'Auto', light: 'Light', dark: 'Dark' };

/** The theme as chosen by the reader and kept in this browser; `auto` follows the system. */
export class ThemeSwitch {
  readonly #button: HTMLElement;
  readonly #onChange: () => void;
  #theme: Theme;

  constructor(button: HTMLElement, onChange: () => void) {
    this.#button = button;
    this.#onChange = onChange;
    this.#theme = storedTheme();
    this.#show();
    button.addEventListener('click', () => this.#choose(NEXT[this.#theme]));
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  }

  #choose(theme: Theme): void {
    this.#theme = theme;
    storeTheme(theme);
    this.#show();
    this.#onChange();
  }

  #show(): void {
    const root = document.documentElement;
    if (this.#theme === 'auto') delete root.dataset['theme'];
    else root.dataset['theme'] = this.#theme;
    const words = WORDS[this.#theme];
    this.#button.replaceChildren(element('span', { class: 'theme-word' }, 'Theme: '), words);
    setAttribute(this.#button, 'title', `Colour theme: ${words.toLowerCase()}. Press to change.`);
  }
}

function storedTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'auto';
  } catch {
    return 'auto'; // storage is blocked: the choice lasts until the page is left
  }
}

function storeTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // As above: nothing is lost but the memory of the choice.
  }
}
