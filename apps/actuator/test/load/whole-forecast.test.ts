import { type ForecastPath, type LoadForecast, type PartitionKey, Xoshiro128 } from '@foreshadow/domain';
import { ForecastEngine } from '@foreshadow/forecast';
import { demoShape, poisson } from '@foreshadow/testkit';
import { describe, expect, it } from 'vitest';
import { combineForecasts } from '../../src/load/combine.ts';
import { loadScores } from '../../src/load/load-calibration.ts';
import { WholeForecast } from '../../src/load/whole-forecast.ts';
import { counted } from '../helpers.ts';

const P: PartitionKey = 'orders/0';
const TICK_MS = 1000;
const HORIZONS_MS = [5000, 12_000];
const WARM = 500;

/** Rates of each edge, tick by tick. */
type Loads = readonly (readonly number[])[];

const gauss = (rng: Xoshiro128): number =>
  Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());

/** Edges whose loads wander about 200 together as much as `shared` says. */
function wandering(seed: number, ticks: number, edges: number, shared = 0): Loads {
  const rng = new Xoshiro128(seed);
  const own = new Array<number>(edges).fill(0);
  let common = 0;
  return Array.from({ length: ticks }, () => {
    common = 0.9 * common + 10 * gauss(rng);
    return own.map((before, i) => {
      own[i] = 0.9 * before + 10 * gauss(rng);
      return Math.max(0, 200 + Math.sqrt(shared) * common + Math.sqrt(1 - shared) * (own[i] ?? 0));
    });
  });
}

/** One edge whose load doubles and trebles for some seconds now and then. */
function bursty(seed: number, ticks: number): Loads {
  const rng = new Xoshiro128(seed);
  let burst = 0;
  return Array.from({ length: ticks }, () => {
    burst = rng.next() < 0.04 ? burst + 100 + 200 * rng.next() : 0.7 * burst;
    return [poisson(rng, 100 + burst)];
  });
}

/** The load of the demo: a season, noise, trend and bursts. */
function demo(seed: number, ticks: number): Loads {
  const shape = demoShape({ seed, partitions: 1, meanRecordsPerSec: 200 });
  return Array.from({ length: ticks }, (_, t) => [shape.recordsIn(0, t * TICK_MS, (t + 1) * TICK_MS)]);
}

interface Tally {
  readonly coverage: number;
  /** Mean interval score. */
  readonly score: number;
}

interface Result {
  readonly whole: WholeForecast;
  /** By horizon, from the warm-up on: as issued, and as the sum with an assumed correlation gives it. */
  readonly rates: readonly { readonly issued: Tally; readonly given: Tally }[];
  readonly cumulative: readonly Tally[];
}

interface Issued {
  readonly issued: LoadForecast;
  readonly given: LoadForecast;
  readonly cumulative: ForecastPath;
}

/** Edges that forecast as the real ones do, and the whole made of them. */
function play(loads: Loads): Result {
  const edges = (loads[0] ?? []).map((_, i) => `edge-${i}`);
  const engines = edges.map(
    () => new ForecastEngine({ tickMs: TICK_MS, horizonsMs: HORIZONS_MS, fits: false }),
  );
  const whole = new WholeForecast(TICK_MS, HORIZONS_MS);
  const all: (Issued | undefined)[] = [];
  const totals: number[] = [];
  for (const [t, rates] of loads.entries()) {
    const atMs = (t + 1) * TICK_MS;
    const parts = new Map(edges.map((edge, i) => [edge, rates[i] ?? NaN]));
    totals.push(rates.reduce((sum, r) => sum + r, 0));
    whole.observe({ atMs, recordsPerSec: totals[t], parts });
    engines.forEach((engine, i) => engine.observe(P, atMs, rates[i]));
    const forecasts = new Map(
      edges.flatMap((edge, i) => {
        const made = engines[i]?.forecast(P);
        return made === undefined ? [] : [[edge, { partition: P, ratios: RATIOS, ...made }] as const];
      }),
    );
    whole.update(forecasts, atMs);
    whole.awaitActual();
    const { forecast } = whole;
    const given = combineForecasts([...forecasts.values()]);
    all.push(forecast && given && { issued: forecast, given, cumulative: whole.cumulative(forecast) });
  }
  return { whole, ...scored(all, totals) };
}

const RATIOS = { bytesPerRecord: counted(1), workPerRecord: undefined, distinctKeysPerRecord: undefined };

