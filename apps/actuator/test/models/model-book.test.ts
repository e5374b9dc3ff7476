import type { PartitionKey } from '@foreshadow/domain';
import type { PartitionScores } from '@foreshadow/protocol';
import { beforeEach, describe, expect, it } from 'vitest';
import { entriesFor, ModelBook } from '../../src/models/model-book.ts';
import type { ForecasterReport } from '../../src/models/model-news.ts';
import type { ModelNews } from '../../src/models/partition-models.ts';
import { modelOf } from '../helpers.ts';

const P: PartitionKey = 'orders/0';
const HORIZONS_MS = [5000, 60_000];
const NOW_MS = 1_700_000_000_000;
const at = (seconds: number) => ({ wallMs: NOW_MS + seconds * 1000, monotonicMs: seconds * 1000 });

let news: ModelNews[];
let shares: Map<string, number>;
let own: ForecasterReport | undefined;
let book: ModelBook;

beforeEach(() => {
  news = [];
  shares = new Map([['edge', 100]]);
  own = undefined;
  book = new ModelBook({
    partitions: [P],
    horizonsMs: HORIZONS_MS,
    shares: () => shares,
    own: () => own,
    onNews: (_partition, n) => news.push(n),
  });
});

function scores(seconds: number, changes: Partial<PartitionScores> = {}): PartitionScores {
  const score = { scored: 90, wape: 0.2, wapeNaive: 0.4, bias: 0, coverage90: 0.9, width90: 3 };
  return {
    partition: P,
    atMs: at(seconds).wallMs,
    horizons: HORIZONS_MS.map((horizonMs) => ({ horizonMs, ...score })),
    experts: [
      { name: 'naive', weights: [0.5, 0.2] },
      { name: 'ets', weights: [0.5, 0.8] },
    ],
    seasons: [{ stepMs: 1000, lengths: [60] }],
    features: undefined,
    drift: [],
    models: undefined,
    ...changes,
  };
}

const kinds = () => news.map((n) => n.mark.kind);

describe('what forecasters say', () => {
  it('is kept, the models until others are told', () => {
    book.onScores('edge', [scores(1, { models: [modelOf()] })], 0);
    book.onScores('edge', [scores(11)], 0);
    expect(book.forecasters(P)).toMatchObject([
      { nodeId: 'edge', atMs: at(11).wallMs, models: [modelOf()], seasons: [{ lengths: [60] }] },
    ]);
    book.onScores('edge', [scores(21, { models: [] })], 0);
    expect(book.forecasters(P)[0]?.models).toEqual([]);
  });

  it('of features is kept until others are told', () => {
    const features = [{ stepMs: 1000, name: 'day of week', isIn: true, saved: 0.1, score: 3 }];
    book.onScores('edge', [scores(1, { models: [], features })], 0);
    book.onScores('edge', [scores(11)], 0);
    expect(book.forecasters(P)).toMatchObject([{ features }]);
    book.onScores('edge', [scores(21, { models: [], features: [] })], 0);
    expect(book.forecasters(P)[0]?.features).toEqual([]);
  });

  it('ends with the session', () => {
    book.onScores('edge', [scores(1, { models: [modelOf()] })], 0);
    book.endSession('edge');
    expect(book.forecasters(P)).toEqual([]);
    expect(book.experts(P, at(2))).toEqual([]);
  });

  it("is the actuator's own while no edge speaks", () => {
    shares.clear();
    own = { ...scores(1), models: [modelOf()], features: [] };
    expect(book.forecasters(P)).toMatchObject([{ nodeId: null, models: [modelOf()] }]);
    expect(book.experts(P, at(2))).toEqual(own.experts);
  });

  it('of partitions that are not configured is passed over', () => {
    book.onScores(
      'edge',
      [scores(1, { partition: 'other/9', drift: [{ atMs: at(1).wallMs, kind: 'x' }] })],
      0,
    );
    expect(news).toEqual([]);
    expect(() => book.history('other/9', undefined)).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_PARTITION' }),
    );
  });
});

