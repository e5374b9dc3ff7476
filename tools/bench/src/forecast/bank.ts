import { type PartitionKey, partitionKey } from '@foreshadow/domain';
import { ForecastEngine, ForecastKernel, SeriesBank } from '@foreshadow/forecast';
import { cpuSeconds, nanosPer } from '../measure.ts';
import type { Figure } from '../report.ts';
import { median } from '../turns.ts';
import { noisySeason } from './series.ts';

const TICK_MS = 1000;
const HORIZONS_MS = [5000, 60_000, 300_000];
const START_MS = 1_700_000_000_000;
const STEPS = [1, 2, 3, 4, 5];
/** Long enough for seasons to be found and models to be fitted. */
const LEARN_STEPS = 600;

/** Cost of the bank; the baseline forecasts last value through the same code. */
export async function bankFigures(): Promise<Figure[]> {
  const bank = await bankCost('bank');
  const last = await bankCost('last-value');
  const fleet = await fleetCost('bank');
  const fleetLast = await fleetCost('last-value');
  const { updateMicros, predictMicros } = await splitCost();
  return [
    {
      name: 'update and forecast one series, 5 horizons',
      value: bank / 1000,
      unit: 'µs',
      baseline: { name: 'last value', value: last / 1000 },
    },
    {
      name: 'edge CPU per 1 000 partitions, all resolutions',
      value: 100 * fleet,
      unit: '% of a core',
      baseline: { name: 'last value', value: 100 * fleetLast },
    },
    {
      name: 'update of the whole bank, fitted models too',
      value: updateMicros,
      unit: 'µs',
      target: { atMost: 20, of: 'value' },
    },
    {
      name: 'forecast of all 5 horizons',
      value: predictMicros,
      unit: 'µs',
      target: { atMost: 20, of: 'value' },
    },
    ...manySeries(10_000, false),
    ...manySeries(10_000, true),
  ];
}

async function bankCost(forecaster: 'bank' | 'last-value'): Promise<number> {
  const bank = new SeriesBank({ steps: STEPS, forecaster });
  const rate = noisySeason(1);
  let t = 0;
  for (; t < LEARN_STEPS; t++) bank.update(rate(t));
  return nanosPer(100, () => {
    for (let i = 0; i < 100; i++) {
      bank.update(rate(t++));
      bank.predict();
    }
  });
}

/** A bank whose models are all fitted; fits themselves are not counted. */
async function splitCost(): Promise<{ updateMicros: number; predictMicros: number }> {
  const bank = new SeriesBank({ steps: STEPS, fittedModels: true });
  const rate = noisySeason(1);
  let t = 0;
  for (; t < LEARN_STEPS; t++) {
    bank.update(rate(t));
    bank.maintain();
  }
  const update = await nanosPer(100, () => {
    for (let i = 0; i < 100; i++) bank.update(rate(t++));
  });
  const predict = await nanosPer(100, () => {
    for (let i = 0; i < 100; i++) bank.predict();
  });
  return { updateMicros: update / 1000, predictMicros: predict / 1000 };
}

/** Share of a core that partitions ask for, a tick a second, over two minutes after ten of learning. */
export async function fleetCost(forecaster: 'bank' | 'last-value', partitions = 1000): Promise<number> {
  const engine = new ForecastEngine({ tickMs: TICK_MS, horizonsMs: HORIZONS_MS, forecaster });
  const keys = Array.from({ length: partitions }, (_, i): PartitionKey => partitionKey('fleet', i));
  const rates = keys.map((_, i) => noisySeason(i));
  let t = 0;
  const run = (ticks: number): void => {
    for (const end = t + ticks; t < end; t++) {
      for (const [i, key] of keys.entries()) engine.observe(key, START_MS + t * TICK_MS, rates[i]!(t));
    }
  };
  run(LEARN_STEPS);
  return (await cpuSeconds(() => run(120))) / 120;
}

