import type { BacktestHorizon } from '@foreshadow/forecast';
import { ahead, type Backtests, HORIZONS } from './backtests.ts';
import type { DataFolder } from './folder.ts';
import {
  atLeast,
  below,
  type Cell,
  NOTHING,
  type PartResult,
  type Table,
  type Target,
  within,
} from './report.ts';
import { geometricMean, mean } from './scores.ts';

/** One horizon of all series. */
interface Calibration {
  readonly coverage: number;
  readonly scoreRatio: number;
  readonly beaten: number;
  readonly worst: number;
  readonly idealWorst: number;
  /** Series whose worst block is no worse than an ideal one's, of those with a block. */
  readonly sound: number;
  readonly blocks: number;
}

/** Coverage, interval score and worst block of the 90 % intervals over all series, at each horizon. */
export function calibrationPart(folder: DataFolder, backtests: Backtests): PartResult {
  const all = [...folder.allStreamRates(), ...folder.levelSeries()];
  if (all.length === 0) return NOTHING;
  const scores = all.map((series) => backtests.of(series));
  const means = HORIZONS.map((_, h) => calibrationOf(scores.map((s) => s[h]!)));
  const details = HORIZONS.map((steps, h): Table => {
    const rows = all.map(({ name }, i): Cell[] => [name, ...detailsOf(scores[i]![h]!)]);
    return {
      title: `90 % intervals, ${ahead(steps)}`,
      columns: ['series', 'rows', 'coverage', 'score', 'best band', 'ratio', 'worst 100', 'ideal worst 100'],
      rows,
    };
  });
  return {
    targets: HORIZONS.flatMap((steps, h) => targetsOf(steps, means[h]!)),
    tables: [...details, summary(means, all.length)],
    charts: [],
  };
}

/** Interval score over that of the best constant band; NaN where both are 0. */
function ratioToBand({ winkler90, winklerConstant90 }: BacktestHorizon): number {
  return winkler90 / winklerConstant90;
}

function detailsOf(scores: BacktestHorizon): Cell[] {
  const { scored, coverage90, winkler90, winklerConstant90, worst100, idealWorst100 } = scores;
  return [scored, coverage90, winkler90, winklerConstant90, ratioToBand(scores), worst100, idealWorst100];
}

function calibrationOf(scores: readonly BacktestHorizon[]): Calibration {
  const ratios = scores.map(ratioToBand).filter((ratio) => ratio > 0 && ratio < Infinity);
  const blocks = scores.filter(({ worst100 }) => !Number.isNaN(worst100));
  return {
    coverage: mean(scores.map((s) => s.coverage90)),
    scoreRatio: geometricMean(ratios),
    beaten: ratios.filter((ratio) => ratio < 1).length,
    worst: mean(blocks.map((s) => s.worst100)),
    idealWorst: mean(blocks.map((s) => s.idealWorst100)),
    sound: blocks.filter((s) => s.worst100 >= s.idealWorst100).length,
    blocks: blocks.length,
  };
}

function targetsOf(steps: number, means: Calibration): Target[] {
  return [
    within(`coverage of the 90 % interval, ${ahead(steps)}`, means.coverage, 0.89, 0.91),
    below(`interval score relative to the best constant band, ${ahead(steps)}`, means.scoreRatio, 1),
    atLeast(`worst 100, mean over the series, ${ahead(steps)}`, means.worst, means.idealWorst),
  ];
}

function summary(means: readonly Calibration[], series: number): Table {
  return {
    title: `90 % intervals over ${series} series`,
    columns: [
      'horizon',
      'coverage',
      'score ratio',
      'series below 1',
      'worst 100',
      'ideal worst 100',
      'series not below it',
    ],
    rows: means.map((m, h) => [
      ahead(HORIZONS[h]!),
      m.coverage,
      m.scoreRatio,
      m.beaten,
      m.worst,
      m.idealWorst,
      `${m.sound} of ${m.blocks}`,
    ]),
    note: `score: interval score (Winkler), its ratio that to the best constant band in hindsight, geometric mean; ideal: 10th percentile of the worst 100 of ideal intervals for errors of this autocorrelation`,
  };
}
