import type { DemandForecast, PartitionKey } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import {
  initialPoolState,
  type PartitionObservation,
  planPool,
  type PlanResult,
  PlanError,
  type PoolObservation,
  type PoolState,
  restorePoolState,
} from '../src/index.ts';
import {
  cpu,
  flat,
  forecastOf,
  MIB,
  observation,
  type ObservationOptions,
  steady,
  worker,
} from './fixtures.ts';

const START_MS = 1_000_000;

/** Walks a timeline: plans every two seconds from the options that `at` gives for each second. */
function walk(
  seconds: number,
  at: (nowMs: number, sec: number) => ObservationOptions,
  from: PoolState = initialPoolState(),
  startMs = START_MS,
): PlanResult {
  let result: PlanResult | undefined;
  let state = from;
  for (let sec = 0; sec <= seconds; sec += 2) {
    result = planPool(state, observation(at(startMs + sec * 1000, sec)), startMs + sec * 1000);
    state = result.state;
  }
  return result!;
}

const four = (cores: number, nowMs: number): PartitionObservation[] =>
  [0, 1, 2, 3].map((i) => steady(i, cores, nowMs));

/** A partition whose forecast goes from `now` to `later` after 15 s. */
function rising(index: number, now: number, later: number, nowMs: number): PartitionObservation {
  const partition: PartitionKey = `orders/${index}`;
  const cores = Array.from({ length: 60 }, (_, i) => (i < 15 ? now : later));
  return { ...steady(index, now, nowMs), forecast: forecastOf(partition, { issuedAtMs: nowMs, cores }) };
}

const two = [worker('w-1'), worker('w-2', { startedAtMs: 500 })];
const one = [worker('w-1')];

describe('a first plan', () => {
  it('sizes the pool for what it sees', () => {
    const { plan } = walk(0, (now) => ({ partitions: four(0.1, now), workers: one }));
    expect(plan.reason).toBe('INITIAL');
    expect(plan.allocation.workers).toBe(2);
    expect(plan.changed).toBe(true);
    expect(plan.assignment.owners).toEqual({ 'w-1': ['orders/0', 'orders/1', 'orders/2', 'orders/3'] });
  });

  it('gives unknown demand the largest worker', () => {
    const unknown = { forecast: undefined, presentDemand: undefined };
    const { plan } = walk(0, (now) => ({ partitions: four(0.1, now).map((p) => ({ ...p, ...unknown })) }));
    expect(plan.allocation).toMatchObject({ workers: 1, perWorker: { cpuCores: 0.3 } });
    expect(plan.basis).toBe('hold');
    expect(plan.assignment.owners).toEqual({});
  });

  it('keeps the workers that it finds for a stabilisation window', () => {
    const workers = [1, 2, 3, 4].map((i) => worker(`w-${i}`));
    const found = (now: number): ObservationOptions => ({ partitions: four(0.02, now), workers });
    for (const seconds of [0, 2, 50]) {
      const { plan } = walk(seconds, found);
      expect(plan.allocation.workers).toBe(4);
      expect(plan.retiring).toEqual([]);
    }
    expect(walk(70, found).plan.allocation.workers).toBe(1);
  });

  it('refuses a mode that it cannot plan', () => {
    const o = observation({ partitions: four(0.1, 0) });
    const unordered: PoolObservation = { ...o, pool: { ...o.pool, mode: 'unordered' } };
    expect(() => planPool(initialPoolState(), unordered, 0)).toThrow(PlanError);
  });
});

