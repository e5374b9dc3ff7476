import { describe, expect, it } from 'vitest';
import {
  DEFAULT_HORIZONS_MS,
  engineForecasts,
  type Fault,
  foreshadow,
  FORESHADOW_DEFAULTS,
  type ForecastSource,
  perfectForecasts,
  type Policy,
  traceOf,
} from '../src/index.ts';
import { demandOf } from '@foreshadow/demand';
import { parseConfig } from '@foreshadow/domain/config';
import { ratedDemand } from '../src/foreshadow/rated-demand.ts';
import { constant, stageOf } from './fixtures.ts';

const wave = (count: number): number[] =>
  Array.from({ length: count }, (_, i) => 350 + 250 * Math.sin((2 * Math.PI * i) / 600));
const OPTIONS = { tickSeconds: 5, horizonsMs: DEFAULT_HORIZONS_MS };
const SETTINGS = { rebalancePauseSeconds: 3, drainSeconds: 5, initialWorkers: 4, maxWorkers: 8 };

const stage = (perSecond: readonly number[], faults: readonly Fault[] = []) =>
  stageOf({ perSecond, partitions: 8, settings: SETTINGS, faults });

describe('forecasts of the engine', () => {
  it('do not depend on what is still to come', () => {
    const perSecond = wave(1500);
    const other = [...perSecond.slice(0, 1000), ...constant(500, 9000)];
    const a = engineForecasts(traceOf({ name: 'a', perSecond }), OPTIONS);
    const b = engineForecasts(traceOf({ name: 'b', perSecond: other }), OPTIONS);
    for (let tick = 0; tick <= 200; tick++) expect(a.path(tick)).toEqual(b.path(tick));
    expect(a.path(201)).not.toEqual(b.path(201));
  });

  it('are those of a share of the load, scaled', () => {
    const perSecond = wave(1500);
    const whole = engineForecasts(traceOf({ name: 'whole', perSecond }), OPTIONS);
    const part = engineForecasts(traceOf({ name: 'part', perSecond: perSecond.map((v) => v / 8) }), OPTIONS);
    for (let tick = 2; tick <= 300; tick += 7) {
      const of = (source: ForecastSource) => source.path(tick)!;
      of(whole).mean.forEach((v, i) => expect(of(part).mean[i]! * 8).toBeCloseTo(v, 3));
      of(whole).upper.forEach((v, i) => expect(of(part).upper[i]! * 8).toBeCloseTo(v, 3));
    }
  });

  it('are missing where the load was not measured', () => {
    const perSecond = [...wave(500), ...constant(50, NaN), ...wave(500)];
    const source = engineForecasts(traceOf({ name: 'gap', perSecond }), OPTIONS);
    expect(source.path(0)).toBeUndefined();
    expect(source.path(100)).toBeDefined();
  });
});

it('the planner runs with what a configuration that says nothing gives it', () => {
  const config = parseConfig({
    streams: [{ name: 'orders', partitions: 1 }],
    pools: [{ name: 'workers', stream: 'orders' }],
  });
  // Counts are free in the simulator, as they are by default.
  const { leadTimeMs, alignment, ...policy } = config.pools[0]!.policy;
  expect(alignment).toBe('free');
  expect(leadTimeMs).toBeGreaterThan(0);
  expect(FORESHADOW_DEFAULTS).toMatchObject(policy);
  expect(FORESHADOW_DEFAULTS.planIntervalSeconds * 1000).toBe(config.actuator.planIntervalMs);
});

it('a load-tested worker costs what its rating says, within 1 %', () => {
  const load = { recordsPerSec: 50, bytesPerSec: 0, workPerSec: 0, distinctKeys: NaN };
  const demand = demandOf(ratedDemand(100), load, 'trace/3');
  expect(demand!.mean.cpuCores).toBeGreaterThan(0.495);
  expect(demand!.mean.cpuCores).toBeLessThan(0.505);
  expect(demand!.standardDeviation.cpuCores).toBeLessThan(0.02);
});

describe('foreshadow', () => {
  it('has fewer late records with the engine’s forecasts than with last values, and with perfect ones next to none for less', () => {
    const perSecond = wave(2400);
    const world = stage(perSecond);
    const { trace } = world.scenario;
    const play = (source: ForecastSource) => world.play(foreshadow(source));
    const perfect = play(perfectForecasts(trace, 5));
    const engine = play(engineForecasts(trace, OPTIONS));
    const lastValue = play(engineForecasts(trace, { ...OPTIONS, forecaster: 'last-value' }));
    expect(engine.latePct).toBeLessThan(lastValue.latePct);
    expect(perfect.latePct).toBeLessThan(0.1);
    expect(perfect.cost).toBeLessThan(engine.cost);
  });

  it('decides the same whatever is still to come', () => {
    const decisions = (future: number): number[] => {
      const perSecond = [...wave(900), ...constant(300, future)];
      const world = stage(perSecond);
      const policy = foreshadow(engineForecasts(world.scenario.trace, OPTIONS));
      const seen: number[] = [];
      world.play(recorded(policy, (sec, workers) => sec <= 900 && seen.push(workers)));
      return seen;
    };
    expect(decisions(0)).toEqual(decisions(5000));
  });

  it.each(['edge-silent', 'metrics-missing', 'forecast-frozen'] as const)(
    'never shrinks for want of data: %s',
    (kind) => {
      const falling = [...constant(600, 700), ...constant(600, 100)];
      const fault = { kind, fromSeconds: 590, durationSeconds: 300 };
      const world = stage(falling, [fault]);
      const { supply } = world.play(foreshadow(engineForecasts(world.scenario.trace, OPTIONS)));
      // A frozen forecast says nothing any more once it is older than a plan interval.
      expect(Math.min(...supply.slice(610, 880))).toBeGreaterThanOrEqual(supply[589]!);
      expect(supply[1190]).toBeLessThan(supply[589]!);
    },
  );
});

function recorded(policy: Policy, record: (sec: number, workers: number) => void): Policy {
  return {
    ...policy,
    start(context) {
      const decide = policy.start(context);
      return (o) => {
        const decision = decide(o);
        record(o.nowSeconds, decision.workers);
        return decision;
      };
    },
  };
}
