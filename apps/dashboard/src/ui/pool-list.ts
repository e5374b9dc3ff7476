import type { LiveSnapshot } from '@foreshadow/domain';
import type { Frame } from '../chart/frame.ts';
import type { Palette } from '../chart/palette.ts';
import type { Store } from '../model/store.ts';
import { byId, element, syncChildren } from './dom.ts';
import { Keyed } from './keyed.ts';
import { renderLegend } from './legend.ts';
import { PoolStrip } from './pool-strip.ts';

/** All pools, one strip each. */
export class PoolList {
  readonly #list = byId('pool-list');
  readonly #strips = new Keyed<PoolStrip>((strip) => strip.destroy());
  readonly #palette: () => Palette;
  #shown: readonly PoolStrip[] = [];

  constructor(palette: () => Palette) {
    this.#palette = palette;
    renderLegend(byId('pool-legend'), [
      { mark: 'line actual', words: 'Demand of present load' },
      { mark: 'line capacity', words: 'Capacity of ready workers' },
      { mark: 'dash planned', words: 'Planned' },
    ]);
  }

  update(snapshot: LiveSnapshot, store: Store, pastMs: number): void {
    const frame: Frame = { nowMs: snapshot.atMs, pastMs, futureMs: 0 };
    this.#shown = this.#strips.sync(
      snapshot.pools,
      (pool) => pool.name,
      (pool) => new PoolStrip(pool.name, this.#palette),
    );
    const empty = element('p', { class: 'empty' }, 'No pool is configured.');
    syncChildren(this.#list, this.#shown.length === 0 ? [empty] : this.#shown.map((strip) => strip.root));
    snapshot.pools.forEach((pool, index) => {
      this.#shown[index]?.update(pool, store.pool(pool.name), frame);
    });
  }

  redraw(): void {
    for (const strip of this.#shown) strip.redraw();
  }
}
