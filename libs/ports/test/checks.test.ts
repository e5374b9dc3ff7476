import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requireName, unknownPartition } from '../src/index.ts';

describe('requireName', () => {
  it('counts bytes as UTF-8 encodes them', () => {
    const encoder = new TextEncoder();
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const bytes = encoder.encode(name).length;
        const check = (): void => requireName('key', name);
        if (bytes >= 1 && bytes <= 512) expect(check).not.toThrow();
        else expect(check).toThrow(/1 to 512 bytes/);
      }),
      { numRuns: 40 },
    );
  });
});

describe('unknownPartition', () => {
  it('tells an unknown stream from an index out of range', () => {
    const known = [
      { name: 'orders', partitions: 8 },
      { name: 'web', partitions: 1 },
    ];
    expect(unknownPartition('orders/8', known)).toMatchObject({
      code: 'UNKNOWN_PARTITION',
      message: "no partition 'orders/8': 'orders' has 0 … 7",
    });
    expect(unknownPartition('shop/0', known)).toMatchObject({
      code: 'UNKNOWN_STREAM',
      message: "no stream 'shop'; known: orders, web",
    });
    expect(unknownPartition('shop/0', []).message).toMatch(/known: none/);
  });
});
