import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ColumnRing } from '../src/model/column-ring.ts';

const rowsOf = (ring: ColumnRing): number[][] => Array.from({ length: ring.length }, (_, i) => ring.row(i));

describe('ColumnRing', () => {
  it('keeps the newest rows, oldest first', () => {
    const ring = new ColumnRing(2, 3);
    for (const t of [1, 2, 3, 4, 5]) ring.push([t, t * 10]);
    expect(rowsOf(ring)).toEqual([
      [3, 30],
      [4, 40],
      [5, 50],
    ]);
  });

  it('equals the tail of an ascending list, whatever is pushed', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(Number.NaN))),
        (capacity, times) => {
          const ring = new ColumnRing(1, capacity);
          const expected: number[] = [];
          for (const t of times) {
            const taken = ring.push([t]);
            const newer = t > (expected.at(-1) ?? -Infinity);
            if (newer) expected.push(t);
            expect(taken).toBe(newer);
          }
          expect(rowsOf(ring).flat()).toEqual(expected.slice(-capacity));
        },
      ),
    );
  });

  it('finds the first row at or after a time', () => {
    const ring = new ColumnRing(1, 4);
    for (const t of [10, 20, 30, 40, 50]) ring.push([t]);
    expect([0, 20, 21, 50, 51].map((t) => ring.firstAtOrAfter(t))).toEqual([0, 0, 1, 3, 4]);
  });

  it('interpolates inside its rows only, and not over a gap', () => {
    const ring = new ColumnRing(2, 8);
    for (const [t, v] of [
      [0, 0],
      [10, 100],
      [50, 500],
    ] as const)
      ring.push([t, v]);
    expect(ring.interpolate(1, 5, 20)).toBe(50);
    expect(ring.interpolate(1, 10, 20)).toBe(100);
    expect(ring.interpolate(1, 30, 20)).toBeNaN();
    expect(ring.interpolate(1, -1, 20)).toBeNaN();
    expect(ring.interpolate(1, 51, 20)).toBeNaN();
  });

  it('answers outside of its rows with missing', () => {
    const ring = new ColumnRing(1, 2);
    expect(ring.at(0, 0)).toBeNaN();
    ring.push([1]);
    ring.clear();
    expect([ring.length, ring.lastTimeMs, ring.at(0, 0)]).toEqual([0, -Infinity, Number.NaN]);
  });
});