function scored(all: readonly (Issued | undefined)[], totals: readonly number[]): Omit<Result, 'whole'> {
  const tallyOf = (h: number, pathOf: (i: Issued) => ForecastPath, actual: (t: number) => number): Tally => {
    let inside = 0;
    let score = 0;
    let count = 0;
    for (let t = WARM; t + h < totals.length; t++) {
      const issued = all[t];
      if (issued === undefined) continue;
      const path = pathOf(issued);
      const i = path.horizonsMs.indexOf(h * TICK_MS);
      const [lower = NaN, upper = NaN] = [path.lower[i], path.upper[i]];
      const y = actual(t);
      count++;
      inside += lower <= y && y <= upper ? 1 : 0;
      score += upper - lower + 20 * (Math.max(0, lower - y) + Math.max(0, y - upper));
    }
    return { coverage: inside / count, score: score / count };
  };
  const steps = HORIZONS_MS.map((ms) => ms / TICK_MS);
  const mean = (t: number, h: number): number =>
    totals.slice(t + 1, t + 1 + h).reduce((sum, v) => sum + v, 0) / h;
  return {
    rates: steps.map((h) => ({
      issued: tallyOf(
        h,
        (i) => i.issued.path,
        (t) => totals[t + h] ?? NaN,
      ),
      given: tallyOf(
        h,
        (i) => i.given.path,
        (t) => totals[t + h] ?? NaN,
      ),
    })),
    cumulative: steps.map((h) =>
      tallyOf(
        h,
        (i) => i.cumulative,
        (t) => mean(t, h),
      ),
    ),
  };
}

const average = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const near90 = (coverage: number): void => {
  expect(coverage).toBeGreaterThan(0.88);
  expect(coverage).toBeLessThan(0.92);
};

const SERIES: readonly (readonly [string, () => Result[]])[] = [
  ['a load that wanders', () => [1, 2, 3].map((seed) => play(wandering(seed, 2500, 1)))],
  ['a bursty load', () => [1, 2, 3].map((seed) => play(bursty(seed, 2500)))],
  ['the load of the demo', () => [1, 2].map((seed) => play(demo(seed, 2500)))],
];

describe.each(SERIES)('%s of one edge', (_, results) => {
  const played = results();

  it.each([0, 1])('has intervals no worse than the edge gave it (horizon %i)', (k) => {
    const rates = played.map((r) => r.rates[k]);
    const ratios = rates.map((r) => (r?.issued.score ?? NaN) / (r?.given.score ?? NaN));
    expect(average(ratios)).toBeLessThan(1.01);
    near90(average(rates.map((r) => r?.issued.coverage ?? NaN)));
  });

  it.each([0, 1])('has quantiles of the cumulative load that hold 90 percent (horizon %i)', (k) => {
    near90(average(played.map((r) => r.cumulative[k]?.coverage ?? NaN)));
  });
});

it('is the very path that the only edge gave, until another is better', () => {
  const engine = new ForecastEngine({ tickMs: TICK_MS, horizonsMs: HORIZONS_MS, fits: false });
  const whole = new WholeForecast(TICK_MS, HORIZONS_MS);
  wandering(1, 35, 1).forEach(([rate], t) => {
    const atMs = (t + 1) * TICK_MS;
    whole.observe({ atMs, recordsPerSec: rate, parts: new Map([['edge', rate ?? NaN]]) });
    engine.observe(P, atMs, rate);
    const made = engine.forecast(P);
    if (made === undefined) return;
    whole.update(new Map([['edge', { partition: P, ratios: RATIOS, ...made }]]), atMs);
    whole.awaitActual();
    expect(whole.forecast?.path).toBe(made.path);
  });
});

describe.each([
  ['independently', 0, 1],
  ['as one', 0.95, -1],
] as const)('four edges whose loads move %s', (_, shared, off) => {
  const { whole, rates, cumulative } = play(wandering(1, 2000, 4, shared));
  const scores = loadScores(whole.calibration);

  it.each([0, 1])(
    'have a sum whose intervals hold 90 percent, as the assumed correlation does not (horizon %i)',
    (k) => {
      expect(((rates[k]?.given.coverage ?? NaN) - 0.9) * off).toBeGreaterThan(0.05);
      expect(rates[k]?.issued.score).toBeLessThan(rates[k]?.given.score ?? NaN);
      // Of one series: within what its few independent errors let one tell.
      expect(Math.abs((rates[k]?.issued.coverage ?? NaN) - 0.9)).toBeLessThan(0.03);
      expect(Math.abs((cumulative[k]?.coverage ?? NaN) - 0.9)).toBeLessThan(0.03);
    },
  );

  it('have the correlation that their errors have', () => {
    for (const { correlation } of scores) expect(Math.abs(correlation - shared)).toBeLessThan(0.2);
  });
});

it('goes on after a restart as it was', () => {
  const { whole } = play(wandering(2, 600, 2, 0));
  const saved: unknown = JSON.parse(JSON.stringify(whole.save()));
  const after = new WholeForecast(TICK_MS, HORIZONS_MS);
  after.restore(saved);
  expect(loadScores(after.calibration)).toEqual(loadScores(whole.calibration));
  expect(loadScores(after.calibration)[0]?.scored).toBeGreaterThan(500);
  expect(() => after.restore({ version: 9 })).toThrow(/another version/);
});
