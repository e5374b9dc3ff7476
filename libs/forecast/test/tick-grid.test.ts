import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TickGrid } from '../src/tick-grid.ts';

describe('TickGrid', () => {
  it('counts skipped ticks and refuses duplicates and older ones', () => {
    const grid = new TickGrid(1000);
    expect([5000, 6000, 6000, 5000, 9000].map((t) => grid.advance(t))).toEqual([1, 1, 0, 0, 3]);
  });

  it('loses no tick to jitter below a third of a tick, wherever the grid lies', () => {
    const jitter = fc.array(fc.double({ min: -300, max: 300, noNaN: true }), { minLength: 2, maxLength: 50 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2e9 }), jitter, (startMs, jitters) => {
        const grid = new TickGrid(1000);
        jitters[0] = 0;
        for (const [i, j] of jitters.entries()) expect(grid.advance(startMs + 1000 * i + j)).toBe(1);
      }),
    );
  });

  it('follows timers that drift', () => {
    const grid = new TickGrid(1000);
    const steps = Array.from({ length: 2000 }, (_, i) => grid.advance(1004 * i));
    expect(steps.every((s) => s === 1)).toBe(true);
  });

  it('goes on after the clock was set back', () => {
    const grid = new TickGrid(1000);
    for (let i = 0; i < 10; i++) grid.advance(1e9 + 1000 * i);
    const steps = Array.from({ length: 10 }, (_, i) => grid.advance(1000 * i));
    expect(steps).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
  });

  it('does not take repeated duplicates for a clock that was set back', () => {
    const grid = new TickGrid(1000);
    grid.advance(5000);
    expect(Array.from({ length: 20 }, () => grid.advance(5000))).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it('ignores times that are no numbers', () => {
    const grid = new TickGrid(1000);
    expect([NaN, Infinity, 1000, NaN].map((t) => grid.advance(t))).toEqual([0, 0, 1, 0]);
  });
});
