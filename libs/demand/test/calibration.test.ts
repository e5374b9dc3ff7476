import {
  type DemandForecast,
  mapResources,
  type PartitionKey,
  type Utilization,
  Xoshiro128,
} from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import {
  calibrateDemand,
  createDemandCalibration,
  createDemandState,
  type DemandCalibration,
  demandForecast,
  type DemandScore,
  demandScores,
  type DemandState,
  fittedBase,
  followDemand,
  lastingCalibration,
  observeUtilization,
  restoreDemandCalibration,
} from '../src/index.ts';
import { BYTES_PER_RECORD, gauss, marginalCores, tick, TRUTH } from './truth.ts';

const HORIZONS_MS = [5000, 60_000];
const PARTITIONS: readonly PartitionKey[] = ['orders/0', 'orders/1', 'orders/2'];
const LEVEL = 100;
const PHI = 0.95;

interface World {
  readonly calibration: DemandCalibration;
  readonly state: DemandState;
  /** Hits of the CPU quantiles of a worker as the calibrated forecast has them, 5 s ahead, from a warm-up on. */
  readonly covered: number;
}

interface WorldOptions {
  readonly seed: number;
  readonly ticks: number;
  /** By what the load's margins are off. */
  readonly margins?: number;
  /** Spread of a cost factor that wanders, as caches and neighbours make it: the mapping knows nothing of it. */
  readonly wander?: number;
  /** Changes what is reported in a tick. */
  readonly report?: (u: Utilization, t: number) => Utilization;
}

/**
 * One worker on three partitions whose loads are autoregressions, forecast as one who knows them would, on a pool whose
 * costs are learned as it goes.
 */
function simulate({ seed, ticks, margins = 1, wander = 0, report = (u) => u }: WorldOptions): World {
  const rng = new Xoshiro128(seed);
  let state = createDemandState();
  let calibration = createDemandCalibration(HORIZONS_MS);
  const load = PARTITIONS.map(() => 0);
  let cost = 0;
  let hits = 0;
  let scored = 0;
  const due: { atMs: number; lower: number; upper: number }[] = [];
  for (let t = 1; t <= ticks; t++) {
    for (let i = 0; i < load.length; i++) load[i] = PHI * load[i]! + 6 * gauss(rng);
    cost = 0.9 * cost + wander * Math.sqrt(1 - 0.9 ** 2) * gauss(rng);
    const rates = load.map((x) => Math.max(0, LEVEL + x));
    const truth = { ...TRUTH, coresPerRecord: TRUTH.coresPerRecord * Math.max(0.1, 1 + cost) };
    const u = report(tick(rng, { atMs: t * 1000, rates, truth, exact: true, noise: 0.01 }), t);
    while ((due[0]?.atMs ?? Infinity) <= u.atMs) {
      const { lower, upper } = due.shift()!;
      if (t > 700) {
        scored++;
        hits += lower <= u.used.cpuCores && u.used.cpuCores <= upper ? 1 : 0;
      }
    }
    state = observeUtilization(state, u);
    const forecasts = load.flatMap((x, i) => demandForecast(state, loadForecast(i, t, x, margins)) ?? []);
    const base = fittedBase(state);
    calibration = followDemand(calibration, { forecasts, base, utilization: [u] }, t * 1000 + 100);
    const made = forecasts.map((f) => calibrateDemand(calibration, f).points[0]!);
    if (made.length === PARTITIONS.length)
      due.push({ atMs: t * 1000 + 5000, ...workerBounds(made, base.cpuCores) });
  }
  return { calibration, state, covered: hits / scored };
}

function loadForecast(i: number, t: number, x: number, margins: number) {
  const at = (ms: number): { mean: number; margin: number } => {
    const steps = ms / 1000;
    const deviation = 6 * Math.sqrt((1 - PHI ** (2 * steps)) / (1 - PHI ** 2));
    return { mean: LEVEL + x * PHI ** steps, margin: 1.645 * deviation * margins };
  };
  const points = HORIZONS_MS.map(at);
  return {
    partition: PARTITIONS[i]!,
    issuedAtMs: t * 1000,
    path: {
      horizonsMs: HORIZONS_MS,
      mean: points.map((p) => p.mean),
      lower: points.map((p) => Math.max(0, p.mean - p.margin)),
      upper: points.map((p) => p.mean + p.margin),
    },
    ratios: {
      bytesPerRecord: { value: BYTES_PER_RECORD, standardError: 0 },
      workPerRecord: undefined,
      distinctKeysPerRecord: undefined,
    },
    leadingExpert: 'truth',
    warmingUp: false,
  };
}

