import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeClosing,
  decodeFrame,
  encodeClosing,
  encodeFrame,
  type RelayFrame,
} from '../../src/lead/relay-frame.ts';

describe('relay frames', () => {
  it('come out as they went in', () => {
    const frames = fc.record<RelayFrame>({
      kind: fc.constantFrom('open', 'message', 'close'),
      replica: fc.string({ maxLength: 100, unit: 'grapheme' }),
      number: fc.integer({ min: 0, max: 0xffff_ffff }),
      payload: fc.uint8Array({ maxLength: 500 }),
    });
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      }),
    );
    const closing = { code: 1012, reason: 'LEADER_CHANGED' };
    expect(decodeClosing(encodeClosing(closing))).toEqual(closing);
  });

  it('takes no bytes that are none', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => void decodeFrame(bytes)));
    expect(decodeFrame(new Uint8Array(3))).toBeUndefined();
    expect(decodeFrame(Uint8Array.of(9, 0, 0, 0, 0, 0, 0))).toBeUndefined();
    expect(decodeFrame(Uint8Array.of(0, 0, 0, 0, 0, 0, 5, 1))).toBeUndefined();
    expect(decodeClosing(new Uint8Array())).toEqual({ code: 1006, reason: '' });
  });
});
