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
});

describe('kernelHash', () => {
  it('is sixteen hex digits', () => {
    expect(kernelHash()).toMatch(/^[0-9a-f]{16}$/);
  });
});