describe('scaling up', () => {
  const settled = walk(120, (now) => ({ partitions: four(0.05, now), workers: one })).state;
  const later = START_MS + 122_000;

  it('orders workers when the forecast at the lead time outgrows those there are', () => {
    const partitions = [0, 1, 2, 3].map((i) => rising(i, 0.05, 0.1, later));
    const { plan } = planPool(settled, observation({ partitions, workers: one }), later);
    expect(plan.reason).toBe('FORECAST_SCALE_UP');
    expect(plan.allocation.workers).toBe(2);
    expect(plan.ingredients).toMatchObject({ workersBefore: 1, workersForPresent: 1, workersForForecast: 2 });
    expect(plan.message).toContain('in 15 s the forecast asks for');
    // Nobody new is ready: the one that is keeps all partitions.
    expect(plan.assignment.owners['w-1']).toHaveLength(4);
  });

  it('does not order workers for a rise that is over before they would be ready', () => {
    const spike = (i: number): PartitionObservation => ({
      ...steady(i, 0.05, later),
      forecast: forecastOf(`orders/${i}`, {
        issuedAtMs: later,
        cores: [...flat(0.06, 10), ...flat(0.04, 50)],
      }),
    });
    const { plan } = planPool(
      settled,
      observation({ partitions: [0, 1, 2, 3].map(spike), workers: one }),
      later,
    );
    expect(plan.allocation.workers).toBe(1);
  });

  it('grows what runs in place for what comes before the next plan', () => {
    const near = (i: number): PartitionObservation => ({
      ...steady(i, 0.02, later),
      forecast: forecastOf(`orders/${i}`, { issuedAtMs: later, cores: [0.02, 0.05, 0.05, ...flat(0.02)] }),
    });
    const low = walk(300, (now) => ({ partitions: four(0.02, now), workers: one }), settled, later).state;
    const at = later + 302_000;
    const partitions = [0, 1, 2, 3].map((i) => ({
      ...near(i),
      forecast: { ...near(i).forecast!, issuedAtMs: at } satisfies DemandForecast,
    }));
    const { plan } = planPool(low, observation({ partitions, workers: one }), at);
    expect(plan.reason).toBe('VERTICAL_UP');
    expect(plan.allocation.perWorker.cpuCores).toBeCloseTo((0.2 + 0.005) / 0.8, 2);
  });

  it('follows the present load where the forecast fell short', () => {
    const partitions = [0, 1, 2, 3].map((i) => ({ ...steady(i, 0.05, later), presentDemand: cpu(0.12) }));
    const { plan } = planPool(settled, observation({ partitions, workers: one }), later);
    expect(plan.reason).toBe('REACTIVE_SCALE_UP');
    expect(plan.allocation.workers).toBeGreaterThanOrEqual(2);
  });

  it('works off a backlog within the catch-up time', () => {
    const waiting = { lagRecords: 6000, lagSeconds: 30 };
    const partitions = four(0.05, later).map((p) => ({ ...p, ...waiting }));
    const { plan } = planPool(settled, observation({ partitions, workers: one }), later);
    expect(plan.reason).toBe('BACKLOG_SCALE_UP');
    // 4 × 6000 records × 1 ms within 30 s: 0.8 cores on top of 0.26.
    expect(plan.ingredients['backlogCpuCores']).toBeCloseTo(0.8, 5);
    expect(plan.allocation.workers * 0.3).toBeGreaterThan(0.9);
  });

  it('jumps to the count that is needed instead of doubling', () => {
    const partitions = Array.from({ length: 8 }, (_, i) => rising(i, 0.02, 0.2, later));
    const { plan } = planPool(settled, observation({ partitions, workers: one }), later);
    expect(plan.allocation.workers).toBe(8);
  });

  it('says when it can give no more', () => {
    const partitions = four(0.2, later);
    const { plan } = walk(
      4,
      (now) => ({ partitions: four(0.2, now), workers: two, maxWorkers: 2 }),
      settled,
      later,
    );
    expect(partitions).toHaveLength(4);
    expect(plan.reason).toBe('AT_MAXIMUM');
    expect(plan.allocation.workers).toBe(2);
  });

  it('has never more workers than partitions', () => {
    const { plan } = walk(
      4,
      (now) => ({ partitions: four(5, now), workers: one, minWorkers: 6 }),
      settled,
      later,
    );
    expect(plan.allocation.workers).toBe(4);
  });

  it('raises a pool below its minimum', () => {
    const { plan } = walk(
      0,
      (now) => ({ partitions: four(0.05, now), workers: one, minWorkers: 3 }),
      settled,
      later,
    );
    expect(plan.reason).toBe('BELOW_MINIMUM');
    expect(plan.allocation.workers).toBe(3);
  });
});

