import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitAdvice } from '../src/index.ts';

const key = (name: string, share: number) => ({ key: name, share, low: share / 2 });

describe('advice for a hot partition', () => {
  it('splits a key that is too much for a worker by itself', () => {
    expect(splitAdvice(1, 0.25, [key('a', 0.6), key('b', 0.1)])).toEqual({
      kind: 'split-key',
      key: 'a',
      share: 0.6,
      parts: 3,
    });
  });

  it('moves the fewest keys that let the rest fit', () => {
    const keys = [key('b', 0.2), key('a', 0.3), key('c', 0.1)];
    expect(splitAdvice(0.3, 0.25, keys)).toEqual({ kind: 'move-keys', keys: ['a'], share: 0.3 });
    expect(splitAdvice(0.5, 0.25, keys)).toMatchObject({ kind: 'move-keys', keys: ['a', 'b'] });
  });

  it('splits the partition where no known key helps', () => {
    expect(splitAdvice(1, 0.25, [])).toEqual({ kind: 'split-partition', parts: 4 });
    expect(splitAdvice(1, 0.25, [key('a', 0.2)])).toEqual({ kind: 'split-partition', parts: 4 });
  });

  it('always helps: what it asks for fits', () => {
    const shares = fc.array(fc.double({ min: 0.01, max: 0.3, noNaN: true }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.double({ min: 0.3, max: 5, noNaN: true }), shares, (cores, found) => {
        const advice = splitAdvice(
          cores,
          0.25,
          found.map((share, i) => key(`k${i}`, share)),
        );
        if (advice.kind === 'split-key')
          expect((advice.share * cores) / advice.parts).toBeLessThanOrEqual(0.25);
        if (advice.kind === 'move-keys') expect((1 - advice.share) * cores).toBeLessThanOrEqual(0.25 + 1e-9);
        if (advice.kind === 'split-partition') expect(cores / advice.parts).toBeLessThanOrEqual(0.25);
      }),
    );
  });
});
