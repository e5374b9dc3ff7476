import type { WhatIfNews, WhatIfOrder } from './messages.ts';

/** The simulator in a worker of the browser. */
export class Simulator {
  readonly #onNews: (news: WhatIfNews) => void;
  #worker: Worker;

  /** @param onNews told `ready` once it is loaded, then of each order its progress, and `played` or `failed` */
  constructor(onNews: (news: WhatIfNews) => void) {
    this.#onNews = onNews;
    this.#worker = this.#load();
  }

  play(order: WhatIfOrder): void {
    this.#worker.postMessage(order);
  }

  /** End what is played at once; nothing more is told of it. */
  cancel(): void {
    this.#worker.terminate();
    this.#worker = this.#load();
  }

  #load(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<WhatIfNews>) => this.#onNews(data));
    worker.addEventListener('error', ({ message }) => {
      this.#onNews({ kind: 'failed', message: message || 'the simulator could not be loaded' });
    });
    return worker;
  }
}