describe('scaling down', () => {
  const high = walk(120, (now) => ({ partitions: four(0.11, now), workers: two })).state;
  const later = START_MS + 122_000;
  const low = (now: number): ObservationOptions => ({ partitions: four(0.04, now), workers: two });

  it('waits for the stabilisation window, then retires and hands over', () => {
    const early = walk(20, low, high, later);
    expect(early.plan.reason).toBe('STABILIZING');
    expect(early.plan.allocation.workers).toBe(2);
    const late = walk(64, low, high, later);
    expect(late.plan.allocation.workers).toBe(1);
    expect(late.plan.retiring).toEqual(['w-2']);
    expect(late.plan.assignment.owners).toEqual({ 'w-1': ['orders/0', 'orders/1', 'orders/2', 'orders/3'] });
  });

  it('gives the reason when it falls', () => {
    let state = high;
    const reasons: string[] = [];
    for (let sec = 0; sec <= 64; sec += 2) {
      const now = later + sec * 1000;
      const result = planPool(state, observation(low(now)), now);
      if (result.plan.allocation.workers < (state.allocation?.workers ?? 0)) reasons.push(result.plan.reason);
      state = result.state;
    }
    expect(reasons).toEqual(['FORECAST_SCALE_DOWN']);
  });

  it('keeps a worker that the forecast wants back within two lead times', () => {
    const returning = (now: number): ObservationOptions => {
      const cores = Array.from({ length: 60 }, (_, i) => (i < 22 ? 0.04 : 0.11));
      const partitions = [0, 1, 2, 3].map((i) => ({
        ...steady(i, 0.04, now),
        forecast: forecastOf(`orders/${i}`, { issuedAtMs: now, cores }),
      }));
      return { partitions, workers: two };
    };
    const { plan } = walk(80, returning, high, later);
    expect(plan.allocation.workers).toBe(2);
    expect(plan.reason).toBe('DEMAND_RETURNS');
    expect(plan.ingredients['workersForPayback']).toBe(2);
  });

  const barred: [string, (p: PartitionObservation, now: number) => PartitionObservation, string][] = [
    ['a backlog', (p) => ({ ...p, lagRecords: 500, lagSeconds: 10 }), 'BACKLOGGED'],
    ['an unknown lag', (p) => ({ ...p, lagRecords: undefined, lagSeconds: undefined }), 'NO_DATA'],
    ['a lag of NaN', (p) => ({ ...p, lagRecords: NaN, lagSeconds: NaN }), 'NO_DATA'],
    ['a missing present load', (p) => ({ ...p, presentDemand: undefined }), 'NO_DATA'],
    ['a present load of NaN', (p) => ({ ...p, presentDemand: cpu(NaN) }), 'NO_DATA'],
    ['a missing forecast', (p) => ({ ...p, forecast: undefined }), 'NO_DATA'],
    [
      'a forecast of NaN',
      (p, now) => ({ ...p, forecast: forecastOf(p.partition, { issuedAtMs: now, cores: flat(NaN) }) }),
      'NO_DATA',
    ],
    [
      'an aged forecast',
      (p, now) => ({ ...p, forecast: { ...p.forecast!, issuedAtMs: now - 20_000 } }),
      'NO_DATA',
    ],
    [
      'an expired forecast',
      (p, now) => ({ ...p, forecast: { ...p.forecast!, issuedAtMs: now - 61_000 } }),
      'NO_DATA',
    ],
    ['a partition that is not reported', (p) => ({ ...p, partition: 'other/0' }), 'NO_DATA'],
  ];

  it.each(barred)('never happens with %s, in workers or size', (_, spoil, reason) => {
    const spoiled = (now: number): ObservationOptions => {
      const o = low(now);
      const [first, ...rest] = o.partitions;
      return { ...o, partitions: [spoil(first!, now), ...rest] };
    };
    let state = high;
    for (let sec = 0; sec <= 300; sec += 2) {
      const now = later + sec * 1000;
      const o = observation(spoiled(now));
      const partitions = high.assignment.owners;
      const result = planPool(
        state,
        { ...o, pool: { ...o.pool, partitions: Object.values(partitions).flat() } },
        now,
      );
      expect(result.plan.allocation.workers).toBeGreaterThanOrEqual(high.allocation!.workers);
      expect(result.plan.allocation.perWorker.cpuCores).toBeGreaterThanOrEqual(
        high.allocation!.perWorker.cpuCores,
      );
      state = result.state;
      if (sec === 300) expect(result.plan.reason).toBe(reason);
    }
  });

  it('goes to zero only when all is quiet, and wakes with the first record', () => {
    const idle = (now: number): ObservationOptions => ({
      partitions: four(0, now).map((p) => ({ ...p, presentDemand: cpu(0) })),
      workers: one,
      minWorkers: 0,
    });
    const before = walk(10, (now) => ({ partitions: four(0.02, now), workers: one, minWorkers: 0 }));
    const soon = walk(30, idle, before.state, START_MS + 12_000);
    expect(soon.plan.allocation.workers).toBe(1);
    const asleep = walk(120, idle, before.state, START_MS + 12_000);
    expect(asleep.plan.allocation.workers).toBe(0);
    expect(asleep.plan.retiring).toEqual(['w-1']);
    const woken = (now: number): ObservationOptions => ({
      partitions: [...four(0, now).slice(1), steady(0, 0.001, now)],
      minWorkers: 0,
    });
    expect(walk(0, woken, asleep.state, START_MS + 134_000).plan.allocation.workers).toBe(1);
  });
});

