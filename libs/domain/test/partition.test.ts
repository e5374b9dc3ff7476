import fc from 'fast-check';
import { expect, it } from 'vitest';
import { FsError, parsePartitionKey, partitionKey } from '../src/index.ts';

it('reads back what it writes', () => {
  const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/);
  fc.assert(
    fc.property(name, fc.nat(), (stream, index) => {
      expect(parsePartitionKey(partitionKey(stream, index))).toEqual({ stream, index });
    }),
  );
});

it.each(['', '/', 'orders', 'orders/', '/3', 'orders/-1', 'orders/1.5', 'orders/x', 'or ders/1', 'a/b/1'])(
  'refuses %j',
  (key) => {
    expect(() => parsePartitionKey(key)).toThrow(FsError);
  },
);
