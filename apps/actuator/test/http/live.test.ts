import { expect, it } from 'vitest';
import { LiveQueue } from '../../src/http/live.ts';

it('gives decisions and events in order, and of the snapshots only the newest', async () => {
  const queue = new LiveQueue();
  queue.push({ event: 'snapshot', data: '1' });
  queue.push({ event: 'decision', data: 'a' });
  queue.push({ event: 'snapshot', data: '2' });
  queue.push({ event: 'event', data: 'b' });
  const got = [await queue.next(), await queue.next(), await queue.next()];
  expect(got.map((m) => m?.data)).toEqual(['a', 'b', '2']);
});

it('waits for the next message and ends when closed', async () => {
  const queue = new LiveQueue();
  const waiting = queue.next();
  queue.push({ event: 'event', data: 'late' });
  expect((await waiting)?.data).toBe('late');
  const last = queue.next();
  queue.close();
  expect(await last).toBeUndefined();
});

it('keeps a bounded number for a slow reader', async () => {
  const queue = new LiveQueue();
  for (let i = 0; i < 1000; i++) queue.push({ event: 'event', data: String(i) });
  expect((await queue.next())?.data).toBe('800');
});
