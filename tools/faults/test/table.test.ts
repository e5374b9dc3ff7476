import { expect, it } from 'vitest';
import { checkHistory } from '../src/check/check-history.ts';
import { isKept, renderReport } from '../src/report/table.ts';
import { sound } from './check/histories.ts';

const fault = { name: 'worker-kill', promise: 'others take over' };

it('shows counts, promises and each broken one', () => {
  const lost = sound().map((e) => (e.kind === 'acked' ? { ...e, ids: [...e.ids, 'x:9'] } : e));
  const kept = { fault, seconds: 1, result: checkHistory(sound(), { drainTimeoutMs: 0 }) };
  const broken = { fault, seconds: 1, result: checkHistory(lost, { drainTimeoutMs: 0 }) };
  const failed = { fault, seconds: 1, result: { failure: 'nothing started' } };
  expect([kept, broken, failed].map(isKept)).toEqual([true, false, false]);
  const report = renderReport([kept, broken, failed]);
  expect(report).toMatch(/^worker-kill {2}kept +4 +0 .* 3\.1 s +3\.1 s +3\.1 s +2 +3\.0 s$/m);
  expect(report).toMatch(/^worker-kill {2}BROKEN +5 +1 /m);
  expect(report).toMatch(/^worker-kill {2}FAILED +- /m);
  expect(report).toContain(
    'worker-kill: acknowledged and never handled: record x:9 was acknowledged and never handled',
  );
  expect(report).toContain('worker-kill: nothing started');
});
