import { describe, expect, it } from 'vitest';
import { type PolicyObservation, Stage, traceOf } from '../src/index.ts';
import { constant, EXACT, fixed, seeing, stageOf } from './fixtures.ts';

describe('a pool', () => {
  it('keeps up at its capacity and is late above it', () => {
    const enough = stageOf({ perSecond: constant(200, 200), settings: { initialWorkers: 2 } });
    expect(enough.play(fixed(2)).latePct).toBe(0);
    // 300/s against 200/s: what arrives in second u is done by 1.5·u, so from u = 20 on all are late; 190 cohorts come due.
    const short = stageOf({ perSecond: constant(200, 300), settings: { initialWorkers: 2 } });
    const outcome = short.play(fixed(2));
    expect(outcome.latePct).toBeGreaterThan(100 * (170 / 190) - 1.5);
    expect(outcome.latePct).toBeLessThan(100 * (170 / 190) + 1.5);
    expect(outcome.worstLagSeconds).toBeCloseTo(200 / 3, -1);
  });

  it('pays for workers while they start, and has them work a lead time later', () => {
    const stage = stageOf({ perSecond: constant(100, 50) });
    const outcome = stage.play(fixed(3));
    expect([...outcome.supply.slice(33, 37)]).toEqual([1, 1, 3, 3]);
    // One worker for 100 s, two more from second 5 on.
    expect(outcome.cost).toBe(100 + 2 * 95);
    expect(outcome.actionsPerHour).toBeCloseTo(36, 9);
  });

  it('pays for a worker while it drains', () => {
    const settings = { initialWorkers: 3, drainSeconds: 7 };
    const outcome = stageOf({ perSecond: constant(100, 50), settings }).play(fixed(1));
    expect(outcome.cost).toBe(100 + 2 * (5 + 7));
    expect(outcome.supply[5]).toBe(1);
  });

  it('rests while owners change, and counts it', () => {
    const settings = { initialWorkers: 2, rebalancePauseSeconds: 20 };
    const outcome = stageOf({ perSecond: constant(100, 10), settings }).play(fixed(1));
    expect(outcome.disruptiveActionsPerHour).toBeCloseTo(36, 9);
    // Records of the first half of the pause wait for more than 10 s.
    expect(outcome.latePct).toBeGreaterThan(8);
    expect(outcome.worstLagSeconds).toBe(20);
  });

  it('lets partitions that stay go on while others move, where the group is cooperative', () => {
    const settings = { initialWorkers: 2, rebalancePauseSeconds: 20 };
    const run = (rebalance: 'eager' | 'cooperative') =>
      stageOf({ perSecond: constant(100, 10), settings: { ...settings, rebalance } }).play(fixed(1)).latePct;
    // Records of the first 10 s of the pause are late, on the half of the partitions that move: 10 of 90 cohorts, halved.
    expect(run('cooperative')).toBeCloseTo(100 / 18, 9);
    // On all of them, and one second's more: 200 records wait at the end of the pause, of which 100 a second get done.
    expect(run('eager')).toBeCloseTo(1100 / 90, 9);
  });

  it('cannot use more workers than partitions where these are ordered, but where all work together', () => {
    const run = (sharing: 'ordered' | 'pooled') =>
      stageOf({
        perSecond: constant(300, 380),
        partitions: 2,
        settings: { sharing, initialWorkers: 4 },
      }).play(fixed(4));
    expect(run('ordered').latePct).toBeGreaterThan(80);
    expect(run('pooled').latePct).toBe(0);
  });

  it('replaces workers that a lost node took', () => {
    const trace = traceOf({ name: 't', perSecond: constant(200, 180), partitions: 4 });
    const settings = { ...EXACT, initialWorkers: 2 };
    const faults = [{ kind: 'node-lost', fromSeconds: 50, durationSeconds: 0, workers: 1 } as const];
    const { supply, latePct } = new Stage({ trace, settings, faults, seed: 1 }).play(fixed(2));
    expect([49, 50, 79, 80].map((sec) => supply[sec])).toEqual([2, 1, 1, 2]);
    expect(latePct).toBeGreaterThan(0);
  });

  it('draws start-up delays of which 90 % lie within the lead time', () => {
    const delays: number[] = [];
    const stage = stageOf({
      perSecond: constant(400, 1),
      settings: {
        leadTimeSeconds: 100,
        leadTimeSpread: 0.3,
        maxWorkers: 2000,
        initialWorkers: 0,
        minWorkers: 0,
      },
    });
    stage.play(
      seeing((o) => {
        if (o.nowSeconds === 395) delays.push(...o.workers.map((w) => w.readySec - w.startedSec));
        return { workers: 2000 };
      }),
    );
    const within = delays.filter((d) => d <= 100).length / delays.length;
    expect(delays).toHaveLength(2000);
    expect(within).toBeGreaterThan(0.88);
    expect(within).toBeLessThan(0.92);
  });

  it('keeps to its bounds, and to what it has where a decision is no number', () => {
    const settings = { minWorkers: 2, maxWorkers: 5, initialWorkers: 3, leadTimeSeconds: 0 };
    const last = (workers: number) =>
      stageOf({ perSecond: constant(60, 1), settings }).play(fixed(workers)).supply[59];
    expect([0, 4, 99, NaN, Infinity].map(last)).toEqual([2, 4, 5, 3, 3]);
  });

  it('is the same for the same seed and another for another', () => {
    const perSecond = constant(600, 200);
    const wobbling = seeing((o) => ({ workers: 2 + (Math.floor(o.nowSeconds / 60) % 3) }));
    const settings = { leadTimeSpread: 0.3, capacityNoise: 0.1 };
    const play = (seed: number) => stageOf({ perSecond, settings, seed }).play(wobbling);
    expect(play(7)).toEqual(play(7));
    expect(play(7).supply).not.toEqual(play(8).supply);
  });

  it('judges nothing before the warm-up is over', () => {
    const perSecond = [...constant(100, 1000), ...constant(400, 0), ...constant(100, 10)];
    const judged = stageOf({ perSecond, settings: { initialWorkers: 4, warmUpSeconds: 500 } }).play(fixed(4));
    expect(judged.latePct).toBe(0);
    expect(judged.worstLagSeconds).toBeLessThanOrEqual(10);
    expect(judged.cost).toBe(4 * 100);
  });
});

