import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastError } from '../src/index.ts';
import { packSparse, unpackSparse } from '../src/sparse.ts';
import { StateReader, StateWriter } from '../src/state-codec.ts';

describe('state codec', () => {
  it('gives back what was written', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.double()), fc.uint8Array(), (text, numbers, blob) => {
        const reader = new StateReader(new StateWriter().text(text).numbers(numbers).blob(blob).finish());
        expect(reader.text()).toBe(text);
        expect([...reader.numbers()]).toEqual(numbers);
        expect(reader.blob()).toEqual(blob);
        reader.end();
      }),
    );
  });

  it('refuses any bytes that end too soon or too late', () => {
    const bytes = new StateWriter().numbers([1, 2]).blob(new Uint8Array(3)).finish();
    for (let length = 0; length < bytes.length; length++) {
      const reader = new StateReader(bytes.subarray(0, length));
      expect(() => [reader.numbers(), reader.blob()]).toThrow(ForecastError);
    }
    expect(() => new StateReader(bytes).end()).toThrow(ForecastError);
  });

  it('packs sparse memory and unpacks it whole', () => {
    const memory = fc
      .array(fc.tuple(fc.nat({ max: 1007 }), fc.nat({ max: 255 })), { maxLength: 30 })
      .map((writes) => {
        const bytes = new Uint8Array(1008);
        for (const [at, value] of writes) bytes[at] = value;
        return bytes;
      });
    fc.assert(
      fc.property(memory, (bytes) => {
        const packed = packSparse(bytes);
        expect(unpackSparse(packed, 1008)).toEqual(bytes);
        expect(() => unpackSparse(packed.subarray(0, packed.length - 1), 1008)).toThrow(ForecastError);
        expect(() => unpackSparse(Uint8Array.of(...packed, 0), 1008)).toThrow(ForecastError);
      }),
    );
  });
});
