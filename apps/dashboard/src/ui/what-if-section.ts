import type { LiveSnapshot } from '@foreshadow/domain';
import type { Api } from '../data/api.ts';
import type { WhatIfPanel } from '../what-if/panel.ts';
import type { Announcer } from './announcer.ts';
import { byId, element } from './dom.ts';

/** Loads "what if" when it is opened for the first time: most readers never do, and it is larger than the page. */
export class WhatIfSection {
  readonly #api: Api;
  readonly #announcer: Announcer;
  #panel: WhatIfPanel | undefined;
  #loading: Promise<void> | undefined;
  #snapshot: LiveSnapshot | undefined;

  constructor(api: Api, announcer: Announcer) {
    this.#api = api;
    this.#announcer = announcer;
    const details = byId('what-if').querySelector('details');
    details?.addEventListener('toggle', () => {
      if (details.open) this.#loading ??= this.#load();
    });
  }

  update(snapshot: LiveSnapshot): void {
    this.#snapshot = snapshot;
    this.#panel?.update(snapshot);
  }

  async #load(): Promise<void> {
    const host = byId('what-if-body');
    try {
      const { WhatIfPanel } = await import('../what-if/panel.ts');
      this.#panel = new WhatIfPanel(host, this.#api, this.#announcer);
      if (this.#snapshot !== undefined) this.#panel.update(this.#snapshot);
    } catch {
      // Opening it again tries again.
      this.#loading = undefined;
      host.replaceChildren(element('p', { class: 'problem' }, 'The simulator could not be loaded.'));
    }
  }
}
