import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkHistory } from '../../src/check/check-history.ts';
import type { Rule } from '../../src/check/violation.ts';
import type { HistoryEvent } from '../../src/history/events.ts';
import { planned, sound, soundRuns } from './histories.ts';

const check = (events: readonly HistoryEvent[]): ReturnType<typeof checkHistory> =>
  checkHistory(events, { drainTimeoutMs: 5000 });
const rulesOf = (events: readonly HistoryEvent[]): Rule[] => check(events).violations.map((v) => v.rule);

/** The sound history with some events changed or dropped (`undefined`). */
function planted(change: (event: HistoryEvent) => HistoryEvent | undefined): HistoryEvent[] {
  return sound().flatMap((event) => change(event) ?? []);
}

describe('checkHistory', () => {
  it('finds nothing in a sound history, and counts', () => {
    expect(check(sound())).toEqual({
      violations: [],
      acked: 4,
      handled: 4,
      duplicates: 1,
      recoveryP50Ms: 3083,
      recoveryP99Ms: 3083,
      pausedPartitionSeconds: 3.089,
      peakLag: 2,
      successionMs: 3000,
    });
  });

  it('finds nothing in any history of owners that follow each other and crash', () => {
    fc.assert(
      fc.property(soundRuns, (events) => {
        expect(check(events).violations).toEqual([]);
      }),
    );
  });

  it('does not depend on the order in which events are read', () => {
    const shuffled = fc.shuffledSubarray(sound(), { minLength: sound().length });
    fc.assert(
      fc.property(shuffled, (events) => {
        expect(check(events)).toEqual(check(sound()));
      }),
    );
  });

  it('finds a planted loss', () => {
    const events = planted((e) => (e.kind === 'acked' ? { ...e, ids: [...e.ids, 'x:3'] } : e));
    expect(check(events).violations).toEqual([
      { rule: 'lost', message: 'record x:3 was acknowledged and never handled' },
    ]);
  });

  it('finds a planted reorder, and not the repetition of what was handled before', () => {
    const swap = (e: HistoryEvent): HistoryEvent =>
      e.kind === 'handled' && e.worker === 'b' ? { ...e, ids: ['y:0', 'x:2', 'x:1'] } : e;
    expect(check(planted(swap)).violations).toEqual([
      { rule: 'reordered', message: 'record x:1 was first handled at 3103.0 ms, after x:2' },
    ]);
  });

  it('finds a planted double owner: one that goes on after another has taken its lease', () => {
    const zombie = { partition: 'orders/0', token: 1, worker: 'a' };
    const events: HistoryEvent[] = [
      // A renewal that a broken lease store let pass.
      { kind: 'leased', atMs: 3000, ...zombie, untilMs: 9000 },
      { kind: 'started', atMs: 3150, ...zombie, ids: ['x:1'] },
      { kind: 'committed', atMs: 3161, calledMs: 3160, ...zombie, next: 2 },
    ];
    const { violations } = check([...sound(), ...events]);
    expect(violations.map((v) => v.rule).sort()).toEqual(['late', 'superseded']);
    expect(violations.find((v) => v.rule === 'late')?.message).toBe(
      'a started on orders/0 under token 1 at 3150.0 ms; b held it under 2 since 3100.0 ms',
    );
  });

  it('finds a handler that starts after its lease had run out, though nobody else has it', () => {
    const started: HistoryEvent = {
      kind: 'started',
      atMs: 3012,
      partition: 'orders/0',
      token: 1,
      worker: 'a',
      ids: ['x:1'],
    };
    expect(rulesOf([...sound(), started])).toEqual(['late']);
    expect(rulesOf([...sound(), { ...started, atMs: 3011 }])).toEqual([]);
  });

  it('lets a commit pass that was asked for before the next owner was known', () => {
    const commit = (calledMs: number): HistoryEvent => ({
      kind: 'committed',
      atMs: 4000,
      calledMs,
      partition: 'orders/0',
      token: 1,
      worker: 'a',
      next: 2,
    });
    expect(rulesOf([...sound(), commit(3101)])).toEqual([]);
    expect(rulesOf([...sound(), commit(3102)])).toEqual(['superseded']);
  });

  it('finds capacity planned away that the load needs, and no other', () => {
    const sized = (cores: number): HistoryEvent => ({ ...planned(4000, 'q', 3, '{}'), workers: 1, cores });
    expect(rulesOf([...sound(), sized(0.4)])).toEqual(['scaledDown']);
    expect(rulesOf([...sound(), sized(0.6)])).toEqual([]);
    const lessLoad: HistoryEvent = { kind: 'load', atMs: 3999, neededCores: 0.2 };
    expect(rulesOf([...sound(), lessLoad, sized(0.4)])).toEqual([]);
  });

  it('finds a plan of a leader that was succeeded', () => {
    const owners = '{"c":["orders/0"]}';
    expect(check([...sound(), planned(3050, 'p', 3, owners)]).violations).toEqual([
      {
        rule: 'doubled',
        message: 'p had a plan carried out at 3049.9 ms, and q led under token 8 since 3020.0 ms',
      },
    ]);
    expect(rulesOf([...sound(), planned(3050, 'q', 3, owners)])).toEqual([]);
  });

  it('finds an assignment that its successor did not know', () => {
    const [same, other] = ['{"b":["orders/0"]}', '{"c":["orders/0"]}'];
    expect(rulesOf([...sound(), planned(3050, 'q', 2, other)])).toEqual(['forgotten']);
    expect(rulesOf([...sound(), planned(3050, 'q', 1, same)])).toEqual(['forgotten']);
    expect(rulesOf([...sound(), planned(3050, 'q', 2, same)])).toEqual([]);
  });

  it('tells no succession where the same one leads on', () => {
    const alone = planted((e) => (e.kind === 'led' && e.replica === 'q' ? undefined : e));
    expect(check(alone).successionMs).toBeNaN();
  });

  it('finds a worker that was stopped before it had drained, unless its time was up', () => {
    const withoutWord = (stoppedMs: number): HistoryEvent[] =>
      planted((e) => {
        if (e.kind !== 'worker' || e.what === 'draining') return e;
        return e.what === 'drained' ? undefined : { ...e, atMs: stoppedMs };
      });
    expect(rulesOf(withoutWord(8199))).toEqual(['undrained']);
    expect(rulesOf(withoutWord(8200))).toEqual([]);
  });

  it('finds a loss planted into any history', () => {
    fc.assert(
      fc.property(soundRuns, fc.nat(), (events, n) => {
        const ids = events.flatMap((e) => (e.kind === 'acked' ? e.ids : []));
        const lost = ids[n % ids.length]!;
        const without = events.map((e) =>
          e.kind === 'handled' ? { ...e, ids: e.ids.filter((id) => id !== lost) } : e,
        );
        expect(check(without).violations).toEqual([
          { rule: 'lost', message: `record ${lost} was acknowledged and never handled` },
        ]);
      }),
    );
  });

  it('has nothing to say of no history', () => {
    expect(check([])).toMatchObject({ violations: [], acked: 0, recoveryP50Ms: NaN, peakLag: 0 });
  });
});
