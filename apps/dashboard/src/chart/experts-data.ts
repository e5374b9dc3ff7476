import type { WeightsView } from '@foreshadow/domain';
import type { Drawn, Table } from './columns.ts';
import { type Frame, largest, secondsFromNow } from './frame.ts';

/** Time that the chart of the experts spans. */
export const EXPERTS_PAST_MS = 3_600_000;
/** Experts with an area of their own; the rest is one area. */
const MOST_SHOWN = 8;
/** … of those that had so much weight at some time; thinner areas cannot be told apart. */
const LEAST_SHARE = 0.05;
/** The area of the experts that have none of their own. */
export const OTHERS = 'others';
/** Rows so many times further apart than usual are drawn with a gap between them. */
const GAP_FACTOR = 3;

/** Weights of the experts as areas on top of each other. */
export interface ExpertsData {
  /** From the bottom up; the largest on average first, `others` last where there are any. */
  readonly names: readonly string[];
  /** Newest weight of each, 0–1. */
  readonly newest: readonly number[];
  /** Seconds from now, then the upper edge of each area, 0–1. */
  readonly columns: Table;
}

/**
 * The areas of a history of weights. A partition whose experts changed places keeps the order of the whole hour, so
 * that areas do not jump.
 */
export function expertsData(view: WeightsView, frame: Frame): ExpertsData {
  const ranked = [...view.experts]
    .map(({ name, weights }) => ({ name, weights, total: sum(weights) }))
    .sort((a, b) => b.total - a.total);
  const shown = ranked.filter(({ weights }) => largest(weights) >= LEAST_SHARE).slice(0, MOST_SHOWN);
  const hidden = ranked.filter((expert) => !shown.includes(expert));
  const others = view.atMs.map((_, row) => sum(hidden.map(({ weights }) => weights[row] ?? 0)));
  const areas = hidden.length === 0 ? shown : [...shown, { name: OTHERS, weights: others }];
  return {
    names: areas.map(({ name }) => name),
    newest: areas.map(({ weights }) => weights.at(-1) ?? 0),
    columns: stacked(
      areas.map(({ weights }) => weights),
      view.atMs,
      frame,
    ),
  };
}

/** Weight of each area at a row of the table. */
export function weightsAt(columns: Table, row: number): number[] {
  const edges = columns.slice(1).map((column) => column[row] ?? 0);
  return edges.map((edge, area) => edge - (edges[area - 1] ?? 0));
}

function stacked(areas: readonly (readonly number[])[], atMs: readonly number[], frame: Frame): Table {
  const xs: number[] = [];
  const ys: Drawn[][] = areas.map(() => []);
  const gapMs = GAP_FACTOR * usualStep(atMs);
  let previousMs = Number.NaN;
  atMs.forEach((rowMs, row) => {
    if (rowMs < frame.nowMs - frame.pastMs) return;
    if (rowMs - previousMs > gapMs) {
      xs.push(secondsFromNow(frame, (previousMs + rowMs) / 2));
      for (const column of ys) column.push(null);
    }
    xs.push(secondsFromNow(frame, rowMs));
    let edge = 0;
    areas.forEach((weights, area) => {
      edge += weights[row] ?? 0;
      ys[area]?.push(edge);
    });
    previousMs = rowMs;
  });
  return [xs, ...ys];
}

/** The median distance of rows. */
function usualStep(atMs: readonly number[]): number {
  const steps = atMs.slice(1).map((ms, row) => ms - (atMs[row] ?? ms));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? Infinity;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
