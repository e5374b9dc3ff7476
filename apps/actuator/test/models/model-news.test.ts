import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combineWeights } from '../../src/models/combine-weights.ts';
import { leadAt, LeadWatch, refitsBetween } from '../../src/models/model-news.ts';
import { driftWords, durationWords, leadWords } from '../../src/models/model-words.ts';
import { modelOf } from '../helpers.ts';

const weights = (a: number, b: number) => [
  { name: 'a', weights: [0, a] },
  { name: 'b', weights: [1, b] },
];

describe('weights of several forecasters', () => {
  it('count by their shares of the load', () => {
    const parts = [
      { experts: weights(1, 0), share: 300 },
      { experts: weights(0, 1), share: 100 },
    ];
    expect(combineWeights(parts)).toEqual(weights(0.75, 0.25));
  });

  it('count equally where the shares are unknown, and stay as they are where there is one', () => {
    const two = [
      { experts: weights(1, 0), share: 0 },
      { experts: weights(0, 1), share: 0 },
    ];
    expect(combineWeights(two)).toEqual(weights(0.5, 0.5));
    expect(combineWeights([{ experts: weights(0.3, 0.7), share: 0 }])).toEqual(weights(0.3, 0.7));
    expect(combineWeights([])).toEqual([]);
  });

  it('sum to 1 if each of them does', () => {
    const part = fc.record({ a: fc.double({ min: 0, max: 1, noNaN: true }), share: fc.nat() });
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
        const combined = combineWeights(parts.map(({ a, share }) => ({ experts: weights(a, 1 - a), share })));
        const sum = combined.reduce((total, e) => total + e.weights[1]!, 0);
        expect(sum).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe('refits', () => {
  const fit = (toMs: number, changes = {}) =>
    modelOf({ trainedOn: { fromMs: 0, toMs, count: 9 }, ...changes });

  it('are models of one algorithm and resolution that were fitted to newer data', () => {
    const [old, arima] = [fit(100_000), fit(100_000, { algorithm: 'arima' })];
    const fresh = fit(160_000, { form: 'ETS(A,A,N)' });
    const other = fit(160_000, { stepMs: 30_000 });
    expect(refitsBetween([old, arima], [fresh, arima, other], 0)).toEqual([{ before: old, after: fresh }]);
  });

  it('are not seen in models whose times moved as a whole with the clock', () => {
    expect(refitsBetween([fit(100_000)], [fit(3_700_000)], 3_600_000)).toEqual([]);
    expect(refitsBetween([fit(100_000)], [fit(100_000 - 3_600_000)], -3_600_000)).toEqual([]);
    expect(refitsBetween([fit(100_000)], [fit(160_000 - 3_600_000)], -3_600_000)).toHaveLength(1);
  });
});

describe('the leading expert', () => {
  it('is the one with the largest weight, none where there is no weight', () => {
    expect(leadAt(weights(0.6, 0.4), 1)).toEqual({ expert: 'a', weight: 0.6 });
    expect(leadAt(weights(0, 0), 1)).toBeUndefined();
    expect(leadAt([], 0)).toBeUndefined();
  });

  it('changes once another is clearly ahead twice in a row', () => {
    const watch = new LeadWatch();
    expect(watch.observe(weights(0.6, 0.4), 1)).toBeUndefined();
    expect(watch.observe(weights(0.4, 0.6), 1)).toBeUndefined();
    expect(watch.observe(weights(0.4, 0.6), 1)).toEqual({
      from: { expert: 'a', weight: 0.4 },
      to: { expert: 'b', weight: 0.6 },
    });
    expect(watch.observe(weights(0.4, 0.6), 1)).toBeUndefined();
  });

  it('does not change by weights that cross back and forth, or lie close', () => {
    const watch = new LeadWatch();
    for (let i = 0; i < 50; i++) {
      const [a, b] = i % 2 === 0 ? [0.7, 0.3] : [0.3, 0.7];
      expect(watch.observe(weights(a, b), 1)).toBeUndefined();
    }
    for (let i = 0; i < 50; i++) expect(watch.observe(weights(0.49, 0.51), 1)).toBeUndefined();
  });
});

describe('the words', () => {
  it('of a lead give weights and scores as evidence', () => {
    const score = {
      horizonMs: 60_000,
      scored: 120,
      wape: 0.2,
      wapeNaive: 0.25,
      bias: 0,
      coverage90: 0.91,
      width90: 5,
    };
    const [from, to] = [
      { expert: 'ses', weight: 0.31 },
      { expert: 'ets', weight: 0.52 },
    ];
    expect(leadWords(from, to, 60_000, score)).toBe(
      'leading expert at 1 min: ses (31 %) → ets (52 %); WAPE 20 %, 0.80 of last value, coverage 91 %, 120 scored',
    );
    expect(leadWords(from, to, 60_000, { ...score, scored: 0, wape: NaN })).toContain(
      'nothing was scored yet',
    );
  });

  it('of a drift name the refits that it led to', () => {
    const refit = { before: modelOf(), after: modelOf({ form: 'ETS(A,A,N)' }) };
    expect(driftWords({ atMs: 0, kind: 'adwin' }, [])).toBe('drift: adwin; refit follows');
    expect(driftWords({ atMs: 0, kind: 'adwin' }, [refit])).toBe(
      'drift: adwin; refit of ets ETS(A,N,N) → ETS(A,A,N) on 20 steps of 5 s (error 0.80 of last value before)',
    );
  });

  it.each([
    [5000, '5 s'],
    [60_000, '1 min'],
    [90_000, '90 s'],
    [7_200_000, '2 h'],
    [250, '250 ms'],
  ])('of %i ms are %s', (ms, words) => {
    expect(durationWords(ms)).toBe(words);
  });
});
