import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../src/index.ts';
import { awsForecastWorkers, AWS_DEFAULTS } from '../src/policies/aws.ts';
import { limited } from '../src/policies/behavior.ts';
import { craneForecast, fftEstimate, isPeriodic } from '../src/policies/crane-dsp.ts';
import { dft } from '../src/policies/fft.ts';
import { aligned, flinkParallelism, FLINK_DEFAULTS, targetCapacity } from '../src/policies/flink.ts';
import { holtWintersNext } from '../src/policies/holt-winters.ts';
import { hpaReplicas } from '../src/policies/hpa.ts';
import { kedaDefaults, kedaReplicas } from '../src/policies/keda.ts';
import { KPA_DEFAULTS, type KpaState, kpaPods } from '../src/policies/kpa.ts';
import { lookbackLoad, LOOKBACK_DEFAULTS } from '../src/policies/lookback.ts';
import { numaflowReplicas, numaflowStep, NUMAFLOW_DEFAULTS } from '../src/policies/numaflow.ts';
import { phpaReplicas, PHPA_DEFAULTS } from '../src/policies/phpa.ts';
import { workersForQuantile } from '../src/policies/static.ts';
import { constant, seeing, stageOf } from './fixtures.ts';

const pods = (ready: number, unready = 0, current = ready + unready) => ({ ready, unready, current });

describe('HPA', () => {
  it('multiplies ready pods by use over target, rounded up', () => {
    // 4 pods at 90 % with a target of 60 %: 4 · 1.5 = 6. At 30 %: 4 · 0.5 = 2. At 65 %: ratio 1.083, within 0.1.
    expect(hpaReplicas(0.9 / 0.6, pods(4), 0.1)).toBe(6);
    expect(hpaReplicas(0.3 / 0.6, pods(4), 0.1)).toBe(2);
    expect(hpaReplicas(0.65 / 0.6, pods(4), 0.1)).toBe(4);
  });

  it('counts pods that are not ready as idle on the way up, and leaves them out on the way down', () => {
    // 4 ready at ratio 1.5, 4 starting: 1.5·4/8 = 0.75 points the other way, so nothing changes. 2 starting: 1.5·4/6 = 1.
    expect(hpaReplicas(1.5, pods(4, 4), 0.1)).toBe(8);
    expect(hpaReplicas(1.5, pods(4, 2), 0.1)).toBe(6);
    // Ratio 3, 2 starting: 3·4/6 = 2, of 6 pods: 12.
    expect(hpaReplicas(3, pods(4, 2), 0.1)).toBe(12);
    expect(hpaReplicas(0.5, pods(4, 2), 0.1)).toBe(2);
  });

  it('changes nothing without metrics', () => {
    expect(hpaReplicas(NaN, pods(4), 0.1)).toBe(4);
    expect(hpaReplicas(2, pods(0, 3), 0.1)).toBe(3);
  });

  it('grows by at most the larger of 100 % and 4 pods, and falls only to the highest of 300 s', () => {
    const params = { downStabilizationSeconds: 300 };
    expect(limited([], 0, 2, 50, params).workers).toBe(6);
    expect(limited([], 0, 10, 50, params).workers).toBe(20);
    const high = limited([], 0, 10, 10, params).state;
    const later = limited(high, 150, 10, 3, params);
    expect(later.workers).toBe(10);
    // At 300 s the ten of second 0 have left the window: the highest left is 4.
    const mid = limited(later.state, 200, 10, 4, params);
    expect(limited(mid.state, 300, 10, 3, params).workers).toBe(4);
  });
});

describe('KEDA', () => {
  const context = { partitions: 8, recordsPerSecPerWorker: 100, sharing: 'ordered' as const };
  const params = kedaDefaults(10);

  it('takes half of the target lag as threshold: ⌈lag / (5 s · 100/s)⌉', () => {
    expect(kedaReplicas(1400, 8, 1, context, params)).toBe(3);
    // 1040/500 over 2 replicas is 1.04: within the tolerance.
    expect(kedaReplicas(1040, 8, 2, context, params)).toBe(2);
    expect(kedaReplicas(0, 0, 4, context, params)).toBe(0);
    expect(kedaReplicas(NaN, 0, 4, context, params)).toBe(4);
  });

  it('never wants more replicas than partitions, or than those that lag where that is set', () => {
    expect(kedaReplicas(1e6, 8, 1, context, params)).toBe(8);
    expect(kedaReplicas(1e6, 3, 1, context, { ...params, limitToPartitionsWithLag: true })).toBe(3);
    expect(kedaReplicas(1e4, 8, 1, { ...context, sharing: 'pooled' }, params)).toBe(20);
  });

  it('takes the next divisor of the partitions where they are to be even', () => {
    expect(kedaReplicas(1400, 8, 1, context, { ...params, ensureEvenDistribution: true })).toBe(4);
  });
});

