import type { BacktestHorizon } from '@foreshadow/forecast';
import { ahead, type Backtests, HORIZONS } from './backtests.ts';
import type { DataFolder } from './folder.ts';
import { below, NOTHING, type PartResult, type Table, type Target } from './report.ts';
import { geometricMean } from './scores.ts';
import type { Series } from './series.ts';

/** An expert that spoke on fewer of a series' rows is not compared there on its own. */
const MIN_SPOKEN = 0.95;

interface Scored {
  readonly series: Series;
  readonly horizons: readonly BacktestHorizon[];
}

/** Geometric means of the ratios of one expert, one entry a horizon. */
interface ExpertMeans {
  readonly name: string;
  readonly ratios: readonly number[];
}

/** Ours and each expert's WAPE relative to last value, over load of clouds, roads and a web server. */
export function levelsPart(folder: DataFolder, backtests: Backtests): PartResult {
  const scored = folder.levelSeries().map((series) => ({ series, horizons: backtests.of(series) }));
  if (scored.length === 0) return NOTHING;
  const ours = HORIZONS.map((_, h) => meanOver(scored, (s) => s.horizons[h]!.wapeRatioToNaive));
  const names = [...new Set(scored.flatMap((s) => Object.keys(s.horizons[0]!.experts)))];
  const experts = names.map((name) => ({
    name,
    ratios: HORIZONS.map((_, h) => meanOver(scored, (s) => filledRatio(s.horizons[h]!, name))),
  }));
  const bars = experts.map(({ name, ratios }) => ({ label: name, value: ratios[1]! }));
  return {
    targets: HORIZONS.flatMap((steps, h) => targetsOf(steps, ours[h]!, experts, h)),
    tables: [seriesTable(scored, ours), expertTable(experts, ours), headToHead(scored, names)],
    charts: [
      {
        title: `WAPE relative to last value, ${ahead(HORIZONS[1])}, geometric mean`,
        bars: [{ label: 'ours', value: ours[1]!, isOurs: true }, ...bars],
      },
    ],
  };
}

function targetsOf(steps: number, ours: number, experts: readonly ExpertMeans[], h: number): Target[] {
  const best = experts.reduce<ExpertMeans | undefined>(
    (a, b) => (a === undefined || b.ratios[h]! < a.ratios[h]! ? b : a),
    undefined,
  );
  return [
    below(`WAPE relative to last value, ${ahead(steps)}`, ours, 1),
    below(`the same against the best expert, ${best?.name}`, ours, best?.ratios[h] ?? NaN),
  ];
}

/** WAPE of an expert relative to last value, which stands in where the expert was silent. */
export function filledRatio(
  all: Pick<BacktestHorizon, 'scored' | 'mae' | 'wapeRatioToNaive' | 'experts'>,
  expert: string,
): number {
  const own = all.experts[expert];
  if (own === undefined || own.scored === 0) return 1;
  const naiveSum = (all.scored * all.mae) / all.wapeRatioToNaive;
  const errorSum = own.scored * own.mae;
  // What last value lost while the expert spoke.
  const naiveThere = own.wapeRatioToNaive > 0 ? errorSum / own.wapeRatioToNaive : 0;
  return 1 + (errorSum - naiveThere) / naiveSum;
}

/** Geometric mean over the series on which last value errs at all. */
function meanOver(scored: readonly Scored[], ratio: (s: Scored) => number): number {
  return geometricMean(scored.map(ratio).filter(Number.isFinite));
}

function seriesTable(scored: readonly Scored[], ours: readonly number[]): Table {
  return {
    title: 'WAPE relative to last value',
    columns: ['series', 'rows', ...HORIZONS.map(ahead)],
    rows: [
      ...scored.map(({ series, horizons }) => [
        series.name,
        horizons[0]?.scored,
        ...horizons.map((s) => s.wapeRatioToNaive),
      ]),
      ['geometric mean', undefined, ...ours],
    ],
  };
}

function expertTable(experts: readonly ExpertMeans[], ours: readonly number[]): Table {
  return {
    title: 'WAPE relative to last value, geometric mean over all series',
    columns: ['expert', ...HORIZONS.map(ahead)],
    rows: [['ours', ...ours], ...experts.map(({ name, ratios }) => [name, ...ratios])],
    note: 'last value stands in where an expert was silent',
  };
}

/** Each expert and ours on the series on which the expert spoke. */
function headToHead(scored: readonly Scored[], names: readonly string[]): Table {
  return {
    title: `The same on those series where the expert spoke on ${100 * MIN_SPOKEN} % of the rows`,
    columns: ['expert', ...HORIZONS.flatMap((s) => [`series (${s})`, `expert (${s})`, `ours (${s})`])],
    rows: names.map((name) => [
      name,
      ...HORIZONS.flatMap((_, h) => {
        const there = scored.filter(({ horizons }) => spokenShare(horizons[h]!, name) >= MIN_SPOKEN);
        const expert = meanOver(there, (s) => s.horizons[h]!.experts[name]!.wapeRatioToNaive);
        return [there.length, expert, meanOver(there, (s) => s.horizons[h]!.wapeRatioToNaive)];
      }),
    ]),
  };
}

function spokenShare(all: BacktestHorizon, expert: string): number {
  return (all.experts[expert]?.scored ?? 0) / all.scored;
}
