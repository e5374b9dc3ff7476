import type { AnnouncedEvent } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventFeatures, reachMs } from '../src/event-features.ts';

const STEP_MS = 10;

function event(fromMs: number, toMs: number, magnitude = 1): AnnouncedEvent {
  return { id: `e-${fromMs}`, kind: 'sale', fromMs, toMs, magnitude };
}

/** Features of steps that begin at the given times. */
function over(events: readonly AnnouncedEvent[], starts: readonly number[]): number[][] {
  return starts.map((fromMs) => eventFeatures(events, fromMs, STEP_MS));
}

describe('features of announced events', () => {
  it('are the part of a step that an event fills', () => {
    const during = over([event(105, 120)], [90, 100, 110, 120]).map(([share]) => share);
    expect(during).toEqual([0, 0.5, 1, 0]);
  });

  it('tell its beginning from its end', () => {
    const course = over([event(100, 140)], [100, 110, 120, 130]).map((f) => f[1]);
    expect(course).toEqual([-0.375, -0.125, 0.125, 0.375]);
  });

  it('come near before it, and fade after it', () => {
    expect(reachMs(event(100, 260), STEP_MS)).toBe(40);
    const around = over([event(100, 260)], [50, 60, 90, 100, 250, 260, 290, 300]).map(([, , b, a]) => [b, a]);
    expect(around).toEqual([
      [0, 0],
      [0.125, 0],
      [0.875, 0],
      [0, 0],
      [0, 0],
      [0, 0.875],
      [0, 0.125],
      [0, 0],
    ]);
  });

  it('grow with its magnitude, and add up over events at the same time', () => {
    const [alone] = over([event(100, 200)], [150]);
    const [double] = over([event(100, 200, 2)], [150]);
    const [both] = over([event(100, 200), event(100, 200)], [150]);
    expect(double).toEqual(alone!.map((x) => 2 * x));
    expect(both).toEqual(double);
  });

  it('are numbers within bounds whatever the event, and all of it is felt', () => {
    const time = fc.integer({ min: 0, max: 1000 });
    fc.assert(
      fc.property(time, time, (a, b) => {
        const e = event(Math.min(a, b), Math.max(a, b));
        const rows = over(
          [e],
          Array.from({ length: 200 }, (_, i) => i * STEP_MS - 500),
        );
        for (const row of rows) for (const x of row) expect(Math.abs(x)).toBeLessThanOrEqual(1);
        const felt = rows.reduce((sum, row) => sum + row[0]! * STEP_MS, 0);
        expect(felt).toBeCloseTo(e.toMs - e.fromMs, 9);
      }),
    );
  });
});
