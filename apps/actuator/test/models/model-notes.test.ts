import { expect, it } from 'vitest';
import { ModelNotes } from '../../src/models/model-notes.ts';

it('lets sixty notes a minute through, and says how many more there were', () => {
  const told: string[] = [];
  const notes = new ModelNotes((_atMs, kind, subject) => told.push(`${kind} ${subject}`));
  for (let i = 0; i < 100; i++) notes.note(30_000, 30_000, 'drift', `orders/${i}`, 'm');
  expect(told).toHaveLength(60);
  notes.tick(59_000);
  expect(told).toHaveLength(60);
  notes.tick(60_000);
  expect(told.slice(60)).toEqual(['models all']);
  notes.note(61_000, 61_000, 'lead', 'orders/1', 'm');
  expect(told.at(-1)).toBe('lead orders/1');
});
