import { expect, it } from 'vitest';
import { isMet, ratioOf, renderSuite, toJson } from '../src/report.ts';

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

it('says whether a bound on the value or on the ratio is kept', () => {
  const ofRatio = { ...figure, target: { atMost: 4, of: 'ratio' } as const };
  const ofValue = { ...figure, target: { atMost: 4, of: 'value' } as const };
  expect([isMet(ofRatio), isMet(ofValue), isMet(figure)]).toEqual([true, false, undefined]);
  const text = renderSuite({ suite: 'edge', figures: [ofRatio, ofValue] });
  expect(text).toContain('met (≤ 4×)');
  expect(text).toContain('missed (≤ 4 ns)');
});

it('shows the interval of a ratio by pairs, whose upper end must keep the bound', () => {
  const paired = { ratio: 1.01, low: 1.002, high: 1.018, pairs: 100 };
  const target = { atMost: 1.02, of: 'ratio' } as const;
  const kept = { ...figure, paired, target };
  expect(ratioOf(kept)).toBe(1.01);
  expect(renderSuite({ suite: 'edge', figures: [kept] })).toContain(
    '1.01× bare loop (1.002–1.018, 100 pairs)  met',
  );
  expect(isMet({ ...kept, paired: { ...paired, high: 1.03 } })).toBe(false);
});

it('says in words what could not be measured, and takes its bound as missed', () => {
  const figure = {
    name: 'fit',
    value: NaN,
    unit: 'ms',
    note: 'not fitted',
    target: { atMost: 1, of: 'value' },
  } as const;
  expect(renderSuite({ suite: 's', figures: [figure] })).toMatch(/fit {2}not fitted .*missed/);
});
