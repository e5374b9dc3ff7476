import { describe, expect, it } from 'vitest';
import { decideTrigger, INITIAL_TRIGGER, type TriggerObservation } from '../../src/control/trigger.ts';

const calm: TriggerObservation = {
  nowMonotonicMs: 0,
  planIntervalMs: 10_000,
  workersChanged: false,
  forecastCpuCores: 0.5,
  plannedCpuCores: 1,
  lagSeconds: 0,
};
const planned = decideTrigger(INITIAL_TRIGGER, calm).state;

describe('when to plan', () => {
  it('plans at the start, then each interval', () => {
    expect(decideTrigger(INITIAL_TRIGGER, calm).trigger).toBe('interval');
    expect(decideTrigger(planned, { ...calm, nowMonotonicMs: 9000 }).trigger).toBeUndefined();
    expect(decideTrigger(planned, { ...calm, nowMonotonicMs: 9990 }).trigger).toBe('interval');
  });

  it.each([
    ['workers', { workersChanged: true }],
    ['forecast-crossed', { forecastCpuCores: 1.01 }],
    ['backlog', { lagSeconds: 2.5 }],
  ] as const)('plans at once: %s', (trigger, change) => {
    expect(decideTrigger(planned, { ...calm, nowMonotonicMs: 1000, ...change }).trigger).toBe(trigger);
  });

  it('does not plan each tick while a crossing or a backlog lasts', () => {
    const crossed = { ...calm, nowMonotonicMs: 1000, forecastCpuCores: 2, lagSeconds: 9 };
    const first = decideTrigger(planned, crossed);
    const second = decideTrigger(first.state, { ...crossed, nowMonotonicMs: 2000, forecastCpuCores: 2.1 });
    expect(second.trigger).toBeUndefined();
    const higher = decideTrigger(second.state, { ...crossed, nowMonotonicMs: 3000, forecastCpuCores: 2.3 });
    expect(higher.trigger).toBe('forecast-crossed');
  });

  it('takes a backlog that comes again for a new one', () => {
    const first = decideTrigger(planned, { ...calm, nowMonotonicMs: 1000, lagSeconds: 9 });
    const over = decideTrigger(first.state, { ...calm, nowMonotonicMs: 2000 });
    const again = decideTrigger(over.state, { ...calm, nowMonotonicMs: 3000, lagSeconds: 9 });
    expect([over.trigger, again.trigger]).toEqual([undefined, 'backlog']);
  });

  it('is not moved by what is unknown', () => {
    const unknown = {
      ...calm,
      nowMonotonicMs: 1,
      forecastCpuCores: NaN,
      plannedCpuCores: NaN,
      lagSeconds: NaN,
    };
    expect(decideTrigger(planned, unknown).trigger).toBeUndefined();
  });
});
