import { systemClock } from '@foreshadow/domain';
import { expect, it } from 'vitest';
import { Complaints } from '../src/connection/complaints.ts';

it('says each reason once in half a minute, and for how long nothing has worked', () => {
  let nowMs = 1000;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const said: unknown[] = [];
  const logger = {
    info: () => undefined,
    warn: (fields: Readonly<Record<string, unknown>>) => said.push([fields['reason'], fields['awayMs']]),
  };
  const complaints = new Complaints(logger, clock, 'away');
  expect(complaints.worked()).toBeUndefined();
  for (; nowMs < 32_000; nowMs += 1000) complaints.failed('a');
  expect(said.splice(0)).toEqual([
    ['a', 0],
    ['a', 30_000],
  ]);
  complaints.failed('b');
  expect(complaints.worked()).toBe(31_000);
  expect(complaints.worked()).toBeUndefined();
  // Now it works, now it does not: that fills no log.
  for (let i = 0; i < 10; i++, nowMs += 1000) {
    complaints.failed('b');
    complaints.worked();
  }
  expect(said).toEqual([['b', 31_000]]);
});
