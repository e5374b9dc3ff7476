import type { WeightsView } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { colourPlaces } from '../src/chart/expert-colours.ts';
import { expertsData, OTHERS, weightsAt } from '../src/chart/experts-data.ts';
import { fitWords, formatRatio, parameterWords, seasonWords } from '../src/format/model.ts';

const NOW_MS = 1_700_000_000_000;
const frame = { nowMs: NOW_MS, pastMs: 3_600_000, futureMs: 0 };

function view(experts: WeightsView['experts'], atMs: readonly number[]): WeightsView {
  return { partition: 'orders/0', horizonMs: 60_000, horizonsMs: [60_000], atMs, experts, marks: [] };
}

describe('areas of experts', () => {
  it('lie on top of each other, the largest at the bottom', () => {
    const atMs = [NOW_MS - 10_000, NOW_MS];
    const data = expertsData(
      view(
        [
          { name: 'naive', weights: [0.25, 0.125] },
          { name: 'ets', weights: [0.75, 0.875] },
        ],
        atMs,
      ),
      frame,
    );
    expect(data).toEqual({
      names: ['ets', 'naive'],
      newest: [0.875, 0.125],
      columns: [
        [-10, 0],
        [0.75, 0.875],
        [1, 1],
      ],
    });
    expect(weightsAt(data.columns, 0)).toEqual([0.75, 0.25]);
  });

  it('have a gap where nothing was recorded, and no rows before the frame', () => {
    const atMs = [-4_000_000, -60_000, -50_000, -40_000, -5_000, 5_000].map((ms) => NOW_MS + ms);
    const weights = atMs.map(() => 1);
    const { columns } = expertsData(view([{ name: 'a', weights }], atMs), frame);
    expect(columns).toEqual([
      [-60, -50, -40, -22.5, -5, 5],
      [1, 1, 1, null, 1, 1],
    ]);
  });

  it('are of one kind for experts that never had much weight', () => {
    const experts = [
      { name: 'a', weights: [0.9, 0.92] },
      { name: 'b', weights: [0.06, 0.04] },
      { name: 'c', weights: [0.04, 0.04] },
    ];
    const { names, newest } = expertsData(view(experts, [NOW_MS - 10_000, NOW_MS]), frame);
    expect(names).toEqual(['a', 'b', OTHERS]);
    expect(newest).toEqual([0.92, 0.04, 0.04]);
  });

  it('are nine at most, and always sum to what there was', () => {
    const share = fc.integer({ min: 0, max: 1000 });
    const rows = fc.array(fc.array(share, { minLength: 14, maxLength: 14 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(rows, (table) => {
        const atMs = table.map((_, i) => NOW_MS - (table.length - i) * 10_000);
        const experts = Array.from({ length: 14 }, (_, e) => ({
          name: `e${e}`,
          weights: table.map((row) => row[e]! / 1000),
        }));
        const { names, columns } = expertsData(view(experts, atMs), frame);
        expect(names.length).toBeLessThanOrEqual(9);
        expect(names.at(-1)).toBe(OTHERS);
        table.forEach((row, i) => {
          const sum = row.reduce((a, b) => a + b, 0) / 1000;
          expect(columns.at(-1)![i]).toBeCloseTo(sum, 9);
          expect(weightsAt(columns, i).every((w) => w >= -1e-12)).toBe(true);
        });
      }),
    );
  });

  it('are none of nothing', () => {
    expect(expertsData(view([], []), frame)).toEqual({ names: [], newest: [], columns: [[]] });
  });
});

describe('colours of experts', () => {
  it('are the same in every chart, and differ within one', () => {
    const first = colourPlaces(['alpha', 'beta', 'gamma'], 4);
    expect(colourPlaces(['gamma', 'alpha'], 4)).toEqual([first[2], first[0]]);
    expect(new Set(first).size).toBe(3);
    const crowded = colourPlaces(['delta', 'epsilon', 'alpha', 'zeta'], 4);
    expect(new Set(crowded).size).toBe(4);
    expect(colourPlaces(['a', 'b', 'c', 'd', 'e'], 4)).toHaveLength(5);
  });

  it('are none for the others', () => {
    expect(colourPlaces(['alpha', OTHERS], 4)[1]).toBeUndefined();
  });
});

describe('words about models', () => {
  const model = {
    algorithm: 'ets',
    form: 'ETS(A,N,N)',
    stepMs: 5000,
    parameters: { alpha: 0.31234, ar1: -0.5, sigma2: 1234.5 },
    trainedOn: { fromMs: 0, toMs: NOW_MS - 65_400, count: 512 },
    score: 0.8239,
    version: 'v',
  };

  it('give parameters by their symbols', () => {
    expect(parameterWords(model.parameters)).toBe('α 0.312 · ar1 -0.5 · σ² 1230');
  });

  it('say what a model was fitted to, and how it did since', () => {
    expect(fitWords(model, NOW_MS)).toBe(
      'fitted 1 min 5 s ago to 512 steps of 5 s, error 0.82 of last value since',
    );
    expect(fitWords({ ...model, score: null as never }, NOW_MS)).toBe(
      'fitted 1 min 5 s ago to 512 steps of 5 s',
    );
    expect(fitWords({ ...model, trainedOn: { ...model.trainedOn, toMs: NOW_MS + 9 } }, NOW_MS)).toMatch(
      /^fitted 0 /,
    );
    expect(formatRatio(null)).toBe('–');
  });

  it('name the seasons that were found, or that there are none', () => {
    expect(seasonWords([{ stepMs: 1000, lengths: [] }])).toBe(
      'no season found: nothing repeats beyond chance',
    );
    expect(
      seasonWords([
        { stepMs: 1000, lengths: [60] },
        { stepMs: 5000, lengths: [] },
        { stepMs: 300_000, lengths: [12, 288] },
      ]),
    ).toBe('seasons found: 1 min (at steps of 1 s); 1 h, 1 d (at steps of 5 min)');
  });
});
