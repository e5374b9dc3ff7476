import { describe, expect, it } from 'vitest';
import { Journal, type JournalEntry } from '../src/journal.ts';
import { planOf } from './helpers.ts';

describe('decisions', () => {
  it('lists a plan that changes something, or that has a new reason, and no repetition', () => {
    const journal = new Journal();
    journal.decide(planOf('p', { changed: true, reason: 'INITIAL' }), true);
    journal.decide(planOf('p'), true);
    journal.decide(planOf('p'), true);
    journal.decide(planOf('p', { basis: 'reactive' }), true);
    journal.decide(planOf('p', { basis: 'reactive', changed: true }), true);
    const listed = journal.decisions(10);
    expect(listed.map((d) => [d.reason, d.basis, d.changed])).toEqual([
      ['WITHIN_TOLERANCE', 'reactive', true],
      ['WITHIN_TOLERANCE', 'reactive', false],
      ['WITHIN_TOLERANCE', 'forecast', false],
      ['INITIAL', 'forecast', true],
    ]);
    expect(listed.map((d) => d.id)).toEqual([4, 3, 2, 1]);
  });

  it('tells pools apart', () => {
    const journal = new Journal();
    journal.decide(planOf('a'), true);
    expect(journal.decide(planOf('b'), true)).toBeDefined();
    expect(journal.decide(planOf('a'), true)).toBeUndefined();
  });

  it('does not list the plan from before a restart again', () => {
    const journal = new Journal();
    journal.remember(planOf('p'));
    expect(journal.decide(planOf('p'), true)).toBeUndefined();
    expect(journal.decide(planOf('p', { reason: 'BACKLOGGED' }), false)).toMatchObject({ applied: false });
  });

  it('keeps the last thousand', () => {
    const journal = new Journal();
    for (let i = 0; i < 1100; i++) journal.decide(planOf('p', { changed: true }), true);
    expect(journal.decisions(5000)).toHaveLength(1000);
    expect(journal.decisions(1)[0]?.id).toBe(1100);
  });
});

it('tells listeners of decisions and events until they leave', () => {
  const journal = new Journal();
  const heard: JournalEntry[] = [];
  const leave = journal.onEntry((entry) => heard.push(entry));
  journal.note(5, 'edge-connected', 'edge-1', 'hello');
  journal.decide(planOf('p'), false);
  leave();
  journal.note(6, 'edge-lost', 'edge-1', 'gone');
  expect(heard.map((e) => e.kind)).toEqual(['event', 'decision']);
  expect(journal.events(10).map((e) => e.kind)).toEqual(['edge-lost', 'edge-connected']);
});