describe('the fallback ladder', () => {
  const settled = walk(60, (now) => ({ partitions: four(0.05, now), workers: one })).state;
  const later = START_MS + 62_000;
  const basisOf = (spoil: (p: PartitionObservation) => PartitionObservation): string =>
    planPool(settled, observation({ partitions: four(0.05, later).map(spoil), workers: one }), later).plan
      .basis;

  it('names the rung that the plan stands on', () => {
    const aged = (p: PartitionObservation, ageMs: number) => ({
      ...p,
      forecast: { ...p.forecast!, issuedAtMs: later - ageMs },
    });
    expect(basisOf((p) => p)).toBe('forecast');
    expect(basisOf((p) => aged(p, 30_000))).toBe('aged-forecast');
    expect(basisOf((p) => ({ ...p, basis: 'actuator-forecast' }))).toBe('actuator-forecast');
    expect(basisOf((p) => aged(p, 61_000))).toBe('reactive');
    expect(basisOf((p) => ({ ...p, forecast: undefined, presentDemand: undefined }))).toBe('hold');
  });

  it('is as low as the worst partition', () => {
    expect(basisOf((p) => (p.partition === 'orders/2' ? { ...p, forecast: undefined } : p))).toBe('reactive');
  });

  it('reads an aged forecast further along its path', () => {
    const cores = Array.from({ length: 60 }, (_, i) => (i < 40 ? 0.05 : 0.12));
    const partitions = four(0.05, later).map((p) => ({
      ...p,
      forecast: forecastOf(p.partition, { issuedAtMs: later - 26_000, cores }),
    }));
    const { plan } = planPool(settled, observation({ partitions, workers: one }), later);
    expect(plan.basis).toBe('aged-forecast');
    expect(plan.reason).toBe('FORECAST_SCALE_UP');
  });

  it('holds what a partition last needed when its data go missing while others rise', () => {
    const partitions = [
      { ...steady(0, 0, later), forecast: undefined, presentDemand: undefined },
      ...[1, 2, 3].map((i) => steady(i, 0.08, later)),
    ];
    const { plan } = planPool(settled, observation({ partitions, workers: one }), later);
    expect(plan.ingredients['presentDemandCpuCores']).toBeCloseTo(0.05 + 0.24, 6);
  });
});

