import type { SamplingView } from '@foreshadow/domain';
import { formatQuantity } from '../format/number.ts';
import {
  formatError,
  formatOverhead,
  formatRates,
  formatSize,
  rateReason,
  share,
} from '../format/sampling.ts';
import { byId, element, setText, syncChildren } from './dom.ts';
import { Keyed } from './keyed.ts';
import { textTable } from './table.ts';

const SHADOW_HEAD = ['Shadow stream', 'Sampler', 'Rate', 'Kept/s', 'Dropped/s'];

/** How each edge samples each stream: rates, what is kept and dropped, what it costs, how far off estimates may be. */
export class SamplingList {
  readonly #section = byId('sampling');
  readonly #summary = byId('sampling-summary');
  readonly #list = byId('sampling-list');
  readonly #details = this.#section.querySelector('details');
  readonly #articles = new Keyed<{ readonly root: HTMLElement; shown: SamplingView | undefined }>();

  #views: readonly SamplingView[] = [];

  constructor() {
    this.#details?.addEventListener('toggle', () => this.update(this.#views));
  }

  update(views: readonly SamplingView[] = []): void {
    this.#views = views;
    this.#section.hidden = views.length === 0;
    setText(this.#summary, summary(views));
    if (this.#details?.open !== true) return;
    const articles = this.#articles.sync(
      views,
      ({ stream, nodeId }) => `${stream} ${nodeId}`,
      () => ({ root: element('article'), shown: undefined }),
    );
    views.forEach((view, i) => {
      const article = articles[i]!;
      // Reports come every few seconds, snapshots each second.
      if (article.shown?.atMs === view.atMs) return;
      article.shown = view;
      article.root.replaceChildren(...content(view));
    });
    syncChildren(
      this.#list,
      articles.map(({ root }) => root),
    );
  }
}

/** The least and the largest rate, and the dearest tap; what needs a look is said here. */
function summary(views: readonly SamplingView[]): string {
  const shares = views.flatMap(({ overheadShare }) => (overheadShare === null ? [] : [overheadShare]));
  const rates = formatRates(
    Math.min(...views.map(({ minRate }) => minRate)),
    Math.max(...views.map(({ maxRate }) => maxRate)),
  );
  const parts = [`${rates} of the records`];
  if (shares.length > 0) parts.push(`at most ${share(Math.max(...shares))} of an edge's record path`);
  const exceeded = views.filter(({ budget }) => budget?.reason === 'FLOOR_EXCEEDS_BUDGET').length;
  if (exceeded > 0) parts.push(`${exceeded} over budget for the floor of samples`);
  return parts.join(' · ');
}

function content(view: SamplingView): HTMLElement[] {
  const { stream, nodeId, kind, budget, shadows, spanMs } = view;
  const perSec = (count: number): string => formatQuantity((1000 * count) / spanMs);
  const reason = budget === null ? undefined : rateReason(budget.reason);
  const facts: [string, string][] = [
    ['Rate', formatRates(view.minRate, view.maxRate)],
    ['Records, kept, dropped /s', `${perSec(view.offered)}, ${perSec(view.kept)}, ${perSec(view.dropped)}`],
    ['Overhead', formatOverhead(view)],
    ...(budget === null ? [] : [['Budget', `${share(budget.share)} of the record path`] as [string, string]]),
    ['Error of records', formatError(view.recordsError)],
    ['Error of bytes', formatError(view.bytesError)],
    ['Error of distinct keys', formatError(view.distinctKeysError)],
    ...view.sizes.map((size): [string, string] => [`Size, ${100 * size.quantile} %`, formatSize(size)]),
  ];
  return [
    element(
      'header',
      {},
      element('h3', {}, stream),
      element('span', { class: 'muted' }, `${kind}, ${nodeId}`),
      reason && element('span', { class: 'tag', 'data-tone': reason.tone }, reason.words),
    ),
    element(
      'dl',
      { class: 'facts' },
      ...facts.map(([term, value]) => element('div', {}, element('dt', {}, term), element('dd', {}, value))),
    ),
    ...(shadows.length === 0
      ? []
      : [
          element(
            'div',
            { class: 'scroll note' },
            textTable(
              'plain',
              SHADOW_HEAD,
              shadows.map((shadow) => [
                shadow.name,
                shadow.kind,
                formatRates(shadow.minRate, shadow.maxRate),
                perSec(shadow.kept),
                perSec(shadow.dropped),
              ]),
            ),
          ),
        ]),
  ];
}
