import { basename } from 'node:path';
import type { BacktestHorizon, BacktestResult } from '@foreshadow/forecast';
import type { RatioBars } from '../plot/chart.ts';
import { table } from '../table.ts';

/** Scores of one file. */
export interface SeriesReport extends BacktestResult {
  readonly file: string;
  readonly warnings: readonly string[];
}

export interface Timing {
  readonly updateMicros: number | null;
  readonly refitMillis: number | null;
}

/** Mean time of an update and of a refit over all series, each counted as often as it happened; `null` where none was. */
export function timingOf(reports: readonly SeriesReport[]): Timing {
  const mean = (parts: readonly (readonly [number, number])[]): number | null => {
    const count = parts.reduce((sum, [, n]) => sum + n, 0);
    return count === 0 ? null : parts.reduce((sum, [value, n]) => sum + value * n, 0) / count;
  };
  return {
    updateMicros: mean(reports.map((r) => [r.updateMicros ?? 0, r.n])),
    refitMillis: mean(reports.map((r) => [r.refitMillis ?? 0, r.refits])),
  };
}

/** The scores for people: a row for each series and horizon, their means, and the experts. */
export function renderSummary(reports: readonly SeriesReport[], timing: Timing): string {
  const header = [
    'series',
    'steps',
    'scored',
    'MAE',
    'WAPE',
    'ratio',
    'MASE',
    'pinball',
    'in 90 %',
    'width',
    'interval score',
    'worst 100',
  ];
  const rows = reports.flatMap((r) => r.horizons.map((h) => scoreRow(basename(r.file), h)));
  const { updateMicros, refitMillis } = timing;
  const refit = refitMillis === null ? 'no refits' : `${refitMillis.toFixed(1)} ms a refit`;
  return [
    table(header, [...rows, ...(reports.length > 1 ? meanRows(reports) : [])]),
    NOTES,
    '',
    expertTable(reports),
    EXPERT_NOTES,
    '',
    `${updateMicros === null ? '–' : updateMicros.toFixed(1)} µs an update, ${refit}`,
    '',
  ].join('\n');
}

const NOTES =
  'ratio: WAPE relative to last value · interval score: of the 90 % interval, relative to the best constant band in hindsight\n' +
  'worst 100: least coverage over 100 forecasts on end, (10th percentile of what ideal intervals would show)';

const EXPERT_NOTES = 'Experts give points, not intervals: only the combination has coverage and width.';

function scoreRow(name: string, h: BacktestHorizon): string[] {
  return [
    name,
    String(h.steps),
    String(h.scored),
    significant(h.mae),
    percent(h.wape),
    fixed(h.wapeRatioToNaive, 3),
    fixed(h.mase, 3),
    significant(h.pinball),
    percent(h.coverage90),
    significant(h.width90),
    fixed(h.winkler90 / h.winklerConstant90, 3),
    Number.isFinite(h.worst100) ? `${fixed(h.worst100, 2)} (${fixed(h.idealWorst100, 2)})` : '–',
  ];
}

/** Over the series: geometric means of ratios, plain ones of shares. */
function meanRows(reports: readonly SeriesReport[]): string[][] {
  return stepsOf(reports).map((steps) => {
    const all = at(reports, steps);
    return [
      `all ${reports.length}`,
      String(steps),
      String(all.reduce((sum, h) => sum + h.scored, 0)),
      '',
      '',
      fixed(geometricMean(all.map((h) => h.wapeRatioToNaive)), 3),
      fixed(geometricMean(all.map((h) => h.mase)), 3),
      '',
      percent(mean(all.map((h) => h.coverage90))),
      '',
      fixed(geometricMean(all.map((h) => h.winkler90 / h.winklerConstant90)), 3),
      '',
    ];
  });
}

