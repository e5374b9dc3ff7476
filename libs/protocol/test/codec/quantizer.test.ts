import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_RELATIVE_ERROR_PPM,
  Quantizer,
  quantizerOf,
  STANDARD_QUANTIZER as quantizer,
} from '../../src/codec/quantizer.ts';
import { ProtocolError } from '../../src/index.ts';

const positive = fc.double({ min: 1e-8, max: 1e15, noNaN: true });

describe('Quantizer', () => {
  it('keeps every value within 1 %', () => {
    fc.assert(
      fc.property(positive, (value) => {
        const error = Math.abs(quantizer.value(quantizer.code(value)) / value - 1);
        expect(error).toBeLessThanOrEqual(0.01 + 1e-9);
      }),
      { numRuns: 2000 },
    );
  });

  it('keeps order', () => {
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        expect(quantizer.code(Math.min(a, b))).toBeLessThanOrEqual(quantizer.code(Math.max(a, b)));
      }),
    );
  });

  it('gives every code back', () => {
    for (let code = 0; code < quantizer.maxCode; code++) {
      expect(quantizer.code(quantizer.value(code))).toBe(code);
    }
  });

  it('has a code for zero that nothing else has', () => {
    expect(quantizer.code(0)).toBe(0);
    expect(quantizer.value(0)).toBe(0);
    expect(quantizer.code(1e-9)).toBe(1);
    expect(quantizer.code(Number.MIN_VALUE)).toBe(0);
  });

  it('gives the values of the formula, from tables', () => {
    const plain = new Quantizer(DEFAULT_RELATIVE_ERROR_PPM);
    for (let code = 1; code <= quantizer.maxCode; code++) {
      expect(quantizer.value(code) / plain.value(code)).toBeCloseTo(1, 10);
    }
    expect(quantizerOf(DEFAULT_RELATIVE_ERROR_PPM)).toBe(quantizer);
  });

  it('changes from one code to the next at the edge of their cells', () => {
    for (const code of [1, 2, 700, 1388, 2000, quantizer.maxCode - 1]) {
      const edge = quantizer.value(code) * 1.01;
      expect(quantizer.code(edge * (1 - 1e-12))).toBe(code);
      expect(quantizer.code(edge * (1 + 1e-12))).toBe(code + 1);
    }
  });

  it('reads other errors as a header says', () => {
    const coarse = quantizerOf(50_000);
    expect(coarse.value(0)).toBe(0);
    expect(coarse.value(1)).toBe(1e-9);
    expect(coarse.value(201) / coarse.value(200)).toBeCloseTo(1.05 ** 2, 9);
  });

  it.each([NaN, -1, -1e-300])('refuses %s', (value) => {
    expect(() => quantizer.code(value)).toThrow(expect.objectContaining({ code: 'INVALID_NUMBER' }));
  });

  it('refuses what is out of range', () => {
    expect(() => quantizer.code(Infinity)).toThrow(expect.objectContaining({ code: 'OUT_OF_RANGE' }));
    for (const code of [-1, quantizer.maxCode + 1, NaN])
      expect(() => quantizer.value(code)).toThrow(ProtocolError);
    for (const ppm of [0, 999, 100_001, NaN]) expect(() => new Quantizer(ppm)).toThrow(ProtocolError);
  });
});
