import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WeightHistory } from '../../src/models/weight-history.ts';

const of = (weights: Record<string, number[]>) =>
  Object.entries(weights).map(([name, w]) => ({ name, weights: w }));

describe('the history of weights', () => {
  it('gives weights at one horizon, oldest first, experts without any left out', () => {
    const history = new WeightHistory(5, 2);
    history.push(1, of({ naive: [1, 0.25], ets: [0, 0.75] }));
    history.push(2, of({ naive: [1, 0.5], ets: [0, 0.5] }));
    expect(history.at(1)).toEqual({
      atMs: [1, 2],
      experts: [
        { name: 'naive', weights: [0.25, 0.5] },
        { name: 'ets', weights: [0.75, 0.5] },
      ],
    });
    expect(history.at(0).experts).toEqual([{ name: 'naive', weights: [1, 1] }]);
  });

  it('takes up experts that come later, and keeps those that go', () => {
    const history = new WeightHistory(3, 1);
    history.push(1, of({ naive: [1] }));
    history.push(2, of({ lstm: [1] }));
    history.push(3, of({ lstm: [0.4], naive: [0.6] }));
    expect(history.at(0).experts).toEqual([
      { name: 'naive', weights: [1, 0, 0.6] },
      { name: 'lstm', weights: [0, 1, 0.4] },
    ]);
  });

  it('forgets nothing of the newest entries and everything of older ones', () => {
    const entry = fc.dictionary(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 1000 })),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 30 }), fc.integer({ min: 1, max: 8 }), (entries, capacity) => {
        const history = new WeightHistory(capacity, 2);
        entries.forEach((e, i) =>
          history.push(
            i,
            Object.entries(e).map(([name, w]) => ({ name, weights: w.map((x) => x / 1000) })),
          ),
        );
        const kept = entries.slice(-capacity);
        for (const h of [0, 1]) {
          const { atMs, experts } = history.at(h);
          expect(atMs).toEqual(kept.map((_, i) => entries.length - kept.length + i));
          for (const { name, weights } of experts) {
            expect(weights).toEqual(kept.map((e) => (e[name]?.[h] ?? 0) / 1000));
          }
        }
      }),
    );
  });

  it('takes two bytes a weight', () => {
    const history = new WeightHistory(360, 3);
    history.push(
      0,
      Array.from({ length: 20 }, (_, i) => ({ name: `e${i}`, weights: [0, 0, 0] })),
    );
    expect(history.bytes).toBe(360 * (3 * 20 * 2 + 8));
  });

  it.each([NaN, Infinity, -1, 2, undefined])('takes a weight of %s for one within 0 and 1', (weight) => {
    const history = new WeightHistory(2, 1);
    history.push(0, [
      { name: 'a', weights: [weight as number] },
      { name: 'b', weights: [1] },
    ]);
    const [first] = history.at(0).experts;
    expect([0, 1]).toContain(first!.weights[0]);
  });

  it('has a bounded number of experts', () => {
    const history = new WeightHistory(1, 1);
    for (let i = 0; i < 200; i++) history.push(i, [{ name: `e${i}`, weights: [1] }]);
    expect(history.bytes).toBeLessThanOrEqual(2 * 64 + 8);
  });
});
