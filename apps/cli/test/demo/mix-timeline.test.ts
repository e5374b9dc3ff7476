import { expect, it } from 'vitest';
import type { Moment } from '../../src/demo/history.ts';
import { mixTimeline, mixWords } from '../../src/demo/mix-timeline.ts';
import type { ScaleUp } from '../../src/demo/summary.ts';

const moment = (second: number, workPerRecord: number, lagSeconds = 0): Moment => ({
  atMs: second * 1000,
  workersReady: 1,
  workersStarting: 0,
  capacityCores: 1,
  demandCores: 0.5,
  partitions: [
    { partition: 'orders/0', recordsPerSec: 10, capacityRecordsPerSec: 50, lagSeconds, workPerRecord },
  ],
});

const scaleUp = (decidedAtMs: number, readyAtMs: number | null): ScaleUp => ({
  kind: 'workers',
  pool: 'orders-workers',
  workersBefore: 1,
  workersAfter: 2,
  coresBefore: 0.25,
  coresAfter: 0.25,
  decidedAtMs,
  readyAtMs,
  neededAtMs: null,
});

const moments = Array.from({ length: 60 }, (_, s) => moment(s, s < 34 ? 100 : 290, s < 50 ? 0 : 3));

it('tells when the change was seen, planned for, ready, and felt', () => {
  const timeline = mixTimeline(moments, [scaleUp(5000, 9000), scaleUp(36_000, 47_000)], 30_000);
  expect(timeline).toEqual({
    changedAtMs: 30_000,
    workSeenAtMs: 34_000,
    planChangedAtMs: 36_000,
    readyAtMs: 47_000,
    laggedAtMs: 50_000,
  });
  expect(mixWords(timeline)).toBe(
    'records began to cost more: seen by the probe after 4.0 s, planned for after 6.0 s, ready after 17.0 s, lag of 2 s after 20.0 s',
  );
});

it('tells of what did not come', () => {
  const unseen = moments.slice(0, 40).map((m) => moment(m.atMs / 1000, NaN));
  const timeline = mixTimeline(unseen, [scaleUp(35_000, null)], 30_000);
  expect(timeline).toMatchObject({ workSeenAtMs: null, readyAtMs: null, laggedAtMs: null });
  expect(mixWords(timeline)).toContain('seen by the probe never, planned for after 5.0 s, ready never');
});
