import { expect, it } from 'vitest';
import { systemClock } from '../src/index.ts';

it('sleeps at least as long as asked', async () => {
  const before = systemClock.monotonicMs();
  await systemClock.sleep(20);
  expect(systemClock.monotonicMs() - before).toBeGreaterThanOrEqual(18);
});

it('wakes at once when aborted, before or during the sleep', async () => {
  await expect(systemClock.sleep(60_000, AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');
  const controller = new AbortController();
  const sleeping = systemClock.sleep(60_000, controller.signal);
  controller.abort(new Error('later'));
  await expect(sleeping).rejects.toThrow('later');
});
