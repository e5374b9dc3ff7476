import { describe, expect, it } from 'vitest';
import { EXPERT_NAMES, instantiate, kernelHash, type Variant } from '../src/index.ts';
import { TestSlot } from './slot.ts';

describe.each<Variant>(['simd', 'scalar'])('kernel (%s)', (variant) => {
  it('is the variant asked for', () => {
    expect(instantiate(variant).HAS_SIMD.value).toBe(variant === 'simd' ? 1 : 0);
  });

  it('has the named experts', () => {
    expect(new TestSlot(variant, [1]).experts).toBe(EXPERT_NAMES.length);
  });

  it('finds a season soon after two cycles and forecasts its shape', () => {
    const slot = new TestSlot(variant, [1, 12]);
    const wave = (t: number): number => 100 + 40 * Math.sin((2 * Math.PI * t) / 48);
    let foundAt = Infinity;
    for (let t = 0; t < 400; t++) {
      slot.update(wave(t));
      if (slot.season(0) === 48) foundAt = Math.min(foundAt, t);
    }
    expect(foundAt).toBeLessThan(2.5 * 48);
    expect(slot.forecast(1).mean).toBeCloseTo(wave(411), 0);
  });

  describe('with a week around its days', () => {
    const WEEK = 7 * 24;
    const load = (t: number): number =>
      (t % WEEK < 5 * 24 ? 100 : 40) + 30 * Math.sin((2 * Math.PI * t) / 24) + ((t * 7919) % 13) / 10;

    function follow(steps: number): TestSlot {
      const slot = new TestSlot(variant, [1, 24], 1024, 2);
      for (let t = 0; t < steps; t++) slot.update(load(t));
      return slot;
    }
    const said = (slot: TestSlot, name: string): number =>
      slot.expertForecasts(1)[EXPERT_NAMES.indexOf(name)]!;

    it('tries the week from the first one on, and forecasts its end by it', () => {
      const slot = follow(2 * WEEK - 2 * 24 - 12);
      const next = load(2 * WEEK - 2 * 24 - 12 - 1 + 24);
      expect(Math.abs(said(slot, 'seasonal-naive-2') - next)).toBeLessThan(2);
      expect(Math.abs(slot.forecast(1).mean - next)).toBeLessThan(20);
      expect(Math.abs(said(slot, 'seasonal-naive') - next)).toBeGreaterThan(50);
    });

    it('counts it among the seasons once it was found', () => {
      expect(follow(WEEK + 60).season(1)).toBe(0);
      expect(follow(3 * WEEK).season(1)).toBe(WEEK);
    });

    it('means over its cycles', () => {
      const slot = follow(5 * WEEK);
      expect(Math.abs(said(slot, 'cycle-mean') - load(5 * WEEK + 23))).toBeLessThan(1.5);
    });
  });

  it('keeps another second season that repeats better than seven of the first', () => {
    const slot = new TestSlot(variant, [1], 1024, 2);
    for (let t = 0; t < 900; t++) {
      const isBusy = t % 120 < 60;
      slot.update((isBusy ? 100 : 40) + 60 * Math.sin((2 * Math.PI * t) / 24) + ((t * 7919) % 13) / 10);
    }
    expect([slot.season(0), slot.season(1)].sort((a, b) => a - b)).toEqual([24, 120]);
  });
});

describe('kernelHash', () => {
  it('is sixteen hex digits', () => {
    expect(kernelHash()).toMatch(/^[0-9a-f]{16}$/);
  });
});