/** Partitions of an edge whose fits are looked at. */
const EDGE_PARTITIONS = 64;
/** Share of a core that fits may take. */
const MOST_FITS = 5;

/** A minute of an edge that fits models in the background at the default share of the time, of its first twelve. */
interface Minute {
  /** Shares of a core. */
  readonly all: number;
  readonly fits: number;
}

/** CPU of an edge whose models are fitted meanwhile, and what of it fits take, on average and in the worst minute. */
export async function fitFigures(): Promise<Figure[]> {
  const minutes = await fittingMinutes();
  const mean = (of: (minute: Minute) => number): number =>
    (100 * minutes.reduce((sum, minute) => sum + of(minute), 0)) / minutes.length;
  const what = `${EDGE_PARTITIONS} partitions, a tick a second`;
  return [
    { name: `forecasts and fits, ${what}`, value: mean((m) => m.all), unit: '% of a core' },
    {
      name: 'of it fits, by the wall-clock in which their budget counts',
      value: mean((m) => m.fits),
      unit: '% of a core',
    },
    {
      name: 'of it fits, likewise, in the worst minute',
      value: 100 * Math.max(...minutes.map((m) => m.fits)),
      unit: '% of a core',
      target: { atMost: MOST_FITS, of: 'value' },
    },
  ];
}

async function fittingMinutes(): Promise<readonly Minute[]> {
  const fits = { monotonicMs: () => performance.now() };
  const engine = new ForecastEngine({ tickMs: TICK_MS, horizonsMs: HORIZONS_MS, fits });
  const keys = Array.from({ length: EDGE_PARTITIONS }, (_, i): PartitionKey => partitionKey('fleet', i));
  const rates = keys.map((_, i) => noisySeason(i));
  const minutes: Minute[] = [];
  for (let minute = 0; minute < 12; minute++) {
    const before = engine.fits.ms;
    const seconds = await cpuSeconds(() => {
      for (let t = 60 * minute; t < 60 * (minute + 1); t++) {
        for (const [i, key] of keys.entries()) engine.observe(key, START_MS + t * TICK_MS, rates[i]!(t));
      }
    });
    minutes.push({ all: seconds / 60, fits: (engine.fits.ms - before) / 60_000 });
  }
  return minutes;
}

/** History and seasons of an edge's finest level. */
const FINEST = { historySteps: 1024, seasons: 1 };
/** Distinct learned states; the others are copies of them, for learning takes minutes. */
const LEARNED = 8;
const ROUNDS = 7;

/** One step of many series in one kernel, after each has learned. */
export function manySeries(count: number, fittedModels: boolean): Figure[] {
  const kernel = new ForecastKernel();
  const options = { steps: STEPS, ...FINEST, kernel, fittedModels };
  const models = fittedModels ? ', fitted models too' : '';
  const bytesBefore = kernel.bytes;
  const banks = Array.from({ length: count }, () => new SeriesBank(options));
  const bytes = (kernel.bytes - bytesBefore) / count;
  const states = banks.slice(0, LEARNED).map((bank, i) => {
    const rate = noisySeason(i);
    for (let t = 0; t < LEARN_STEPS; t++) {
      bank.update(rate(t));
      bank.maintain();
    }
    return bank.toState();
  });
  banks.forEach((bank, i) => bank.fromState(states[i % LEARNED]!));
  const rate = noisySeason(3);
  const seconds: number[] = [];
  let sum = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const y = rate(LEARN_STEPS + round);
    const startedAt = performance.now();
    for (const bank of banks) {
      bank.update(y);
      sum += bank.predict().mean[0]!;
    }
    seconds.push((performance.now() - startedAt) / 1000);
  }
  if (Number.isNaN(sum)) throw new Error('a learned bank gave no forecast');
  return [
    {
      name: `${count} series updated and forecast${models}`,
      value: median(seconds),
      unit: 's',
      target: { atMost: 0.5, of: 'value' },
    },
    { name: `memory a series of 1 024 steps${models}`, value: bytes / 1024, unit: 'kB' },
  ];
}
