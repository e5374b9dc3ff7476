import { beforeEach, describe, expect, it } from 'vitest';
import { BoundedQueue } from '../src/data/bounded-queue.ts';
import { LiveFeed, type LiveSource } from '../src/data/live-feed.ts';
import { snapshot } from './support.ts';

class FakeSource implements LiveSource {
  readyState = 0;
  closed = false;
  readonly #listeners = new Map<string, (event: MessageEvent<string>) => void>();

  addEventListener(type: string, listener: (event: MessageEvent<string>) => void): void {
    this.#listeners.set(type, listener);
  }

  emit(type: string, data = ''): void {
    this.#listeners.get(type)?.({ data } as MessageEvent<string>);
  }

  close(): void {
    this.closed = true;
    this.readyState = 2;
  }
}

describe('LiveFeed', () => {
  let nowMs: number;
  let sources: FakeSource[];
  let seen: string[];
  let feed: LiveFeed;

  beforeEach(() => {
    nowMs = 50_000;
    sources = [];
    seen = [];
    feed = new LiveFeed(
      () => {
        const source = new FakeSource();
        sources.push(source);
        return source;
      },
      () => nowMs,
      {
        onSnapshot: (shot) => seen.push(`snapshot ${shot.atMs}`),
        onDecision: (decision) => seen.push(`decision ${decision.id}`),
        onEvent: (event) => seen.push(`event ${event.id}`),
        onOpen: () => seen.push('open'),
      },
    );
    feed.start();
  });

  it('hands on what comes', () => {
    sources[0]?.emit('open');
    sources[0]?.emit('snapshot', JSON.stringify(snapshot()));
    sources[0]?.emit('decision', '{"id":4}');
    sources[0]?.emit('event', '{"id":5}');
    expect(seen).toEqual(['open', 'snapshot 1000', 'decision 4', 'event 5']);
  });

  it('measures the age of its data by its own clock', () => {
    expect(feed.sinceSnapshotMs).toBeUndefined();
    sources[0]?.emit('snapshot', JSON.stringify(snapshot({ atMs: 9e15 })));
    nowMs += 4_000;
    expect(feed.sinceSnapshotMs).toBe(4_000);
  });

  it('counts messages that it cannot read and goes on', () => {
    for (const text of ['', '{', 'null', '"x"', '7']) sources[0]?.emit('snapshot', text);
    expect(feed.unreadable).toBe(5);
    expect(feed.sinceSnapshotMs).toBeUndefined();
  });

  it('leaves the reopening of a broken stream to the browser', () => {
    sources[0]?.emit('error');
    nowMs += 5_000;
    feed.check();
    expect(feed.link).toBe('broken');
    expect(sources).toHaveLength(1);
  });

  it('opens anew after a refusal, which the browser takes as final', () => {
    sources[0]?.close();
    feed.check();
    expect(sources).toHaveLength(1);
    nowMs += 2_500;
    feed.check();
    expect(sources).toHaveLength(2);
  });

  it('opens anew when a stream falls silent', () => {
    sources[0]?.emit('snapshot', JSON.stringify(snapshot()));
    nowMs += 12_500;
    feed.check();
    expect([sources.length, sources[0]?.closed, feed.link]).toEqual([2, true, 'broken']);
    sources[1]?.emit('snapshot', JSON.stringify(snapshot()));
    expect(feed.link).toBe('open');
    nowMs += 11_000;
    feed.check();
    expect(sources).toHaveLength(2);
  });
});

describe('BoundedQueue', () => {
  it('runs all jobs in order, no more than its width at a time', async () => {
    const queue = new BoundedQueue(2);
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await new Promise<void>((resolve) => {
      for (let job = 0; job < 6; job += 1) {
        queue.add(async () => {
          running += 1;
          most = Math.max(most, running);
          await Promise.resolve();
          running -= 1;
          done.push(job);
          if (job === 5) resolve();
        });
      }
    });
    expect([most, done]).toEqual([2, [0, 1, 2, 3, 4, 5]]);
  });
});
