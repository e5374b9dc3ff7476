import type { EdgeView, LiveSnapshot } from '@foreshadow/domain';
import { formatBytes, formatCount } from '../format/number.ts';
import { formatClock, formatDuration } from '../format/time.ts';
import type { LivenessView } from '../model/liveness.ts';
import type { Announcer } from './announcer.ts';
import { byId, setAttribute, setText } from './dom.ts';
import { textTable } from './table.ts';

const MODES: Readonly<Record<LiveSnapshot['mode'], readonly [words: string, title: string]>> = {
  advise: ['Advise', 'Says what it would do and changes nothing'],
  act: ['Act', 'Carries its plans out'],
};

/** The bar at the top: mode, whether the page is live, edges. */
export class Header {
  readonly #mode = byId('mode');
  readonly #liveness = byId('liveness');
  readonly #banner = byId('banner');
  readonly #edges = byId('edges');
  readonly #announcer: Announcer;
  #state: string | undefined;

  constructor(announcer: Announcer) {
    this.#announcer = announcer;
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#edges.removeAttribute('open');
    });
    document.addEventListener('click', (event) => {
      if (!this.#edges.contains(event.target as Node)) this.#edges.removeAttribute('open');
    });
  }

  /** To be called each second, with or without data: the page says when it is not live. */
  showLiveness(view: LivenessView, lastAtMs: number | undefined): void {
    setText(this.#liveness, view.words);
    setAttribute(this.#liveness, 'data-state', view.state);
    const live = view.state === 'live';
    const frozen = !live && lastAtMs !== undefined;
    document.documentElement.classList.toggle('not-live', frozen);
    this.#banner.hidden = !frozen;
    if (frozen) setText(this.#banner, `Not live: everything below is as of ${formatClock(lastAtMs)}.`);
    if (this.#state !== undefined && this.#state !== view.state) {
      this.#announcer.say(live ? 'Live again' : view.words);
    }
    this.#state = view.state;
  }

  showSnapshot(snapshot: LiveSnapshot): void {
    const [words, title] = MODES[snapshot.mode];
    this.#mode.hidden = false;
    setText(this.#mode, words);
    setAttribute(this.#mode, 'title', title);
    setAttribute(this.#mode, 'data-mode', snapshot.mode);
    this.#showEdges(snapshot.edges, snapshot.atMs);
  }

  #showEdges(edges: readonly EdgeView[], nowMs: number): void {
    const connected = edges.filter((edge) => edge.connected).length;
    const [summary, popover] = this.#edges.children;
    if (summary === undefined || popover === undefined) return;
    setText(summary, `Edges ${connected}/${edges.length}`);
    setAttribute(this.#edges, 'data-state', connected < edges.length || edges.length === 0 ? 'alert' : 'ok');
    if (!this.#edges.hasAttribute('open')) return;
    popover.replaceChildren(
      textTable(
        'plain',
        ['Edge', 'State', 'Last seen', 'Frames', 'Received'],
        edges.map((edge) => [
          edge.nodeId,
          edge.connected ? 'connected' : 'away',
          `${formatDuration(Math.max(0, nowMs - edge.lastSeenMs))} ago`,
          formatCount(edge.framesReceived),
          formatBytes(edge.bytesReceived),
        ]),
      ),
    );
  }
}