/** Experts by their ratio to last value, the best of the first horizon first. */
function expertTable(reports: readonly SeriesReport[]): string {
  const steps = stepsOf(reports);
  const names = [...new Set(reports.flatMap((r) => r.horizons.flatMap((h) => Object.keys(h.experts))))];
  const rows = names
    .map((name) => ({ name, ratios: steps.map((s) => expertRatio(reports, s, name)) }))
    .filter(({ ratios }) => ratios.some(Number.isFinite))
    .sort((a, b) => orLast(a.ratios[0]) - orLast(b.ratios[0]));
  const all = steps.map((s) => geometricMean(at(reports, s).map((h) => h.wapeRatioToNaive)));
  const title = `WAPE relative to last value${reports.length > 1 ? ', geometric mean' : ''}`;
  return table(
    [title, ...steps.map((s) => `${s} step${s === 1 ? '' : 's'}`)],
    [{ name: 'all of them, combined', ratios: all }, ...rows].map(({ name, ratios }) => [
      name,
      ...ratios.map((ratio) => fixed(ratio, 3)),
    ]),
  );
}

/** Bars of the combination and of the best single expert in hindsight, per horizon. */
export function ratioBars(reports: readonly SeriesReport[]): RatioBars {
  const bars = stepsOf(reports).flatMap((steps) => {
    const ratio = geometricMean(at(reports, steps).map((h) => h.wapeRatioToNaive));
    const names = new Set(at(reports, steps).flatMap((h) => Object.keys(h.experts)));
    const best = [...names]
      .map((name) => ({ name, ratio: expertRatio(reports, steps, name) }))
      .filter((expert) => Number.isFinite(expert.ratio))
      .sort((a, b) => a.ratio - b.ratio)[0];
    const label = `${steps} step${steps === 1 ? '' : 's'}`;
    return [
      { label, value: ratio, note: fixed(ratio, 3) },
      ...(best === undefined
        ? []
        : [
            {
              label: 'best expert',
              value: best.ratio,
              note: `${fixed(best.ratio, 3)} ${best.name}`,
              isRival: true,
            },
          ]),
    ];
  });
  return {
    title: 'WAPE relative to last value; the best expert is chosen in hindsight',
    reference: 'last value',
    bars,
  };
}

/** NaN unless the expert was scored in every series that was: over fewer it would be judged by other series. */
function expertRatio(reports: readonly SeriesReport[], steps: number, name: string): number {
  const scored = at(reports, steps).filter((h) => Number.isFinite(h.wapeRatioToNaive));
  const ratios = scored.map((h) => h.experts[name]?.wapeRatioToNaive ?? NaN);
  return ratios.length > 0 && ratios.every((r) => Number.isFinite(r)) ? geometricMean(ratios) : NaN;
}

const stepsOf = (reports: readonly SeriesReport[]): number[] =>
  reports[0]?.horizons.map((h) => h.steps) ?? [];

const at = (reports: readonly SeriesReport[], steps: number): BacktestHorizon[] =>
  reports.flatMap((r) => r.horizons.filter((h) => h.steps === steps));

const orLast = (x: number | undefined): number => (x === undefined || Number.isNaN(x) ? Infinity : x);

/** Of those that are finite and above 0; NaN without any. */
export function geometricMean(values: readonly number[]): number {
  const logs = values.filter((v) => Number.isFinite(v) && v > 0).map(Math.log);
  return logs.length === 0 ? NaN : Math.exp(logs.reduce((a, b) => a + b, 0) / logs.length);
}

function mean(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.reduce((a, b) => a + b, 0) / finite.length;
}

const percent = (x: number): string => (Number.isFinite(x) ? `${(100 * x).toFixed(1)} %` : '–');
const fixed = (x: number, digits: number): string => (Number.isFinite(x) ? x.toFixed(digits) : '–');

/** Four significant digits. */
function significant(x: number): string {
  if (!Number.isFinite(x)) return '–';
  const size = Math.abs(x);
  if (size >= 1e7 || (size < 1e-3 && size > 0)) return x.toExponential(2);
  return size >= 1000 ? x.toFixed(0) : String(Number(x.toPrecision(4)));
}
