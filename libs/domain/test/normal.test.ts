import { describe, expect, it } from 'vitest';
import { normalQuantile, Z95 } from '../src/normal.ts';

describe('normal quantile', () => {
  // Values of R's qnorm.
  it.each([
    [0.5, 0],
    [0.75, 0.6744897501960817],
    [0.9, 1.2815515655446004],
    [0.95, Z95],
    [0.99, 2.3263478740408408],
    [0.001, -3.090232306167813],
    [0.01, -2.3263478740408408],
  ])('of %d is %d', (p, z) => {
    expect(normalQuantile(p)).toBeCloseTo(z, 7);
  });

  it('is infinite at the ends and NaN for NaN', () => {
    expect(normalQuantile(0)).toBe(-Infinity);
    expect(normalQuantile(1)).toBe(Infinity);
    expect(normalQuantile(NaN)).toBeNaN();
  });
});
