import type { WorkerStatus } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { LeadTracker } from '../../src/control/lead-tracker.ts';
import { planOf, resources } from '../helpers.ts';

const worker = (id: string, startedAtMs: number, readyAtMs?: number): WorkerStatus => ({
  id,
  pool: 'p',
  phase: readyAtMs === undefined ? 'starting' : 'ready',
  allowance: resources(0.1),
  owns: [],
  startedAtMs,
  readyAtMs,
});
const planFor = (workers: number, decidedAtMs: number) =>
  planOf('p', { decidedAtMs, allocation: { workers, perWorker: resources(0.1) } });

describe('lead time', () => {
  it('runs from the decision for more workers to ready', () => {
    const tracker = new LeadTracker();
    tracker.plan(planFor(1, 0));
    tracker.observe([worker('w1', 0, 10)]);
    tracker.plan(planFor(2, 5000));
    tracker.plan(planFor(2, 7000));
    expect(tracker.observe([worker('w1', 0, 10), worker('w2', 5400)])).toEqual([]);
    expect(tracker.observe([worker('w1', 0, 10), worker('w2', 5400, 20_000)])).toEqual([
      { decidedAtMs: 5000, readyAtMs: 20_000 },
    ]);
    expect(tracker.observe([worker('w1', 0, 10), worker('w2', 5400, 20_000)])).toEqual([]);
  });

  it('runs from the start of a worker that replaces a crashed one', () => {
    const tracker = new LeadTracker();
    tracker.plan(planFor(1, 0));
    tracker.observe([worker('w1', 0, 10)]);
    tracker.plan(planFor(2, 5000));
    expect(tracker.observe([worker('w1', 0, 10), worker('w9', 900_000, 915_000)])).toEqual([
      { decidedAtMs: 900_000, readyAtMs: 915_000 },
    ]);
  });

  it('runs from its own start also for one that crashed soon after more were decided', () => {
    const tracker = new LeadTracker();
    tracker.plan(planFor(1, 0));
    tracker.observe([worker('w1', 0, 10)]);
    tracker.plan(planFor(2, 5000));
    tracker.observe([worker('w1', 0, 10), worker('w2', 5400, 20_000)]);
    expect(tracker.observe([worker('w2', 5400, 20_000), worker('w3', 40_000, 55_000)])).toEqual([
      { decidedAtMs: 40_000, readyAtMs: 55_000 },
    ]);
  });

  it('does not count workers that were there before, nor those that never became ready', () => {
    const tracker = new LeadTracker();
    expect(tracker.observe([worker('old', 0, 10), worker('half', 50)])).toEqual([]);
    expect(tracker.observe([worker('old', 0, 10), worker('half', 50, 90)])).toEqual([]);
    tracker.observe([worker('lost', 100)]);
    expect(tracker.observe([])).toEqual([]);
  });
});
