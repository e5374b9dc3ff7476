import { describe, expect, it } from 'vitest';
import { isLoopback, isTrusted } from '../../src/http/guard.ts';

describe('loopback names', () => {
  it.each(['127.0.0.1', '127.9.9.9', 'localhost', '::1', '[::1]'])('%s is one', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '10.0.0.1', 'localhost.evil.example', '127.0.0.1.evil.example', ''])(
    '%s is none',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});

describe('trust on loopback', () => {
  it.each([
    ['127.0.0.1:7070', undefined, true],
    ['localhost:7070', 'http://localhost:7070', true],
    ['127.0.0.1:7070', 'http://127.0.0.1:5173', true],
    [undefined, undefined, true],
    ['evil.example:7070', undefined, false],
    ['127.0.0.1:7070', 'https://evil.example', false],
    ['127.0.0.1:7070', 'null', false],
  ])('host %s, origin %s → %s', (host, origin, trusted) => {
    expect(isTrusted('127.0.0.1', host, origin)).toBe(trusted);
  });
});

it('elsewhere trusts any host and its own origin only', () => {
  expect(isTrusted('0.0.0.0', 'foreshadow.example', undefined)).toBe(true);
  expect(isTrusted('0.0.0.0', 'foreshadow.example', 'https://foreshadow.example')).toBe(true);
  expect(isTrusted('0.0.0.0', 'foreshadow.example', 'http://127.0.0.1')).toBe(false);
});
