import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideStop, isSuspect, type StopView } from '../../src/orchestrator/decide-stop.ts';

const LIMITS = { drainTimeoutMs: 10_000, killGraceMs: 5000, frozenAfterMs: 8000, startTimeoutMs: 60_000 };
const view = (more: Partial<StopView> = {}): StopView => ({
  phase: 'ready',
  silentMs: 0,
  drainingMs: undefined,
  drainedMs: undefined,
  ...more,
});
const signalOf = (more: Partial<StopView>): string | undefined => decideStop(view(more), LIMITS)?.signal;

describe('decideStop', () => {
  it('leaves a worker alone that works, or drains in time', () => {
    expect(signalOf({})).toBeUndefined();
    expect(signalOf({ phase: 'draining', drainingMs: 9999 })).toBeUndefined();
    expect(signalOf({ phase: 'drained', drainingMs: 60_000, drainedMs: 999 })).toBeUndefined();
  });

  it('presses on with one that does not drain in time, and with one that has drained and does not end', () => {
    expect(signalOf({ phase: 'draining', drainingMs: 10_000 })).toBe('SIGTERM');
    expect(signalOf({ phase: 'draining', drainingMs: 15_000 })).toBe('SIGKILL');
    expect(signalOf({ phase: 'drained', drainingMs: 500, drainedMs: 1000 })).toBe('SIGTERM');
    expect(signalOf({ phase: 'drained', drainingMs: 500, drainedMs: 6000 })).toBe('SIGKILL');
  });

  it('kills one that is frozen: nothing else reaches it', () => {
    expect(signalOf({ silentMs: 7999 })).toBeUndefined();
    expect(signalOf({ silentMs: 8000 })).toBe('SIGKILL');
    expect(signalOf({ phase: 'draining', drainingMs: 9000, silentMs: 8000 })).toBe('SIGKILL');
    expect(decideStop(view({ silentMs: 8000 }), LIMITS)?.reason).toBe(
      'it runs and has said nothing for 8000 ms',
    );
  });

  it('gives one that comes up more time', () => {
    expect(signalOf({ phase: 'starting', silentMs: 59_999 })).toBeUndefined();
    expect(signalOf({ phase: 'starting', silentMs: 60_000 })).toBe('SIGKILL');
  });

  it('never stops a worker that was not told to drain and speaks', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('starting' as const, 'ready' as const, 'failed' as const),
        fc.integer({ min: 0, max: 7999 }),
        (phase, silentMs) => {
          expect(decideStop(view({ phase, silentMs }), LIMITS)).toBeUndefined();
        },
      ),
    );
  });
});

describe('isSuspect', () => {
  it('does not count on a worker that has been silent for half the time', () => {
    expect(isSuspect(view({ silentMs: 3999 }), LIMITS)).toBe(false);
    expect(isSuspect(view({ silentMs: 4000 }), LIMITS)).toBe(true);
    expect(isSuspect(view({ phase: 'starting', silentMs: 30_000 }), LIMITS)).toBe(false);
  });
});
