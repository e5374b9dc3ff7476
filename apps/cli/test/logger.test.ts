import { expect, it } from 'vitest';
import { createLogger, type Logger, type LogOptions } from '../src/logger.ts';

function logged(run: (logger: Logger) => void, options: LogOptions = {}): Record<string, unknown>[] {
  const lines: string[] = [];
  run(createLogger('edge', { ...options, to: { write: (line) => void lines.push(line) } }));
  expect(lines.every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('writes one JSON object a line, from its level on, with the fields of its process', () => {
  const [entry, ...more] = logged(
    (logger) => {
      logger.info({}, 'quiet');
      logger.warn({ url: 'ws://x' }, 'link is down');
    },
    { level: 'warn', fields: { pool: 'orders' } },
  );
  expect(more).toEqual([]);
  expect(entry).toMatchObject({
    level: 'warn',
    name: 'edge',
    message: 'link is down',
    url: 'ws://x',
    pool: 'orders',
  });
  expect(Date.parse(String(entry!['time']))).toBeGreaterThan(0);
});

it('says what an error was, and what led to it', () => {
  const error = new Error('the log did not answer', { cause: new TypeError('closed') });
  const [entry] = logged((logger) => logger.error({ error }, 'failed'));
  expect(entry).toMatchObject({
    error: {
      type: 'Error',
      message: 'the log did not answer',
      cause: { type: 'TypeError', message: 'closed' },
    },
  });
  expect(JSON.stringify(entry)).toContain('logger.test');
});

it('never throws for what JSON cannot hold', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  expect(logged((logger) => logger.warn({ n: 1n, cycle }, 'big and round'))).toMatchObject([
    { n: 1, message: 'big and round' },
  ]);
});