describe('the weights over time', () => {
  it('are recorded every ten seconds, and span an hour', () => {
    for (let s = 1; s <= 4000; s++) {
      if (s % 10 === 1) book.onScores('edge', [scores(s)], 0);
      book.tick(at(s));
    }
    const { atMs, experts, horizonMs, horizonsMs } = book.history(P, undefined);
    expect([horizonMs, horizonsMs]).toEqual([60_000, HORIZONS_MS]);
    expect(atMs).toHaveLength(360);
    expect(atMs.at(-1)! - atMs[0]!).toBe(3_590_000);
    expect(experts.map((e) => [e.name, e.weights[0]])).toEqual([
      ['naive', 0.2],
      ['ets', 0.8],
    ]);
    expect(book.history(P, 5000).experts[0]?.weights.at(-1)).toBe(0.5);
    expect(() => book.history(P, 1234)).toThrow(/one of 5000 \(5 s\), 60000 \(1 min\); got 1234/);
  });

  it('begin once something was scored', () => {
    const unscored = { scored: 0, wape: NaN, wapeNaive: NaN, bias: NaN, coverage90: NaN, width90: NaN };
    const horizons = HORIZONS_MS.map((horizonMs) => ({ horizonMs, ...unscored }));
    book.onScores('edge', [scores(1, { horizons })], 0);
    book.tick(at(1));
    expect(book.history(P, undefined).atMs).toEqual([]);
    book.onScores('edge', [scores(4)], 0);
    book.tick(at(4));
    expect(book.history(P, undefined).atMs).toEqual([at(4).wallMs]);
  });

  it('have a gap where nobody tells', () => {
    book.onScores('edge', [scores(1)], 0);
    book.tick(at(1));
    shares.clear();
    book.tick(at(11));
    expect(book.history(P, undefined).atMs).toHaveLength(1);
  });

  it('are fewer where there are very many partitions, within 96 MiB', () => {
    expect(entriesFor(1, 3)).toBe(360);
    expect(entriesFor(1500, 3)).toBe(360);
    expect(entriesFor(5000, 3) * 5000 * 180).toBeLessThanOrEqual(96 * 1024 * 1024);
    expect(entriesFor(1_000_000, 8)).toBe(60);
  });
});

describe('news', () => {
  const drift = { atMs: at(15).wallMs, kind: 'page-hinkley' };

  it('of a drift comes once, however often it is told', () => {
    book.onScores('edge', [scores(11)], 0);
    for (let s = 20; s < 200; s += 10) book.onScores('edge', [scores(s, { drift: [drift] })], 0);
    expect(kinds()).toEqual(['drift']);
    expect(news[0]).toMatchObject({ isNoted: true, mark: { atMs: drift.atMs } });
    expect(book.history(P, undefined).marks).toEqual([news[0]!.mark]);
  });

  it('of a drift comes once over sessions and movements of the clock', () => {
    book.onScores('edge', [scores(11)], 0);
    book.onScores('edge', [scores(21, { drift: [drift] })], 0);
    book.endSession('edge');
    const moved = { ...drift, atMs: drift.atMs - 700 };
    book.onScores('edge', [scores(31, { drift: [moved] })], 700);
    expect(kinds()).toEqual(['drift']);
    book.onScores('edge', [scores(41, { drift: [moved, { atMs: at(40).wallMs, kind: 'adwin' }] })], 700);
    expect(kinds()).toEqual(['drift', 'drift']);
  });

  it('does not come of drifts from long before the edge was known', () => {
    book.onScores('edge', [scores(1000, { drift: [drift] })], 0);
    expect(kinds()).toEqual([]);
  });

  it('of refits is noted where they follow a drift, and only marked else', () => {
    const fit = (s: number) => [modelOf({ trainedOn: { fromMs: 0, toMs: at(s).wallMs, count: 9 } })];
    book.onScores('edge', [scores(1, { models: fit(0) })], 0);
    book.onScores('edge', [scores(11, { models: fit(10) })], 0);
    expect(news.map((n) => [n.mark.kind, n.isNoted])).toEqual([['refit', false]]);
    book.onScores('edge', [scores(21, { drift: [drift] })], 0);
    book.onScores('edge', [scores(31, { drift: [drift], models: fit(30) })], 0);
    expect(news.slice(1).map((n) => [n.mark.kind, n.isNoted, n.refits.length])).toEqual([
      ['drift', true, 0],
      ['refit', true, 1],
    ]);
    expect(news[1]!.mark.message).toBe('drift: page-hinkley; refit follows');
  });

  it('of a drift names the refits that came with it', () => {
    const fit = (s: number) => [modelOf({ trainedOn: { fromMs: 0, toMs: at(s).wallMs, count: 9 } })];
    book.onScores('edge', [scores(11, { models: fit(0) })], 0);
    book.onScores('edge', [scores(21, { drift: [drift], models: fit(20) })], 0);
    expect(news.map((n) => [n.mark.kind, n.isNoted])).toEqual([
      ['drift', true],
      ['refit', false],
    ]);
    expect(news[0]!.mark.message).toMatch(
      /^drift: page-hinkley; refit of ets ETS\(A,N,N\) on 9 steps of 5 s/,
    );
  });

  it('of another leading expert comes with its scores', () => {
    const turned = [
      { name: 'naive', weights: [0.5, 0.9] },
      { name: 'ets', weights: [0.5, 0.1] },
    ];
    const few = scores(0).horizons.map((h) => ({ ...h, scored: 29 }));
    for (const s of [-29, -19, -9]) book.onScores('edge', [scores(s, { experts: turned, horizons: few })], 0);
    for (const s of [1, 11]) book.onScores('edge', [scores(s)], 0);
    for (const s of [21, 31, 41]) book.onScores('edge', [scores(s, { experts: turned })], 0);
    expect(news.map((n) => n.mark.message)).toEqual([
      'leading expert at 1 min: ets (10 %) → naive (90 %); WAPE 20 %, 0.50 of last value, coverage 90 %, 90 scored',
    ]);
  });
});