describe('Knative KPA', () => {
  const CALM: KpaState = { panic: undefined };
  const at = (nowSeconds: number, ready: number, stable: number, panic: number) => ({
    nowSeconds,
    ready,
    stable,
    panic,
    targetPerPod: 70,
  });

  it('divides the stable rate by the target, and at most halves', () => {
    expect(kpaPods(CALM, at(0, 4, 300, 300), KPA_DEFAULTS).pods).toBe(5);
    expect(kpaPods(CALM, at(0, 10, 70, 70), KPA_DEFAULTS).pods).toBe(5);
  });

  it('panics when the panic window wants twice the ready pods, never falls in panic, and calms after a stable window', () => {
    const panicking = kpaPods(CALM, at(100, 4, 300, 560), KPA_DEFAULTS);
    expect(panicking).toEqual({ pods: 8, state: { panic: { sinceSeconds: 100, mostPods: 8 } } });
    const still = kpaPods(panicking.state, at(130, 8, 100, 100), KPA_DEFAULTS);
    expect(still.pods).toBe(8);
    expect(kpaPods(still.state, at(160, 8, 100, 100), KPA_DEFAULTS).pods).toBe(8);
    expect(kpaPods(still.state, at(162, 8, 100, 100), KPA_DEFAULTS)).toEqual({ pods: 4, state: CALM });
  });
});

describe('Flink / DS2', () => {
  const m = { parallelism: 10, trueProcessingRate: 1000, inputRate: 900, lagRecords: 0 };

  it('aims at lag/catch-up + rate·restart/catch-up + rate/utilisation', () => {
    // 3600/1800 + 900·300/1800 + 900/0.75 = 2 + 150 + 1200.
    expect(targetCapacity({ ...m, lagRecords: 3600 }, 0.75, true, FLINK_DEFAULTS)).toBeCloseTo(1352, 9);
    expect(targetCapacity({ ...m, lagRecords: 3600 }, 0.75, false, FLINK_DEFAULTS)).toBeCloseTo(1202, 9);
  });

  it('leaves what lies within the utilisation bounds, scales in proportion beyond, and never below 0.4', () => {
    // Wanted at 1.0: 900 < 1000; at 0.4 with restart: 2250 + 150 > 1000: nothing changes.
    expect(flinkParallelism(m, FLINK_DEFAULTS)).toBe(10);
    // Input 1100 > 1000: (1100/0.7 + 183.3)/1000 = 1.7548, ten of that: 18.
    expect(flinkParallelism({ ...m, inputRate: 1100 }, FLINK_DEFAULTS)).toBe(18);
    // Input 350: 350/0.4 + 58.3 = 933 < 1000; wanted 350/0.7 + 58.3 = 558.3: 6.
    expect(flinkParallelism({ ...m, inputRate: 350 }, FLINK_DEFAULTS)).toBe(6);
    expect(flinkParallelism({ ...m, inputRate: 10 }, FLINK_DEFAULTS)).toBe(4);
  });

  it('does not scale down a backlog of more than five minutes', () => {
    expect(flinkParallelism({ ...m, inputRate: 100, lagRecords: 100 * 301 }, FLINK_DEFAULTS)).toBe(10);
  });

  it('goes up to a count that divides the partitions, and not past the present one on the way down', () => {
    const context = { partitions: 12, maxWorkers: 12, sharing: 'ordered' as const };
    expect([aligned(5, 2, context), aligned(7, 8, context), aligned(5, 9, context)]).toEqual([6, 7, 6]);
    expect(aligned(5, 2, { ...context, sharing: 'pooled' })).toBe(5);
  });
});

describe('Numaflow', () => {
  it('wants pending / rate / 20 s times the replicas, at least 1, at most as many as messages', () => {
    // 9000 pending at 300/s are 30 s of work: 1.5 times 4 replicas.
    expect(numaflowReplicas(9000, 300, 4, NUMAFLOW_DEFAULTS)).toBe(6);
    expect(numaflowReplicas(10, 300, 4, NUMAFLOW_DEFAULTS)).toBe(1);
    expect(numaflowReplicas(3, 0.01, 4, NUMAFLOW_DEFAULTS)).toBe(3);
    expect(numaflowReplicas(0, 0, 4, NUMAFLOW_DEFAULTS)).toBe(0);
    expect(numaflowReplicas(NaN, 300, 4, NUMAFLOW_DEFAULTS)).toBe(4);
  });

  it('goes two replicas at a time', () => {
    expect([numaflowStep(4, 9, NUMAFLOW_DEFAULTS), numaflowStep(4, 1, NUMAFLOW_DEFAULTS)]).toEqual([6, 2]);
    expect(numaflowStep(4, 5, NUMAFLOW_DEFAULTS)).toBe(5);
  });
});

