import { expect, it } from 'vitest';
import { lateShare } from '../src/waiting.ts';

it.each([
  ['in time throughout', 0, 9.9, 0],
  ['late from half on', 0, 20, 0.5],
  ['late until half', 20, 0, 0.5],
  ['late throughout', 12, 30, 1],
  ['never done', 0, Infinity, 1],
  ['the same wait throughout, at the target', 10, 10, 0],
])('%s', (_, first, last, share) => {
  expect(lateShare(first, last, 10)).toBe(share);
});