describe('workers that come and go', () => {
  const settled = walk(60, (now) => ({ partitions: four(0.1, now), workers: two })).state;
  const later = START_MS + 62_000;

  it('move the fewest partitions to one that has become ready', () => {
    const onOne = walk(0, (now) => ({ partitions: four(0.1, now), workers: one })).state;
    const { plan } = walk(0, (now) => ({ partitions: four(0.1, now), workers: two }), onOne, later);
    expect(plan.assignment.owners['w-1']).toHaveLength(2);
    expect(plan.assignment.owners['w-2']).toHaveLength(2);
    expect(plan.assignment.version).toBe(onOne.assignment.version + 1);
  });

  it('are replaced when they crash, and only their partitions move', () => {
    const workers = [worker('w-1'), worker('w-2', { phase: 'failed' })];
    const { plan } = walk(0, (now) => ({ partitions: four(0.1, now), workers }), settled, later);
    expect(plan.allocation.workers).toBe(2);
    expect(plan.retiring).toEqual([]);
    expect(plan.assignment.owners['w-1']).toEqual(
      expect.arrayContaining([...settled.assignment.owners['w-1']!]),
    );
    expect(plan.assignment.owners['w-1']).toHaveLength(4);
    expect(plan.changed).toBe(true);
  });

  it('stay told to drain until they are gone', () => {
    const low = (now: number): ObservationOptions => ({ partitions: four(0.03, now), workers: two });
    const down = walk(70, low, settled, later).state;
    expect(down.retiring).toEqual(['w-2']);
    const draining = [worker('w-1'), worker('w-2', { phase: 'draining' })];
    const again = walk(0, (now) => ({ partitions: four(0.1, now), workers: draining }), down, later + 72_000);
    expect(again.plan.retiring).toEqual(['w-2']);
    expect(again.plan.allocation.workers).toBe(2);
    expect(again.plan.assignment.owners).not.toHaveProperty('w-2');
    expect(
      walk(0, (now) => ({ partitions: four(0.11, now), workers: one }), again.state, later + 74_000).plan
        .retiring,
    ).toEqual([]);
  });

  it('retire those that have not begun to work, then the youngest', () => {
    const workers = [
      worker('w-1', { startedAtMs: 1 }),
      worker('w-2', { startedAtMs: 2 }),
      worker('w-3', { startedAtMs: 3 }),
      worker('w-4', { startedAtMs: 4, phase: 'starting' }),
    ];
    const high = walk(10, (now) => ({ partitions: four(0.22, now), workers })).state;
    const { plan } = walk(100, (now) => ({ partitions: four(0.09, now), workers }), high, later);
    expect(plan.allocation.workers).toBe(2);
    expect(plan.retiring).toEqual(['w-4', 'w-3']);
  });
});

describe('a hot partition', () => {
  it('gets a worker of its own, and advice when it exceeds the largest', () => {
    const partitions = (now: number) => [steady(0, 0.5, now), ...[1, 2, 3].map((i) => steady(i, 0.02, now))];
    const { plan } = walk(10, (now) => ({ partitions: partitions(now), workers: two }));
    expect(plan.allocation.workers).toBe(2);
    expect(plan.reason).toBe('HOT_PARTITION');
    expect(plan.message).toMatch(
      /orders\/0 needs more than the largest worker .*: split its keys over 2 partitions/,
    );
    expect(plan.assignment.owners['w-1']).toHaveLength(
      plan.assignment.owners['w-1']![0] === 'orders/0' ? 1 : 3,
    );
    expect(plan.allocation.perWorker.cpuCores).toBe(0.3);
  });

  it('is not one whose forecast is merely unsure', () => {
    const unsure = (now: number): PartitionObservation => ({
      ...steady(0, 0.08, now),
      forecast: forecastOf('orders/0', { issuedAtMs: now, cores: flat(0.08), spread: 6 }),
    });
    const { plan } = walk(70, (now) => ({
      partitions: [unsure(now), ...[1, 2, 3].map((i) => steady(i, 0.05, now))],
      workers: two,
    }));
    expect(plan.ingredients['hotPartitions']).toBe(0);
    expect(plan.message).not.toContain('largest worker');
  });

  it('sets the size that all workers get', () => {
    const partitions = (now: number) => [steady(0, 0.16, now), ...[1, 2, 3].map((i) => steady(i, 0.05, now))];
    const { plan } = walk(70, (now) => ({ partitions: partitions(now), workers: two }));
    expect(plan.allocation.workers).toBe(2);
    expect(plan.allocation.perWorker.cpuCores).toBeGreaterThan((0.16 + 0.005) / 0.8);
    expect(plan.allocation.perWorker.cpuCores).toBeLessThan(0.25);
  });
});

