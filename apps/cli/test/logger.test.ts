import { afterEach, expect, it, vi } from 'vitest';
import { createLogger } from '../src/logger.ts';

afterEach(() => void vi.restoreAllMocks());

function logged(run: () => void): Record<string, unknown>[] {
  const lines: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  run();
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('writes one JSON object a line, from its level on', () => {
  const logger = createLogger('edge', 'warn');
  const [entry, ...more] = logged(() => {
    logger.info({}, 'quiet');
    logger.warn({ url: 'ws://x' }, 'link is down');
  });
  expect(more).toEqual([]);
  expect(entry).toMatchObject({ level: 'warn', name: 'edge', message: 'link is down', url: 'ws://x' });
});

it('says what an error was, and what led to it', () => {
  const error = new Error('the log did not answer', { cause: new TypeError('closed') });
  const [entry] = logged(() => createLogger('edge').error({ error }, 'failed'));
  expect(entry).toMatchObject({
    error: {
      name: 'Error',
      message: 'the log did not answer',
      cause: { name: 'TypeError', message: 'closed' },
    },
  });
  expect(JSON.stringify(entry)).toContain('logger.test');
});

it('never throws for what JSON cannot hold', () => {
  const cycle: Record<string, unknown> = { big: 1n };
  expect(logged(() => createLogger('x').warn({ n: 1n }, 'big'))).toMatchObject([{ n: '1' }]);
  cycle['self'] = cycle;
  expect(logged(() => createLogger('x').warn({ cycle }, 'round'))).toMatchObject([{ message: 'round' }]);
});
