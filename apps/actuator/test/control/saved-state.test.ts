import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeState, encodeState } from '../../src/control/saved-state.ts';

it('gives back what it was given, NaN and infinities too', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).filter((v) => !Object.is(v, -0));
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.oneof(fc.double(), json)), (value) => {
      const back = decodeState(encodeState(value));
      expect(JSON.stringify(back)).toBe(JSON.stringify(value));
    }),
  );
  expect(decodeState(encodeState({ a: NaN, b: -Infinity, c: [Infinity] }))).toEqual({
    a: NaN,
    b: -Infinity,
    c: [Infinity],
  });
});

it.each([
  ['no JSON', new TextEncoder().encode('{"version":1,')],
  ['not UTF-8', new Uint8Array([0xff, 0xfe, 0x00])],
  ['another version', new TextEncoder().encode('{"version":2,"value":{}}')],
  ['null', new TextEncoder().encode('null')],
])('refuses %s', (_name, bytes) => {
  expect(() => decodeState(bytes)).toThrowError(expect.objectContaining({ code: 'INVALID_STATE' }));
});
