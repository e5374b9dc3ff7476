import { Xoshiro128 } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { measuredInPairs, pairedRatio } from '../src/paired.ts';

/** Rounds on a machine whose speed drifts by half, with noise of 5 %. */
function ratios(count: number, ratio: number, seed: number): number[] {
  const rng = new Xoshiro128(seed);
  const noise = (): number => 1 + 0.1 * (rng.next() - 0.5);
  const drift = (i: number): number => 1 + 0.5 * Math.sin(i / 20);
  return Array.from({ length: count }, (_, i) => {
    const first = drift(i) * noise();
    return (ratio * drift(i) * noise()) / first;
  });
}

describe('ratios of pairs', () => {
  it('are told within a percent on a machine that drifts, with an interval that mostly holds them', () => {
    const runs = Array.from({ length: 40 }, (_, seed) => pairedRatio(ratios(200, 1.01, seed)));
    for (const { ratio } of runs) expect(Math.abs(ratio - 1.01)).toBeLessThan(0.02);
    const held = runs.filter(({ low, high }) => low <= 1.01 && high >= 1.01);
    expect(held.length).toBeGreaterThan(32);
    expect(runs.every(({ low, high }) => high - low < 0.04)).toBe(true);
  });

  it('come from rounds in changing order, each job once a pair', async () => {
    const order: string[] = [];
    const job = (name: string, value: number) => async (): Promise<number[]> => {
      order.push(name);
      return [value, 7];
    };
    const pairs = await measuredInPairs(job('a', 2), job('b', 3), 10);
    expect(pairs).toEqual(Array.from({ length: 10 }, () => ({ first: [2, 7], second: [3, 7] })));
    expect(order.slice(-4)).toEqual(['a', 'b', 'b', 'a']);
  });
});