describe('sizes', () => {
  it('are in milli-cores, never rounded to whole ones', () => {
    const { plan } = walk(70, (now) => ({ partitions: [steady(0, 1.5, now)], workers: one, maxCores: 4 }));
    const { cpuCores } = plan.allocation.perWorker;
    expect(cpuCores).toBeGreaterThan(1.88);
    expect(cpuCores).toBeLessThan(2.1);
    expect(Math.round(cpuCores * 1000)).toBe(cpuCores * 1000);
  });

  it('stay what they were where workers cannot be resized, and the count does the rest', () => {
    const fixed = {
      cpuCores: 'none',
      memoryBytes: 'restart',
      networkBytesPerSec: 'none',
      diskBytesPerSec: 'none',
    } as const;
    const { plan } = walk(10, (now) => ({ partitions: four(0.1, now), workers: two, resizable: fixed }));
    expect(plan.allocation).toMatchObject({ workers: 2, perWorker: { cpuCores: 0.3 } });
    expect(plan.unfulfilled).toContain('cpuCores: the orchestrator cannot limit it');
  });

  it('never take memory below the base and its margin', () => {
    const { plan } = walk(200, (now) => ({ partitions: four(0.01, now), workers: one }));
    expect(plan.allocation.perWorker.memoryBytes).toBeGreaterThanOrEqual(40 * 1024 * 1024 * 1.2);
    expect(plan.allocation.perWorker.memoryBytes).toBeLessThan(60 * 1024 * 1024);
  });

  it('hold a resource that is not known while the others move', () => {
    const known = walk(10, (now) => ({ partitions: four(0.1, now), workers: two }));
    const blind = (now: number): ObservationOptions => ({
      partitions: four(0.01, now).map((p) => ({ ...p, presentDemand: { ...cpu(0.01), memoryBytes: NaN } })),
      workers: two,
    });
    const { plan } = walk(200, blind, known.state, START_MS + 12_000);
    expect(plan.allocation.perWorker.memoryBytes).toBe(known.plan.allocation.perWorker.memoryBytes);
    expect(plan.allocation.workers * plan.allocation.perWorker.cpuCores).toBeLessThan(0.2);
  });
});