describe('PHPA', () => {
  it('continues a season and a trend by additive Holt–Winters', () => {
    const season = [3, 1, 2];
    const values = Array.from({ length: 12 }, (_, t) => 10 + t + season[t % 3]!);
    const p = { alpha: 0.5, beta: 0.5, gamma: 0.5, seasonalPeriods: 3 };
    expect(holtWintersNext([5, 5, 5, 5], { ...p, seasonalPeriods: 2 })).toBeCloseTo(5, 9);
    expect(holtWintersNext(values.slice(0, 5), p)).toBeUndefined();
    expect(Math.abs(holtWintersNext(values, p)! - (22 + 3))).toBeLessThan(1);
  });

  it('takes two values of a season of one by hand', () => {
    // Level 2, trend (6−2)/1 = 4, season 0. At y = 6: level .5·6 + .5·(2+4) = 6, trend .5·4 + .5·4 = 4, season
    // .5·(6−2−4) + 0 = 0: the next is 10.
    const p = { alpha: 0.5, beta: 0.5, gamma: 0.5, seasonalPeriods: 1 };
    expect(holtWintersNext([2, 6], p)).toBeCloseTo(10, 12);
  });

  it('takes the larger of the HPA and its forecast, rounded up', () => {
    const p = { ...PHPA_DEFAULTS, alpha: 0.5, beta: 0.5, gamma: 0.5, seasonalPeriods: 1 };
    expect(phpaReplicas([2, 6], 6, p)).toBe(10);
    expect(phpaReplicas([6, 2], 2, p)).toBe(2);
    expect(phpaReplicas([6], 6, PHPA_DEFAULTS)).toBe(6);
  });
});

describe('Crane DSP', () => {
  const wave = (count: number, cycle: number) =>
    Float64Array.from({ length: count }, (_, i) => 100 + 50 * Math.cos((2 * Math.PI * i) / cycle));

  it('transforms and transforms back, at any length', () => {
    for (const n of [1, 2, 7, 12, 30, 97]) {
      const re = Float64Array.from({ length: n }, (_, i) => Math.sin(i * i));
      const there = dft({ re, im: new Float64Array(n) }, -1);
      const back = dft(there, 1);
      expect([...back.re].every((v, i) => Math.abs(v / n - re[i]!) < 1e-9)).toBe(true);
    }
    // Of 1, 2, 3, 4: sum 10, then −2+2i, −2, −2−2i.
    const x = dft({ re: Float64Array.of(1, 2, 3, 4), im: new Float64Array(4) }, -1);
    expect([...x.re].map((v) => Math.round(v))).toEqual([10, -2, -2, -2]);
    expect([...x.im].map((v) => Math.round(v) + 0)).toEqual([0, 2, 0, -2]);
  });

  it('keeps a wave and adds its margin; what is weak and fast goes', () => {
    const cycle = 48;
    const noisy = wave(96, cycle).map((v, i) => v + (i % 2 === 0 ? 0.5 : -0.5));
    const e = { minSpectrumItems: 1, lowAmplitude: 1, margin: 0.1 };
    const next = fftEstimate(noisy, cycle, 4, e);
    expect(next[0]).toBeCloseTo(165, 6);
    expect(next[24]).toBeCloseTo(55, 6);
  });

  it('sees a period only where there are two cycles that repeat', () => {
    expect(isPeriodic(wave(96, 48), 48)).toBe(true);
    expect(isPeriodic(wave(95, 48), 48)).toBe(false);
    expect(isPeriodic(wave(96, 31), 48)).toBe(false);
  });

  it('forecasts the next day of a daily wave, by the estimator that did best on the last one', () => {
    const forecast = craneForecast(wave(3 * 48, 48), 48)!;
    expect(forecast).toHaveLength(48);
    expect(forecast[0]).toBeCloseTo(151.5, 6);
    expect(craneForecast(new Float64Array(96).fill(7), 48)).toBeUndefined();
  });
});

