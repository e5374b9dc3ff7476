import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { HistoryWriter, readHistory } from '../../src/history/files.ts';

const dir = mkdtempSync(join(tmpdir(), 'history-'));
afterAll(() => rmSync(dir, { recursive: true }));

it('reads what all processes have written, but not a line that death cut short', () => {
  new HistoryWriter(dir, 'a').write({ kind: 'acked', atMs: 1.5, ids: ['x:0'] });
  new HistoryWriter(dir, 'b').write({ kind: 'fault', atMs: 2, what: 'begin' });
  const [first] = readdirSync(dir);
  appendFileSync(join(dir, first!), '{"kind":"acked","at');
  expect(readHistory(dir)).toEqual([
    { kind: 'acked', atMs: 1.5, ids: ['x:0'] },
    { kind: 'fault', atMs: 2, what: 'begin' },
  ]);
});