describe('network and disk', () => {
  const resizable = {
    cpuCores: 'live',
    memoryBytes: 'live',
    networkBytesPerSec: 'live',
    diskBytesPerSec: 'live',
  } as const;
  /** Four partitions with 10 MB/s of network a core, and no disk. */
  const heavy = (cores: number, now: number): PartitionObservation[] =>
    four(cores, now).map((p) => ({
      ...p,
      presentDemand: { ...p.presentDemand!, networkBytesPerSec: cores * 1e7 },
      forecast: {
        ...p.forecast!,
        points: p.forecast!.points.map((point) => ({
          ...point,
          median: { ...point.median, networkBytesPerSec: point.median.cpuCores * 1e7 },
          lower: { ...point.lower, networkBytesPerSec: point.lower.cpuCores * 1e7 },
          upper: { ...point.upper, networkBytesPerSec: point.upper.cpuCores * 1e7 },
        })),
      },
    }));

  it('are allowed by the quantile of demand and its headroom, and no more', () => {
    const { plan } = walk(120, (now) => ({ partitions: heavy(0.05, now), workers: one, resizable }));
    const { networkBytesPerSec, diskBytesPerSec } = plan.allocation.perWorker;
    expect(networkBytesPerSec).toBeGreaterThan(0.2 * 1e7 * 1.25);
    expect(networkBytesPerSec).toBeLessThan(0.2 * 1e7 * 1.25 * 1.3);
    expect(diskBytesPerSec).toBe(1024);
    expect(plan.unfulfilled).toEqual([]);
  });

  it('are allowed before the demand comes, as far as the forecast says so', () => {
    const calm = walk(120, (now) => ({ partitions: heavy(0.02, now), workers: one, resizable }));
    const rising = (now: number): ObservationOptions => ({
      partitions: heavy(0.05, now).map((p) => ({ ...p, presentDemand: heavy(0.02, now)[0]!.presentDemand })),
      workers: one,
      resizable,
    });
    const { plan } = walk(1, rising, calm.state, START_MS + 122_000);
    expect(plan.allocation.perWorker.networkBytesPerSec).toBeGreaterThan(0.2 * 1e7 * 1.25);
    expect(plan.reason).toBe('VERTICAL_UP');
    expect(plan.message).toMatch(/network \d\.\d → \d\.\d MiB\/s/);
  });

  it('let a backlog be worked off as fast as CPU does', () => {
    const behind = (now: number): ObservationOptions => ({
      partitions: heavy(0.02, now).map((p) => ({ ...p, lagRecords: 3_000, lagSeconds: 150 })),
      workers: one,
      resizable,
      maxCores: 4,
    });
    const before = (now: number): ObservationOptions => ({ ...behind(now), partitions: heavy(0.02, now) });
    const calm = walk(120, before);
    expect(calm.plan.allocation.perWorker.networkBytesPerSec).toBeLessThan(0.16 * 1e7);
    const { plan } = walk(1, behind, calm.state, START_MS + 122_000);
    // 12 CPU seconds in 30 s beside the load.
    expect(plan.allocation.perWorker.networkBytesPerSec).toBeGreaterThan((0.08 * 1.25 + 12 / 30) * 1e7);
  });

  it('are all that a worker may have while nobody knows what the load takes', () => {
    const blind = (now: number): ObservationOptions => ({
      partitions: heavy(0.05, now).map((p) => ({
        ...p,
        presentDemand: { ...p.presentDemand!, networkBytesPerSec: NaN },
      })),
      workers: [],
      resizable,
    });
    expect(walk(60, blind).plan.allocation.perWorker.networkBytesPerSec).toBe(1024 * MIB);
  });

  it('are said to be short where the largest worker may not have what is needed', () => {
    const { plan } = walk(10, (now) => ({
      partitions: heavy(0.05, now).map((p) => ({
        ...p,
        presentDemand: { ...p.presentDemand!, networkBytesPerSec: 4e9 },
      })),
      workers: one,
      maxWorkers: 1,
      resizable,
    }));
    expect(plan.unfulfilled).toEqual([
      'networkBytesPerSec: a worker needs more than maxWorker, and there are maxWorkers',
    ]);
  });
});

describe('a paused pool', () => {
  it('stays as it is', () => {
    const before = walk(60, (now) => ({ partitions: four(0.05, now), workers: one }));
    const { plan } = walk(
      100,
      (now) => ({ partitions: four(0.2, now), workers: one, paused: true }),
      before.state,
      START_MS + 62_000,
    );
    expect(plan.reason).toBe('PAUSED');
    expect(plan.allocation).toEqual(before.plan.allocation);
    expect(plan.assignment).toEqual(before.plan.assignment);
  });
});

describe('state', () => {
  it('survives JSON: the next plan is the same', () => {
    const { state } = walk(60, (now) => ({ partitions: four(0.1, now), workers: two }));
    const saved = restorePoolState(JSON.parse(JSON.stringify(state)));
    const now = START_MS + 62_000;
    const o = observation({ partitions: four(0.12, now), workers: two });
    expect(planPool(saved, o, now)).toEqual(planPool(state, o, now));
  });

  it('refuses what another version wrote', () => {
    expect(() => restorePoolState({ version: 0 })).toThrow('another version');
  });
});
