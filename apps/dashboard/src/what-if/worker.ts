/**
 * Plays policies off the page's thread: says which there are, then takes one order after the other.
 * @module
 */
import { POLICIES } from '@foreshadow/simulate';
import type { WhatIfNews, WhatIfOrder } from './messages.ts';
import { playOrder } from './play.ts';

const tell = (news: WhatIfNews): void => {
  postMessage(news);
};

addEventListener('message', ({ data }: MessageEvent<WhatIfOrder>) => {
  try {
    tell(playOrder(data, (done, total) => tell({ kind: 'progress', done, total })));
  } catch (error) {
    tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
});

tell({ kind: 'ready', policies: POLICIES });
