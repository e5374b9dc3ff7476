import type { LoadForecast, PartitionKey } from '@foreshadow/domain';
import { describe, expect, it } from 'vitest';
import { combineForecasts } from '../../src/load/combine.ts';
import { type EdgeMembership, followEdges, NO_EDGES, reattribute } from '../../src/load/handover.ts';
import { flatForecast } from '../helpers.ts';

const P: PartitionKey = 'orders/0';
const TICK_MS = 1000;

/** Edges that are forecast to have so many records/s, tick by tick; the forecast of the whole at each tick. */
function follow(ticks: readonly Readonly<Record<string, number>>[]): number[] {
  let edges: EdgeMembership = NO_EDGES;
  let issued: LoadForecast | undefined;
  return ticks.map((levels, t) => {
    const nowMs = t * TICK_MS;
    const parts = new Map(
      Object.entries(levels).map(([edge, level]) => [edge, flatForecast(P, nowMs, level)]),
    );
    edges = followEdges(edges, parts, issued, nowMs, TICK_MS);
    const sum = combineForecasts([...parts.values()]);
    issued = sum && reattribute(edges, sum, nowMs, TICK_MS);
    return issued?.path.mean[0] ?? NaN;
  });
}

const times = <T>(count: number, values: readonly T[]): T[] =>
  Array.from({ length: count }, () => values).flat();

describe('an edge that comes and goes over and over', () => {
  const both = { a: 80, b: 20 };
  const flaps = times(5, [both, { a: 80 }]);

  it('does not move the forecast of the whole', () => {
    for (const mean of follow([...flaps, both])) expect(mean).toBeCloseTo(100, 9);
  });

  it('explains no more than what it had: where the others lose load, the whole does', () => {
    const after = follow([...flaps, { a: 10 }, { a: 10 }]);
    expect(after.at(-1)).toBeLessThanOrEqual(30);
  });

  it('explains nothing beyond what it says once it is back with all that it had', () => {
    const after = follow([...flaps, both, { a: 10, b: 20 }]);
    expect(after.at(-1)).toBeCloseTo(30, 9);
  });

  it('is still believed to have what it had while its forecasts begin anew', () => {
    const after = follow([...flaps, { a: 80, b: 1 }]);
    expect(after.at(-1)).toBeCloseTo(100, 9);
  });
});
