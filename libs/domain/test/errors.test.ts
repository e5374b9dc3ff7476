import { expect, it } from 'vitest';
import { FsError } from '../src/index.ts';

it('carries code, retryability and cause', () => {
  const cause = new Error('below');
  const error = new FsError('INVALID_ARGUMENT', 'say what to do', { cause, retryable: true });
  expect(error).toMatchObject({ name: 'FsError', code: 'INVALID_ARGUMENT', retryable: true, cause });
  expect(new FsError('INVALID_CONFIG', 'x').retryable).toBe(false);
});
