import { expect, it } from 'vitest';
import { expertRows } from '../src/model/expert-rows.ts';

it('lists the heaviest experts first, and the rest together', () => {
  const experts = [
    { name: 'naive', weights: [0.01, 0.005] },
    { name: 'ets', weights: [0.6, 0.1] },
    { name: 'arima', weights: [0.38, 0.885] },
    { name: 'drift', weights: [0.01, 0.01] },
  ];
  const rows = expertRows(experts, 2);
  expect(rows.map((row) => row.name)).toEqual(['arima', 'ets', '2 others']);
  expect(rows[2]!.weights[0]).toBeCloseTo(0.02, 9);
  expect(rows[2]!.weights[1]).toBeCloseTo(0.015, 9);
  for (const h of [0, 1]) expect(rows.reduce((sum, row) => sum + row.weights[h]!, 0)).toBeCloseTo(1, 9);
});

it('keeps to eight rows of their own, and makes none of nothing', () => {
  const experts = Array.from({ length: 12 }, (_, i) => ({ name: `e${i}`, weights: [1 / 12] }));
  expect(expertRows(experts, 1)).toHaveLength(9);
  expect(expertRows([], 3)).toEqual([]);
  expect(expertRows([{ name: 'naive', weights: [0] }], 1)).toEqual([]);
});