describe('policies of the calendar', () => {
  /** A day of 2400 s: hours of 100 s, in hour h of each day 100·h records/s. */
  const perSecond = Array.from({ length: 6000 }, (_, i) => 100 * (Math.floor(i / 100) % 24));
  const timeScale = 100 / 3600;

  function ask(
    atSeconds: number,
    question: (o: Parameters<Parameters<typeof seeing>[0]>[0]) => number,
  ): number {
    let answer = NaN;
    const stage = stageOf({ perSecond, timeScale });
    const policy = seeing((o) => {
      if (o.nowSeconds === atSeconds) answer = question(o);
      return { workers: 1 };
    });
    stage.play(policy);
    return answer;
  }

  it('AWS: the mean of the same hour before, for this hour and for the next from the buffer on', () => {
    const params = { ...AWS_DEFAULTS, targetUtilization: 0.5, schedulingBufferSeconds: 50 };
    const context = { timeScale, recordsPerSecPerWorker: 100 };
    const workers = (at: number) => ask(at, (o) => awsForecastWorkers(o.metrics!, at, context, params));
    // Day 2, hour 5: yesterday 500/s, 10 workers at 50 %. From its second half on hour 6 counts: 12.
    expect(workers(2400 + 520)).toBe(10);
    expect(workers(2400 + 560)).toBe(12);
    // Never less for the next hour being quieter, and nothing on the first day.
    expect(workers(2400 + 2395)).toBe(46);
    expect(workers(520)).toBe(0);
  });

  it('lookback: the busiest of the next 30 minutes a day ago', () => {
    const context = stageOf({ perSecond, timeScale }).context;
    // 30 recorded minutes are 50 s: from 560 s of day 2 on that reaches to 610 s, where it was 600/s yesterday.
    const load = (at: number) => ask(at, (o) => lookbackLoad(o, context, LOOKBACK_DEFAULTS));
    expect(load(2400 + 560)).toBeCloseTo((40 * 500 + 20 * 600) / 60, 6);
    expect(load(300)).toBeCloseTo((60 * 200) / 60, 6);
  });
});

describe('static', () => {
  it('takes the nearest rank of the demand', () => {
    expect(workersForQuantile([4, 1, 3, 2], 0.5)).toBe(2);
    expect(workersForQuantile([4, 1, 3, 2], 0.99)).toBe(4);
    expect(workersForQuantile([], 0.99)).toBe(0);
  });
});

describe('every published policy', () => {
  const daily = Array.from({ length: 5000 }, (_, i) => 300 + 200 * Math.sin((2 * Math.PI * i) / 1200));
  const timeScale = 1200 / 86_400;

  it.each(FAMILIES.map((f) => [f.name, f] as const))('%s follows a slow wave, within bounds', (_, family) => {
    const stage = stageOf({
      perSecond: daily,
      partitions: 8,
      timeScale,
      settings: { maxWorkers: 8, initialWorkers: 6 },
    });
    const outcome = stage.play(family.build(family.defaults(stage), stage));
    expect(Math.max(...outcome.supply)).toBeLessThanOrEqual(8);
    expect(Math.min(...outcome.supply.slice(1))).toBeGreaterThanOrEqual(1);
    expect(stage.play(family.build(family.defaults(stage), stage))).toEqual(outcome);
  });

  it.each(FAMILIES.map((f) => [f.name, f] as const))('%s does not know what comes', (name, family) => {
    if (name === 'static') return; // in hindsight by definition
    const decisions = (future: number): number[] => {
      const perSecond = [...daily.slice(0, 3000), ...constant(2000, future)];
      const stage = stageOf({
        perSecond,
        partitions: 8,
        timeScale,
        settings: { maxWorkers: 8, initialWorkers: 4 },
      });
      const policy = family.build(family.defaults(stage), stage);
      const seen: number[] = [];
      stage.play({
        ...policy,
        start(context) {
          const decide = policy.start(context);
          return (o) => {
            const decision = decide(o);
            if (o.nowSeconds <= 3000) seen.push(decision.workers);
            return decision;
          };
        },
      });
      return seen;
    };
    expect(decisions(0)).toEqual(decisions(900));
  });

  it.each(FAMILIES.map((f) => [f.name, f] as const))('%s holds while metrics are missing', (_, family) => {
    const blind = { kind: 'metrics-missing', fromSeconds: 2000, durationSeconds: 900 } as const;
    const stage = stageOf({
      perSecond: daily,
      partitions: 8,
      timeScale,
      faults: [blind],
      settings: { maxWorkers: 8, initialWorkers: 4 },
    });
    const { supply } = stage.play(family.build(family.defaults(stage), stage));
    expect(Math.min(...supply.slice(2100, 2900))).toBeGreaterThanOrEqual(supply[2000]!);
  });
});
