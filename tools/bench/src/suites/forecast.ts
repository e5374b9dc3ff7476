import { type PartitionKey, partitionKey, Xoshiro128 } from '@foreshadow/domain';
import { ForecastEngine, SeriesBank } from '@foreshadow/forecast';
import { cpuSeconds, nanosPer } from '../measure.ts';
import type { Figure } from '../report.ts';

const TICK_MS = 1000;
const HORIZONS_MS = [5000, 60_000, 300_000];
const START_MS = 1_700_000_000_000;

/** Cost of the bank; the baseline forecasts last value through the same code. */
export async function forecastSuite(): Promise<Figure[]> {
  const steps = [1, 2, 3, 4, 5];
  const bank = await bankCost('bank', steps);
  const last = await bankCost('last-value', steps);
  const fleet = await fleetCost('bank');
  const fleetLast = await fleetCost('last-value');
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
  ];
}

async function bankCost(forecaster: 'bank' | 'last-value', steps: readonly number[]): Promise<number> {
  const bank = new SeriesBank({ steps, forecaster });
  const rate = noisySeason(1);
  let t = 0;
  for (; t < 600; t++) bank.update(rate(t));
  return nanosPer(100, () => {
    for (let i = 0; i < 100; i++) {
      bank.update(rate(t++));
      bank.predict();
    }
  });
}

/** Share of a core that a thousand partitions ask for, a tick a second, over two minutes after ten of learning. */
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
  run(600);
  return (await cpuSeconds(() => run(120))) / 120;
}

function noisySeason(seed: number): (tick: number) => number {
  const rng = new Xoshiro128(seed);
  const period = 40 + (seed % 50);
  return (tick) => 100 + 40 * Math.sin((2 * Math.PI * tick) / period) + 20 * (rng.next() - 0.5);
}