/** Bounds of what a worker uses, of its partitions' as the planner adds them up. */
function workerBounds(points: readonly DemandForecast['points'][number][], base: number) {
  const mean = points.reduce((sum, p) => sum + p.median.cpuCores, base);
  const width = (of: (p: (typeof points)[number]) => number): number => {
    const sum = points.reduce((total, p) => total + of(p), 0);
    const squares = points.reduce((total, p) => total + of(p) ** 2, 0);
    return Math.sqrt(0.75 * squares + 0.25 * sum * sum);
  };
  return {
    lower: mean - width((p) => p.median.cpuCores - p.lower.cpuCores),
    upper: mean + width((p) => p.upper.cpuCores - p.median.cpuCores),
  };
}

const scoreOf = (c: DemandCalibration, horizonMs: number, resource: DemandScore['resource']): DemandScore => {
  const found = demandScores(c).find((s) => s.horizonMs === horizonMs && s.resource === resource);
  if (found === undefined) throw new Error('not scored');
  return found;
};

describe('demand quantiles', () => {
  it.each([
    ['costs that wander', { wander: 0.15 }, 0.02],
    ['a load whose intervals are too narrow', { margins: 0.4 }, 0.1],
    ['a load whose intervals are too wide', { margins: 2.5 }, 0.05],
  ])(
    'under %s come to hold 90 % of what workers use',
    (_, options, off) => {
      const worlds = [1, 2, 3].map((seed) => simulate({ seed, ticks: 2200, ...options }));
      const scores = worlds.map(({ calibration }) => scoreOf(calibration, 5000, 'cpuCores'));
      const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
      expect(Math.abs(mean(scores.map((s) => s.coverage90Given)) - 0.9)).toBeGreaterThan(off);
      expect(mean(worlds.map((w) => w.covered))).toBeGreaterThan(0.88);
      expect(mean(worlds.map((w) => w.covered))).toBeLessThan(0.92);
    },
    60_000,
  );

  it('are scored by resource and horizon, each when due and no earlier', () => {
    const { calibration } = simulate({ seed: 1, ticks: 70 });
    // Issued from the third tick on, once a tick; due 5 s later; judged 2 s after that.
    expect(scoreOf(calibration, 5000, 'cpuCores').scored).toBeGreaterThan(55);
    expect(scoreOf(calibration, 5000, 'cpuCores').scored).toBeLessThan(64);
    expect(demandScores(calibration).some((s) => s.horizonMs === 60_000 && s.scored > 2)).toBe(false);
    const later = simulate({ seed: 1, ticks: 200 }).calibration;
    // Once in 5 s, a twelfth of the horizon.
    expect(scoreOf(later, 60_000, 'networkBytesPerSec').scored).toBeGreaterThan(20);
    expect(scoreOf(later, 60_000, 'networkBytesPerSec').scored).toBeLessThan(29);
  });

  it('learn nothing while workers are throttled, behind, or own other partitions', () => {
    const late = (u: Utilization): Utilization => ({
      ...u,
      partitions: u.partitions.map((p) => ({ ...p, lagSeconds: 30 })),
    });
    const moved = (u: Utilization, t: number): Utilization =>
      t % 2 === 0 ? u : { ...u, partitions: u.partitions.slice(0, 2) };
    for (const report of [late, moved, (u: Utilization): Utilization => ({ ...u, throttledFraction: 0.3 })]) {
      expect(demandScores(simulate({ seed: 1, ticks: 100, report }).calibration)).toEqual([]);
    }
  });

  it('go on after a restart as they were, and anew for a horizon that is new', () => {
    const { calibration, state } = simulate({ seed: 1, ticks: 400, margins: 0.4 });
    const saved: unknown = JSON.parse(JSON.stringify(lastingCalibration(calibration)));
    const restored = restoreDemandCalibration(saved, [...HORIZONS_MS, 300_000]);
    const forecast = demandForecast(state, loadForecast(0, 400, 0, 0.4))!;
    expect(calibrateDemand(restored, forecast)).toEqual(calibrateDemand(calibration, forecast));
    expect(calibrateDemand(restored, forecast)).not.toEqual(forecast);
    expect(restored.horizons.map((h) => h.horizonMs)).toEqual([5000, 60_000, 300_000]);
    for (const bad of [null, 1, {}, { version: 2, horizons: [] }]) {
      expect(() => restoreDemandCalibration(bad, HORIZONS_MS)).toThrow(/another version/);
    }
  });

  it('are as given before anything was scored', () => {
    const { state } = simulate({ seed: 1, ticks: 50 });
    const forecast = demandForecast(state, loadForecast(0, 50, 0, 1))!;
    expect(calibrateDemand(createDemandCalibration(HORIZONS_MS), forecast)).toEqual(forecast);
  });
});

it('what a worker costs in the simulation is what the test says it does', () => {
  const u = tick(new Xoshiro128(1), { atMs: 1000, rates: [100, 100], exact: true, noise: 0 });
  expect(u.used.cpuCores).toBeCloseTo(
    TRUTH.baseCores + 2 * marginalCores(TRUTH, 100, 100 * BYTES_PER_RECORD),
    9,
  );
  expect(mapResources((r) => u.used[r]).cpuCores).toBe(u.used.cpuCores);
});
