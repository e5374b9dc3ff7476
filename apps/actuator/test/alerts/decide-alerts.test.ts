import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlertTraits, Finding } from '../../src/alerts/alert.ts';
import {
  type AlertState,
  decideAlerts,
  isOn,
  keyOf,
  MOST_WATCHED,
  RETENTION_MS,
} from '../../src/alerts/decide-alerts.ts';

const RULE: AlertTraits = { name: 'Bad', severity: 'warning', forMs: 30_000, keepFiringMs: 60_000 };
const finding = (subject = 'p', rule = RULE, description = ''): Finding => ({
  rule,
  labels: { pool: subject },
  summary: 's',
  description,
});

interface Told {
  readonly atMs: number;
  readonly what: 'fired' | 'resolved';
  readonly key: string;
}

/** Walk a timeline: what is found at each instant. */
function walk(timeline: readonly (readonly [number, readonly Finding[]])[]): {
  told: Told[];
  state: AlertState;
} {
  let state: AlertState = [];
  const told: Told[] = [];
  for (const [atMs, findings] of timeline) {
    const decided = decideAlerts(state, findings, atMs);
    state = JSON.parse(JSON.stringify(decided.state)) as AlertState;
    for (const what of ['fired', 'resolved'] as const) {
      for (const { key } of decided[what]) told.push({ atMs, what, key });
    }
  }
  return { told, state };
}

const each = (fromMs: number, toMs: number, bad: boolean): [number, Finding[]][] =>
  Array.from({ length: (toMs - fromMs) / 1000 }, (_, i) => [fromMs + i * 1000, bad ? [finding()] : []]);

describe('an alert', () => {
  it('fires once what is found has lasted, and resolves once it has been gone', () => {
    const { told } = walk([...each(0, 100_000, true), ...each(100_000, 300_000, false)]);
    expect(told.map(({ atMs, what }) => [atMs, what])).toEqual([
      [30_000, 'fired'],
      [159_000, 'resolved'],
    ]);
  });

  it('does not fire for what does not last', () => {
    const flips = Array.from({ length: 20 }, (_, i) =>
      each(i * 20_000, (i + 1) * 20_000, i % 2 === 0),
    ).flat();
    expect(walk(flips).told).toEqual([]);
  });

  it('does not resolve while it comes back now and then', () => {
    const back = Array.from(
      { length: 20 },
      (_, i) => [100_000 + i * 50_000, i % 2 ? [] : [finding()]] as const,
    );
    expect(walk([...each(0, 100_000, true), ...back]).told).toHaveLength(1);
  });

  it('may fire again after it resolved, as a new one', () => {
    const { told, state } = walk([
      ...each(0, 60_000, true),
      ...each(60_000, 200_000, false),
      ...each(200_000, 240_000, true),
    ]);
    expect(told.map((t) => t.what)).toEqual(['fired', 'resolved', 'fired']);
    expect(state).toHaveLength(1);
    expect(state[0]!.alert).toMatchObject({ startsAtMs: 230_000, resolvedAtMs: null });
  });

  it('keeps its start and tells the newest figures', () => {
    const told = [0, 30_000, 90_000].map((atMs, i) => [atMs, [finding('p', RULE, `${i}`)]] as const);
    expect(walk(told).state[0]!.alert).toMatchObject({ startsAtMs: 30_000, description: '2' });
  });

  it('is told for a while after it resolved, then forgotten', () => {
    const before = [...each(0, 60_000, true), ...each(60_000, 130_000, false)];
    expect(walk(before).state).toHaveLength(1);
    expect(walk([...before, [130_000 + RETENTION_MS, []]]).state).toEqual([]);
  });

  it('fires at once where its rule does not wait', () => {
    const rule = { ...RULE, forMs: 0, keepFiringMs: 0 };
    const { told } = walk([
      [5, [finding('p', rule)]],
      [6, []],
    ]);
    expect(told.map((t) => t.what)).toEqual(['fired', 'resolved']);
  });
});

describe('alerts', () => {
  it('are told apart by rule and labels, in whatever order these come', () => {
    expect(keyOf(RULE, { a: '1', b: '2' })).toBe(keyOf(RULE, { b: '2', a: '1' }));
    expect(keyOf(RULE, { a: '1' })).not.toBe(keyOf({ ...RULE, name: 'Worse' }, { a: '1' }));
    expect(keyOf(RULE, { a: '1,b:2' })).not.toBe(keyOf(RULE, { a: '1', b: '2' }));
  });

  it('are bounded in number', () => {
    const many = Array.from({ length: MOST_WATCHED + 50 }, (_, i) => finding(`p${i}`));
    expect(walk([[0, many]]).state).toHaveLength(MOST_WATCHED);
  });

  it('fire and resolve in turns, whatever is found and however time goes', () => {
    const subjects = fc.array(fc.constantFrom('p', 'q', 'r'), { maxLength: 5 });
    const steps = fc.array(fc.tuple(fc.integer({ min: -20_000, max: 90_000 }), subjects), { maxLength: 60 });
    fc.assert(
      fc.property(steps, (timeline) => {
        let atMs = 1_000_000;
        const { told, state } = walk(
          timeline.map(([byMs, found]) => [(atMs += byMs), found.map((s) => finding(s))] as const),
        );
        for (const key of new Set(told.map((t) => t.key))) {
          const turns = told.filter((t) => t.key === key).map((t) => t.what);
          expect(turns).toEqual(turns.map((_, i) => (i % 2 === 0 ? 'fired' : 'resolved')));
          const last = state.find((w) => w.alert.key === key);
          expect(isOn(last)).toBe(turns.length % 2 === 1);
        }
        expect(new Set(state.map((w) => w.alert.key)).size).toBe(state.length);
      }),
    );
  });

  it('neither fire nor resolve faster than their rule waits', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 1, max: 45_000 }), fc.boolean()), { maxLength: 80 });
    fc.assert(
      fc.property(steps, (timeline) => {
        let atMs = 0;
        const at = timeline.map(([byMs, bad]) => [(atMs += byMs), bad ? [finding()] : []] as const);
        const { told } = walk(at);
        for (const { atMs: toldMs, what } of told) {
          const waitMs = what === 'fired' ? RULE.forMs : RULE.keepFiringMs;
          const before = at.filter(([ms]) => ms > toldMs - waitMs && ms <= toldMs);
          expect(before.every(([, found]) => found.length === (what === 'fired' ? 1 : 0))).toBe(true);
        }
      }),
    );
  });
});
