import { expect, it } from 'vitest';
import { renderHtml } from '../../src/accuracy/html.ts';
import {
  atMost,
  format,
  type NamedPart,
  partsToJson,
  renderPart,
  within,
} from '../../src/accuracy/report.ts';

const part: NamedPart = {
  part: 'levels',
  seconds: 1.25,
  targets: [atMost('ratio', 0.61, 0.6), within('coverage', 0.9, 0.89, 0.91)],
  tables: [
    {
      title: 'A <b>',
      columns: ['series', 'rows', 'ours'],
      rows: [
        ['x & y', 12, NaN],
        ['z', undefined, 0.5],
      ],
    },
  ],
  charts: [
    {
      title: 'bars',
      bars: [
        { label: 'ours', value: 0.5, isOurs: true },
        { label: 'none', value: NaN },
      ],
    },
  ],
};

it('prints three decimals, whole numbers as they are, and a dash where nothing is', () => {
  expect([1.23456, 12, 0.00123, NaN, undefined, Infinity, 'a'].map(format)).toEqual([
    '1.235',
    '12',
    '0.0012',
    '–',
    '–',
    'Infinity',
    'a',
  ]);
});

it('aligns columns and says which targets were met', () => {
  expect(renderPart(part).split('\n')).toEqual([
    'levels  (1.3 s)',
    '',
    'A <b>',
    '  series  rows   ours',
    '  x & y     12      –',
    '  z          –  0.500',
    '',
    '  missed  ratio: 0.610 (≤ 0.600)',
    '  met     coverage: 0.900 (0.89–0.91)',
  ]);
});

it('gives JSON rows with the columns as keys, null where nothing is', () => {
  const { parts } = JSON.parse(partsToJson([part])) as { parts: { tables: { rows: unknown }[] }[] };
  expect(parts[0]?.tables[0]?.rows).toEqual([
    { series: 'x & y', rows: 12, ours: null },
    { series: 'z', rows: null, ours: 0.5 },
  ]);
});

it('takes a target that could not be measured as missed', () => {
  expect(atMost('ratio', NaN, 0.6).isMet).toBe(false);
  expect(within('coverage', NaN, 0.89, 0.91).isMet).toBe(false);
});

it('escapes text on the page and draws only bars that have a length', () => {
  const html = renderHtml([part]);
  expect(html).toContain('A &lt;b&gt;');
  expect(html).toContain('x &amp; y');
  expect(html.match(/<rect/g)).toHaveLength(1);
});
