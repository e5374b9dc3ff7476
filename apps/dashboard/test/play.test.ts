import { ALL_POLICIES } from '@foreshadow/simulate';
import { expect, it } from 'vitest';
import type { WhatIfOrder } from '../src/what-if/messages.ts';
import { playOrder } from '../src/what-if/play.ts';

const ORDER: WhatIfOrder = {
  name: 'orders/0',
  load: {
    kind: 'recorded',
    values: Float64Array.from({ length: 600 }, (_, i) => 200 + 150 * Math.sin(i / 40)),
    stepMs: 1000,
    warnings: [],
  },
  policies: ['hpa', 'keda-kafka', 'oracle'],
  leadTimeSeconds: 15,
  sloSeconds: 10,
  maxWorkers: 8,
  recordsPerSecPerWorker: undefined,
  rowSeconds: undefined,
};

it('an order gives a picture and a line for each policy, and tells how far it is', () => {
  const told: [number, number][] = [];
  const played = playOrder(ORDER, (done, total) => told.push([done, total]));
  expect(played.title).toBe('orders/0: 0.2 h played, lead time 15 s, late after 10 s');
  expect(played.columns[0]).toBe('policy');
  expect(played.rows.map(([name]) => name).sort()).toEqual(['hpa', 'keda-kafka', 'oracle']);
  for (const row of played.rows) expect(row).toHaveLength(played.columns.length);
  expect(played.picture).toMatch(/^<svg /);
  expect(told.map(([done]) => done)).toEqual(told.map((_, i) => i + 1));
  expect(told.at(-1)![0]).toBeLessThanOrEqual(told[0]![1]);
});

it('a CSV is read as the command does, and what is odd about it is said by line', () => {
  const rows = Array.from({ length: 120 }, (_, i) => `${i},${i === 50 ? '' : 100 + i}`);
  const csv = (text: string): WhatIfOrder => ({
    ...ORDER,
    name: 'load.csv',
    load: { kind: 'csv', text, timeColumn: undefined, column: undefined },
    rowSeconds: 5,
  });
  const played = playOrder(csv(`seconds,rate\n${rows.join('\n')}\n`), () => undefined);
  expect(played.title).toContain('load.csv: 0.2 h played');
  expect(played.warnings).toEqual(['1 row without a value (line 52)']);
  const bad = csv(`seconds,rate\n${rows.join('\n')}\n120,many\n`);
  expect(() => playOrder(bad, () => undefined)).toThrow(
    "load.csv, line 122, column 'rate': is not a number; got 'many'",
  );
});

it.each([
  [{ policies: ['nope'] }, "policy 'nope': must be all or one of"],
  [{ recordsPerSecPerWorker: -1 }, 'recordsPerSecPerWorker: must be above 0 and finite; got -1'],
  [{ leadTimeSeconds: NaN }, 'leadTimeSeconds: must be from 0 to 86400; got NaN'],
  [{ rowSeconds: 600_000 }, 'more than a page should play'],
  [
    { load: { kind: 'recorded', values: new Float64Array(20).fill(1), stepMs: 1000, warnings: [] } } as const,
    'at least 60 steps are needed; there are 20',
  ],
  [
    {
      load: { kind: 'recorded', values: new Float64Array(600).fill(NaN), stepMs: 1000, warnings: [] },
    } as const,
    'no second of it has a value',
  ],
])('%j is refused with what is wrong', (changes, message) => {
  expect(() => playOrder({ ...ORDER, ...changes }, () => undefined)).toThrow(message);
});

it('all policies can be played', () => {
  expect(playOrder({ ...ORDER, policies: ALL_POLICIES }, () => undefined).rows).toHaveLength(
    ALL_POLICIES.length,
  );
});
