import { InvalidArgumentError } from 'commander';
import { expect, it } from 'vitest';
import { durationMs, httpUrl, integer, integerList, positive, positiveDurationMs } from '../src/options.ts';

it.each([
  ['300', 300_000],
  ['15s', 15_000],
  ['500ms', 500],
  ['1.5m', 90_000],
  ['1h', 3_600_000],
])('reads the duration %s', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

it.each(['', '-1', '5d', 'abc', '1 2', 'NaN', 'Infinity', '597h'])('refuses the duration %j', (text) => {
  expect(() => durationMs(text)).toThrow(InvalidArgumentError);
});

it('tells a duration that may be none from one that may not', () => {
  expect(durationMs('0')).toBe(0);
  expect(positiveDurationMs('1ms')).toBe(1);
  expect(() => positiveDurationMs('0s')).toThrow(/above 0/);
});

it('keeps numbers within their bounds', () => {
  expect(integer(1, 8)('8')).toBe(8);
  for (const bad of ['0', '9', '1.5', '', 'x', '-1']) expect(() => integer(1, 8)(bad)).toThrow(/from 1 to 8/);
  expect(positive()('0.5')).toBe(0.5);
  for (const bad of ['0', '-1', '', 'x', 'Infinity']) expect(() => positive()(bad)).toThrow(/above 0/);
});

it('sorts a list of numbers and drops repeats', () => {
  expect(integerList(1, 100)('12, 1,6,6')).toEqual([1, 6, 12]);
  expect(() => integerList(1, 100)('1,,2')).toThrow(InvalidArgumentError);
});

it('takes addresses of servers alone', () => {
  expect(httpUrl('http://[::1]:7071')).toBe('http://[::1]:7071');
  for (const bad of ['', 'edge', 'localhost:7071', 'ftp://x', 'http://', 'http://a b']) {
    expect(() => httpUrl(bad)).toThrow(InvalidArgumentError);
  }
});
