import { expect, it } from 'vitest';
import { ratioOf, renderSuite, toJson } from '../src/report.ts';

const figure = { name: 'offer', value: 9, unit: 'ns', baseline: { name: 'bare loop', value: 3 } };

it('gives each figure with its ratio', () => {
  expect(ratioOf(figure)).toBe(3);
  expect(renderSuite({ suite: 'edge', figures: [figure] })).toBe('edge\n  offer  9 ns  3× bare loop');
});

it('leaves the ratio out where there is no baseline', () => {
  const { baseline: _, ...plain } = figure;
  expect(ratioOf(plain)).toBeUndefined();
  const parsed = JSON.parse(toJson([{ suite: 'edge', figures: [plain] }])) as {
    suites: { figures: { ratio: unknown }[] }[];
  };
  expect(parsed.suites[0]?.figures[0]?.ratio).toBeNull();
});
