import { ForecastKernel, LoadedNetwork, SeriesBank } from '@foreshadow/forecast';
import { encodeNetwork } from '@foreshadow/wasm-forecast';
import { trainNetwork } from '@foreshadow/trainer/train';
import { ahead, HORIZONS } from './backtests.ts';
import type { DataFolder } from './folder.ts';
import { atMost, type Cell, NOTHING, type PartResult } from './report.ts';
import { geometricMean, mean } from './scores.ts';
import type { Series } from './series.ts';

/** Share of each series that the network is trained on; what comes after it is scored. */
const SEEN = 0.5;

/** Sums over the scored rows of one series at one horizon. */
interface Sums {
  withNetwork: number;
  without: number;
  network: number;
  lastValue: number;
  weight: number;
  rows: number;
}

/**
 * What a network adds that was trained on the first half of sibling series: on the second half, the bank that hears it
 * against the same bank without it.
 */
export async function networkPart(folder: DataFolder): Promise<PartResult> {
  const series = folder.tweets();
  const [first] = series;
  if (first === undefined) return NOTHING;
  const trained = await trainNetwork(
    series.map(({ values, startMs, stepMs }) => ({
      values: values.subarray(0, halfOf(values)),
      startMs: startMs - stepMs,
    })),
    { steps: HORIZONS, stepMs: first.stepMs },
  );
  const { epochs, msPerEpoch, lossAfter, lossNaive } = trained.report;
  const training = `${epochs} epochs of ${Math.round(msPerEpoch)} ms; loss on the held-out part ${(lossAfter / lossNaive).toFixed(3)} of last value's`;
  if (!trained.accepted) return { ...NOTHING, tables: [rejected(trained.reason, training)] };
  const encoded = encodeNetwork(trained.network);
  const sums = series.map((one) => sumsOf(one, encoded));
  const ratios = sums.map((of) => of.map((s) => s.withNetwork / s.without));
  const cells = sums.map((of, i) =>
    of.flatMap((s, h): Cell[] => [ratios[i]![h], s.network / s.lastValue, s.weight / s.rows]),
  );
  const means = HORIZONS.map((_, h) => geometricMean(ratios.map((r) => r[h]!)));
  const others = HORIZONS.map((_, h) => [
    geometricMean(sums.map((of) => of[h]!.network / of[h]!.lastValue)),
    mean(sums.map((of) => of[h]!.weight / of[h]!.rows)),
  ]);
  return {
    targets: HORIZONS.map((s, h) =>
      atMost(`error relative to the bank without it, ${ahead(s)}`, means[h]!, 1),
    ),
    tables: [
      {
        title: 'A network that was trained on the first half of the series, among the experts on the second',
        columns: ['series', ...HORIZONS.flatMap((s) => [`bank (${s})`, `alone (${s})`, `weight (${s})`])],
        rows: [
          ...series.map(({ name }, i) => [name, ...cells[i]!]),
          ['mean, geometric of errors', ...means.flatMap((m, h) => [m, ...others[h]!])],
        ],
        note: `bank: mean absolute error relative to the same bank without the network; alone: of the network relative to last value; weight: its mean share in the forecast. ${training}`,
      },
    ],
    charts: [],
  };
}

function halfOf(values: Float64Array): number {
  return Math.floor(SEEN * values.length);
}

function rejected(reason: string, training: string): PartResult['tables'][number] {
  return { title: 'No network was accepted', columns: ['reason'], rows: [[reason]], note: training };
}

/** One entry a horizon. */
function sumsOf({ values, startMs, stepMs }: Series, encoded: Uint8Array): Sums[] {
  const kernel = new ForecastKernel();
  const network = new LoadedNetwork(kernel, encoded);
  const hearing = new SeriesBank({ steps: HORIZONS, kernel });
  const deaf = new SeriesBank({ steps: HORIZONS, kernel });
  const sums = HORIZONS.map(
    (): Sums => ({ withNetwork: 0, without: 0, network: 0, lastValue: 0, weight: 0, rows: 0 }),
  );
  let last = NaN;
  for (const [t, y] of values.entries()) {
    for (const bank of [hearing, deaf]) {
      bank.update(y, startMs + t * stepMs);
      bank.maintain();
    }
    if (Number.isFinite(y)) last = y;
    if (t === halfOf(values) - 1) hearing.hear(network, startMs + t * stepMs);
    if (t >= halfOf(values)) addForecasts(sums, values, t, { hearing, deaf, last });
  }
  return sums;
}

interface Issued {
  readonly hearing: SeriesBank;
  readonly deaf: SeriesBank;
  readonly last: number;
}

function addForecasts(sums: readonly Sums[], values: Float64Array, t: number, of: Issued): void {
  const heard = of.hearing.predict().mean;
  const deaf = of.deaf.predict().mean;
  const said = of.hearing.explain().experts.find((e) => e.name === 'lstm')?.forecast;
  const weights = of.hearing.weights().find((e) => e.name === 'lstm')?.weights;
  for (const [h, steps] of HORIZONS.entries()) {
    const y = values[t + steps] ?? NaN;
    const network = said?.[h] ?? NaN;
    if (!Number.isFinite(y + network)) continue;
    const s = sums[h]!;
    s.withNetwork += Math.abs(y - heard[h]!);
    s.without += Math.abs(y - deaf[h]!);
    s.network += Math.abs(y - network);
    s.lastValue += Math.abs(y - of.last);
    s.weight += weights?.[h] ?? 0;
    s.rows += 1;
  }
}
