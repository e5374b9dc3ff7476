import { describe, expect, it } from 'vitest';
import { RestartBackoff } from '../../src/orchestrator/restart-backoff.ts';

describe('RestartBackoff', () => {
  it('lets the first replacement start at once and doubles from there, up to a limit', () => {
    const backoff = new RestartBackoff({ baseMs: 100, maxMs: 500, stableMs: 1000 });
    expect(backoff.waitMs(0)).toBe(0);
    const waits = [1, 2, 3, 4, 5, 6].map(() => {
      backoff.failed(50, 10);
      return backoff.waitMs(50);
    });
    expect(waits).toEqual([0, 100, 200, 400, 500, 500]);
    expect(backoff.waitMs(300)).toBe(250);
    expect(backoff.waitMs(10_000)).toBe(0);
  });

  it('starts anew after a worker that lived long enough', () => {
    const backoff = new RestartBackoff({ baseMs: 100, maxMs: 500, stableMs: 1000 });
    for (let i = 0; i < 5; i++) backoff.failed(0, 10);
    backoff.failed(5000, 1000);
    expect(backoff.waitMs(5000)).toBe(0);
    backoff.failed(5000, 10);
    expect(backoff.waitMs(5000)).toBe(100);
  });

  it('stays at the limit after very many failures', () => {
    const backoff = new RestartBackoff({ baseMs: 100, maxMs: 500, stableMs: 1000 });
    for (let i = 0; i < 5000; i++) backoff.failed(0, 0);
    expect(backoff.waitMs(0)).toBe(500);
  });
});
