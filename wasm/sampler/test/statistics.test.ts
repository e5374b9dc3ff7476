import { describe, expect, it } from 'vitest';
import { geometricScale, hashKey, instantiate, SKETCH_BYTES, STATE_BYTES } from '../src/index.ts';

const k = instantiate();
const base = (k.HEAP_BASE.value + 15) & ~15;
const tableAt = base + STATE_BYTES;
const table = new Int32Array(k.memory.buffer, tableAt, 1024);

/** Pearson's statistic against equal expectation. */
function chiSquare(counts: readonly number[]): number {
  const mean = counts.reduce((s, c) => s + c, 0) / counts.length;
  return counts.reduce((s, c) => s + (c - mean) ** 2 / mean, 0);
}

// 99.9 % quantiles of χ² with 99 and 15 degrees of freedom.
const CHI2_99 = 148.23;
const CHI2_15 = 37.7;

describe('skip tables', () => {
  it('take each place of a block equally often (stratified)', () => {
    const counts = new Array<number>(100).fill(0);
    k.seedState(base, 3);
    let position = -1;
    for (let round = 0; round < 100; round++) {
      k.fillStratified(base, tableAt, 1024, 100);
      for (const gap of table) {
        position += gap + 1;
        counts[position % 100]!++;
      }
    }
    expect(chiSquare(counts)).toBeLessThan(CHI2_99);
  });

  it('take exactly one record of each block (stratified)', () => {
    k.seedState(base, 4);
    k.fillStratified(base, tableAt, 1024, 37);
    let position = -1;
    table.forEach((gap, block) => {
      position += gap + 1;
      expect(Math.floor(position / 37)).toBe(block);
    });
  });

  it('start from each phase equally often (systematic)', () => {
    const counts = new Array<number>(100).fill(0);
    for (let seed = 0; seed < 20_000; seed++) {
      k.seedState(base, seed);
      k.fillSystematic(base, tableAt, 4, 100);
      counts[table[0]!]!++;
    }
    expect(chiSquare(counts)).toBeLessThan(CHI2_99);
  });

  it('have geometric gaps (Bernoulli)', () => {
    const rate = 0.1;
    // Sixteen classes of nearly equal probability would need unequal gaps; test the transform instead:
    // (1 − p)^(gap + V) is uniform for V uniform in [0, 1).
    const counts = new Array<number>(16).fill(0);
    let sum = 0;
    k.seedState(base, 5);
    for (let round = 0; round < 100; round++) {
      k.fillBernoulli(base, tableAt, 1024, geometricScale(rate));
      table.forEach((gap, i) => {
        const low = (1 - rate) ** (gap + 1);
        const high = (1 - rate) ** gap;
        const v = ((i * 0.6180339887498949 + round * 0.7548776662466927) % 1) * (high - low) + low;
        counts[Math.floor(v * 16)]!++;
        sum += gap;
      });
    }
    const n = 100 * 1024;
    const mean = (1 - rate) / rate;
    const error = Math.sqrt((1 - rate) / rate ** 2 / n);
    expect(Math.abs(sum / n - mean)).toBeLessThan(4 * error);
    expect(chiSquare(counts)).toBeLessThan(CHI2_15);
  });

  it('differ between the seeds of neighbours', () => {
    k.seedState(base, 1);
    k.fillStratified(base, tableAt, 1024, 1000);
    const first = [...table];
    k.seedState(base, 2);
    k.fillStratified(base, tableAt, 1024, 1000);
    const equal = first.filter((gap, i) => gap === table[i]).length;
    expect(equal).toBeLessThan(20);
  });
});

describe('HyperLogLog', () => {
  const hashAt = base + SKETCH_BYTES;
  const hash = new Int32Array(k.memory.buffer, hashAt, 2);

  function estimate(distinct: number, run: number, repeats = 1): number {
    k.hllClear(base);
    for (let repeat = 0; repeat < repeats; repeat++) {
      for (let i = 0; i < distinct; i++) {
        hashKey(`${run}:${i}`, hash);
        k.hllAdd(base, hashAt, 1);
      }
    }
    return k.hllEstimate(base);
  }

  it.each([1, 10, 100, 1000, 10_000, 50_000])(
    'is unbiased with at most 1.04/√4096 relative error at %d',
    (n) => {
      const runs = n > 5000 ? 40 : 200;
      const errors = Array.from({ length: runs }, (_, run) => estimate(n, run) / n - 1);
      const mean = errors.reduce((s, e) => s + e, 0) / runs;
      const rms = Math.sqrt(errors.reduce((s, e) => s + e * e, 0) / runs);
      expect(Math.abs(mean)).toBeLessThan((4 * 0.01625) / Math.sqrt(runs));
      expect(rms).toBeLessThan(0.01625 * 1.3);
    },
  );

  it('does not count a key twice', () => {
    expect(estimate(500, 1, 3)).toBe(estimate(500, 1));
  });
});