describe('what a policy sees', () => {
  /** All that an observation tells, in numbers. */
  function told(o: PolicyObservation): readonly unknown[] {
    const m = o.metrics!;
    const windows = [1, 7, 60, 900];
    return [
      o.target,
      o.ready,
      o.starting,
      m.newestSeconds,
      m.lagRecords(),
      ...windows.flatMap((w) => [
        m.arrivalsPerSec(w),
        m.arrivalsPerSec(w, 30),
        m.processedPerSec(w),
        m.utilization(w),
        m.readyWorkers(w),
      ]),
      ...[0, 1, 2, 3].flatMap((p) => [
        m.partitionArrivalsPerSec(p, 5),
        m.partitionLagRecords(p),
        m.partitionLagSeconds(p),
      ]),
      o.workers.map((w) => [w.id, w.phase, o.ownedBy(w.id)]),
    ];
  }

  function watch(perSecond: readonly number[], metricDelaySeconds: number, until: number) {
    const seen: unknown[] = [];
    const policy = seeing(
      (o) => {
        if (o.nowSeconds <= until) seen.push(told(o));
        return { workers: 1 + (Math.floor(o.nowSeconds / 50) % 4) };
      },
      { metricDelaySeconds },
    );
    stageOf({
      perSecond,
      settings: { leadTimeSpread: 0.2, capacityNoise: 0.1, rebalancePauseSeconds: 3 },
    }).play(policy);
    return seen;
  }

  it.each([0, 20])('does not depend on what is still to come (metrics %i s old)', (delay) => {
    const past = Array.from({ length: 300 }, (_, i) => 150 + 100 * Math.sin(i / 20));
    const calm = watch([...past, ...constant(100, 100)], delay, 300);
    const storm = watch([...past, ...constant(100, 5000)], delay, 300);
    expect(calm).toEqual(storm);
    expect(calm.length).toBe(60);
  });

  it('ends where the metrics are old', () => {
    const ramp = Array.from({ length: 200 }, (_, i) => i);
    const rates: number[] = [];
    const policy = seeing(
      (o) => {
        rates.push(o.metrics!.arrivalsPerSec(1));
        return { workers: 1 };
      },
      { metricDelaySeconds: 20, syncSeconds: 50 },
    );
    stageOf({ perSecond: ramp }).play(policy);
    // At 50 s the newest second known is the one that ended at 30 s.
    expect(rates).toEqual([29, 79, 129].map((v) => expect.closeTo(v, 9) as number));
  });

  it('has whole seconds: a delay between two counts as the longer one', () => {
    const newest: number[] = [];
    const policy = seeing(
      (o) => {
        newest.push(o.metrics!.newestSeconds, o.metrics!.partitionLagRecords(0));
        return { workers: 1 };
      },
      { metricDelaySeconds: 2.5, syncSeconds: 20 },
    );
    stageOf({ perSecond: constant(30, 4), partitions: 1 }).play(policy);
    expect(newest).toEqual([17, 8]);
  });

  it('has gaps where nothing was measured: the load goes on, its metric is missing', () => {
    const seen: number[] = [];
    const watching = seeing((o) => {
      seen.push(o.metrics!.arrivalsPerSec(5));
      return { workers: 1 };
    });
    stageOf({ perSecond: [...constant(10, 40), ...constant(10, NaN), ...constant(10, 60)] }).play(watching);
    expect(seen).toEqual([40, 40, NaN, NaN, 60]);
  });

  it('shows records in flight as lag, as committed offsets do', () => {
    let lag = NaN;
    const watching = seeing((o) => {
      lag = o.metrics!.lagRecords();
      return { workers: 1 };
    });
    stageOf({ perSecond: constant(60, 40) }).play(watching);
    expect(lag).toBeCloseTo(80, 6);
  });

  it('has no metrics while they are missing, and old forecasts or none while the edge fails', () => {
    const seen: unknown[] = [];
    const watching = seeing(
      (o) => {
        seen.push([o.metrics === undefined, o.forecasts]);
        return { workers: 1 };
      },
      { syncSeconds: 10 },
    );
    const trace = traceOf({ name: 't', perSecond: constant(60, 1) });
    const fault = (kind: 'metrics-missing' | 'edge-silent' | 'forecast-frozen', fromSeconds: number) => ({
      kind,
      fromSeconds,
      durationSeconds: 10,
    });
    const faults = [fault('metrics-missing', 10), fault('edge-silent', 20), fault('forecast-frozen', 30)];
    new Stage({ trace, settings: EXACT, faults, seed: 1 }).play(watching);
    expect(seen).toEqual([
      [true, 'fresh'],
      [false, 'silent'],
      [false, { frozenAtSeconds: 30 }],
      [false, 'fresh'],
      [false, 'fresh'],
    ]);
  });
});
