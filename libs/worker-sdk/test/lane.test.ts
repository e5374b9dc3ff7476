import type { PositionedRecord } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lane, laneOf } from '../src/lane.ts';

const RETRY = { attempts: 3, initialBackoffMs: 100, maxBackoffMs: 1000 };
const record = (position: number, key?: string): PositionedRecord => ({
  key,
  position,
  value: new Uint8Array(),
  timestampMs: 0,
});

describe('Lane', () => {
  it('hands out its records in order, one batch at a time, whatever the batches are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 5 }), fc.boolean())), (steps) => {
        const lane = new Lane(RETRY);
        const handled: number[] = [];
        let pushed = 0;
        for (const [more, count, succeeds] of steps) {
          for (let i = 0; i < more; i++) lane.push(record(pushed++));
          expect(lane.position).toBe(lane.size > 0 ? handled.length : undefined);
          if (!lane.isReady(0)) continue;
          const batch = lane.begin(count);
          expect(lane.isReady(0), 'busy').toBe(false);
          if (succeeds) handled.push(...batch.map((r) => r.position));
          lane.finish(succeeds ? batch.length : 0);
        }
        expect(handled).toEqual(handled.map((_, i) => i));
        expect(lane.size).toBe(pushed - handled.length);
      }),
    );
  });
});

describe('laneOf', () => {
  it('keeps a key in one lane, within range', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 100 }), (key, a, b, lanes) => {
        const lane = laneOf(record(a, key), lanes);
        expect(laneOf(record(b, key), lanes)).toBe(lane);
        expect(lane).toBeGreaterThanOrEqual(0);
        expect(lane).toBeLessThan(lanes);
      }),
    );
  });

  it('uses all lanes, for records with keys and without', () => {
    for (const keyOf of [(i: number) => `customer-${i}`, () => undefined]) {
      const counts = new Array<number>(8).fill(0);
      for (let i = 0; i < 8000; i++) counts[laneOf(record(i, keyOf(i)), 8)]!++;
      expect(Math.min(...counts)).toBeGreaterThan(800);
    }
  });
});
