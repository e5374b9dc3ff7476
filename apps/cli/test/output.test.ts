import { afterEach, expect, it, vi } from 'vitest';
import { print } from '../src/output.ts';

afterEach(() => void vi.restoreAllMocks());

it('takes a pipe that its reader closes for no failure, any other error for one', () => {
  const write = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  print('one');
  print('two');
  expect(write.mock.calls.map(([text]) => text)).toEqual(['one', 'two']);
  const failed = (code: string): void =>
    void process.stdout.emit('error', Object.assign(new Error(code), { code }));
  expect(() => failed('EPIPE')).not.toThrow();
  expect(() => failed('ENOSPC')).toThrow('ENOSPC');
});
