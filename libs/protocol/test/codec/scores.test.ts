import type { ModelRecord } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toThousandths } from '../../src/codec/score-columns.ts';
import {
  decodeMessage,
  encodeForecasts,
  encodeScores,
  LIMITS,
  type PartitionScores,
} from '../../src/index.ts';
import { forecastOf, MODEL, partitionArb, scoresOf, session } from '../support.ts';

/** What arrives at another session, over all messages. */
function receive(messages: readonly Uint8Array[], at = session()): PartitionScores[] {
  return messages.flatMap((bytes) => {
    const message = decodeMessage(bytes, at);
    return message.kind === 'scores' ? message.partitions : [];
  });
}

const across = (scores: readonly PartitionScores[]): PartitionScores[] =>
  receive(encodeScores(scores, session()));

describe('scores', () => {
  it('come back as they were, within the steps of the wire', () => {
    const [received] = across([scoresOf('orders/1')]);
    const sent = scoresOf('orders/1');
    expect(received).toMatchObject({ partition: 'orders/1', atMs: sent.atMs, seasons: sent.seasons });
    expect(received!.features).toEqual(sent.features);
    expect(received).toMatchObject({ drift: sent.drift, experts: sent.experts, models: sent.models });
    for (const [i, score] of received!.horizons.entries()) {
      expect(score.width90 / sent.horizons[i]!.width90).toBeCloseTo(1, 1);
      expect({ ...score, width90: 40 }).toEqual(sent.horizons[i]);
    }
  });

  it('that do not exist yet are missing and not zero', () => {
    const none = { scored: 0, wape: NaN, wapeNaive: NaN, bias: NaN, coverage90: NaN, width90: NaN };
    const sent = scoresOf('orders/1');
    const horizons = sent.horizons.map(({ horizonMs }) => ({ ...none, horizonMs }));
    const models = [{ ...MODEL, score: NaN }];
    const [received] = across([{ ...sent, horizons, models, experts: [], seasons: [], drift: [] }]);
    expect(received).toEqual({ ...sent, horizons, models, experts: [], seasons: [], drift: [] });
  });

  it('of zero are zero and not missing', () => {
    const sent = scoresOf('orders/1');
    const horizons = sent.horizons.map((h) => ({
      ...h,
      wape: 0,
      wapeNaive: 0,
      bias: 0,
      coverage90: 0,
      width90: 0,
    }));
    expect(across([{ ...sent, horizons }])[0]!.horizons).toEqual(horizons);
  });

  it('of features beyond all bounds come back at the bounds', () => {
    const feature = { stepMs: 1000, name: 'season', isIn: true, saved: -Infinity, score: 1e12 };
    const [received] = across([{ ...scoresOf('orders/1'), features: [feature] }]);
    expect(received!.features).toEqual([{ ...feature, saved: -1000, score: 10_000 }]);
    const most = Array.from({ length: 100 }, (_, i) => ({ ...feature, name: `feature ${i}` }));
    expect(across([{ ...scoresOf('orders/1'), features: most }])[0]!.features).toHaveLength(LIMITS.features);
  });

  it('take at most 150 bytes a partition without its models', () => {
    const sending = session();
    const scores = Array.from({ length: 40 }, (_, i) => ({
      ...scoresOf(`clicks/${i}`),
      experts: Array.from({ length: 16 }, (_e, e) => ({
        name: `expert-${e}`,
        weights: [e / 120, e / 120, 0.0625],
      })),
    }));
    encodeScores(scores, sending);
    const [again, ...more] = encodeScores(scores, sending);
    expect(more).toEqual([]);
    expect(again!.length / scores.length).toBeLessThan(150);
  });

  it('leave out experts without any weight', () => {
    const sent = scoresOf('orders/1');
    const experts = [...sent.experts, { name: 'lstm', weights: [0, 0, 0] }];
    expect(across([{ ...sent, experts }])[0]!.experts).toEqual(sent.experts);
  });

  it('share the numbers of experts with forecasts', () => {
    const [sending, receiving] = [session(), session()];
    const messages = [
      ...encodeForecasts([{ ...forecastOf('orders/0'), leadingExpert: 'ets' }], sending),
      ...encodeScores([scoresOf('orders/1')], sending),
      ...encodeForecasts([{ ...forecastOf('orders/0'), leadingExpert: 'naive' }], sending),
    ].map((bytes) => decodeMessage(bytes, receiving));
    expect(messages[1]).toMatchObject({ partitions: [{ experts: [{ name: 'naive' }, { name: 'ets' }] }] });
    expect(messages[2]).toMatchObject({ forecasts: [{ leadingExpert: 'naive' }] });
  });

  it('of many partitions with many models are split, and all arrive', () => {
    const models = Array.from({ length: 40 }, (_, i) => ({ ...MODEL, form: `form ${i}`, stepMs: 1000 * i }));
    const scores = Array.from({ length: 40 }, (_, i) => ({ ...scoresOf(`clicks/${i}`), models }));
    const messages = encodeScores(scores, session());
    expect(messages.length).toBeGreaterThan(1);
    for (const { length } of messages) expect(length).toBeLessThanOrEqual(LIMITS.frameBytes);
    expect(receive(messages)).toHaveLength(40);
    expect(receive(messages)[39]!.models).toEqual(models);
  });
});

describe('features', () => {
  it('travel with the models, when one enters or leaves, and not when its worth moves', () => {
    const sending = session();
    const sent = scoresOf('orders/1');
    const told = (features: PartitionScores['features']) =>
      receive(encodeScores([{ ...sent, features }], sending))[0]!.features;
    const feature = { stepMs: 1000, name: 'season', isIn: true, saved: 0.1, score: 3 };
    expect(told([feature])).toEqual([feature]);
    expect(told([{ ...feature, saved: 0.2 }])).toBeUndefined();
    expect(told([{ ...feature, isIn: false }])).toEqual([{ ...feature, isIn: false }]);
    expect(told([])).toEqual([]);
  });
});

describe('models', () => {
  it('travel when they change, when a session begins, and every five minutes', () => {
    const sending = session();
    const told = (atMs: number, models: readonly ModelRecord[], at = sending) =>
      receive(encodeScores([{ ...scoresOf('orders/1', atMs), models }], at))[0]!.models;
    expect(told(1e12, [MODEL])).toEqual([MODEL]);
    expect(told(1e12 + 10_000, [{ ...MODEL, score: 0.5 }])).toBeUndefined();
    const refitted = { ...MODEL, trainedOn: { ...MODEL.trainedOn, toMs: 1e12 + 12_000 } };
    expect(told(1e12 + 20_000, [refitted])).toEqual([refitted]);
    expect(told(1e12 + 30_000, [])).toEqual([]);
    expect(told(1e12 + 40_000, [])).toBeUndefined();
    expect(told(1e12 + 330_000, [])).toEqual([]);
    expect(told(1e12 + 40_000, [MODEL], session())).toEqual([MODEL]);
  });

  it('lose what is not a number, and what is beyond the bounds', () => {
    const parameters = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, i]));
    const wild = { ...MODEL, parameters: { a: NaN, b: Infinity, c: 1e300, ...parameters } };
    const [received] = across([{ ...scoresOf('orders/1'), models: new Array<ModelRecord>(80).fill(wild) }]);
    expect(received!.models).toHaveLength(LIMITS.models);
    expect(Object.keys(received!.models![0]!.parameters)).toHaveLength(LIMITS.parameters);
    expect(received!.models![0]!.parameters).toMatchObject({ p0: 0, p31: 31 });
  });

  it('of which one cannot travel hold no other partition back', () => {
    const bad = { ...scoresOf('orders/2'), models: [{ ...MODEL, stepMs: NaN }] };
    const crowded = { ...MODEL, parameters: {} };
    const many = {
      ...scoresOf('orders/4'),
      models: Array.from({ length: 64 }, (_, m) => ({
        ...crowded,
        parameters: Object.fromEntries(Array.from({ length: 32 }, (_p, p) => [`m${m}p${p}`, p])),
      })),
    };
    const refused: string[] = [];
    const messages = encodeScores([scoresOf('orders/1'), bad, many, scoresOf('orders/3')], session(), (s) =>
      refused.push(s.partition),
    );
    expect(receive(messages).map((s) => s.partition)).toEqual(['orders/1', 'orders/3']);
    expect(refused).toEqual(['orders/2', 'orders/4']);
  });
});

it('drifts of the last hour travel, the newest eight', () => {
  const sent = scoresOf('orders/1');
  const drift = Array.from({ length: 20 }, (_, i) => ({
    atMs: sent.atMs - (20 - i) * 600_000,
    kind: `k${i}`,
  }));
  expect(across([{ ...sent, drift }])[0]!.drift).toEqual(drift.slice(-6));
  const dense = drift.map((d, i) => ({ ...d, atMs: sent.atMs - (20 - i) * 1000 }));
  expect(across([{ ...sent, drift: dense }])[0]!.drift).toEqual(dense.slice(-LIMITS.drifts));
  const future = [{ atMs: sent.atMs + 1, kind: 'k' }];
  expect(across([{ ...sent, drift: future }])[0]!.drift).toEqual([]);
});

describe('weights in thousandths', () => {
  const weight = fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(0, 1e-300, 1e300, NaN, Infinity, -1),
  );

  it('sum to 1000 and lie within a thousandth of what they were', () => {
    fc.assert(
      fc.property(fc.array(weight, { maxLength: 40 }), (weights) => {
        const clean = weights.map((w) => (w > 0 && Number.isFinite(w) ? w : 0));
        const most = Math.max(...clean, 0);
        const rounded = toThousandths(weights);
        const sum = rounded.reduce((a, b) => a + b, 0);
        expect(sum).toBe(most > 0 ? 1000 : 0);
        const whole = clean.reduce((a, b) => a + b / (most || 1), 0);
        rounded.forEach((w, i) => {
          const share = most > 0 ? clean[i]! / most / whole : 0;
          expect(Math.abs(w / 1000 - share)).toBeLessThan(0.001);
        });
      }),
    );
  });
});

it('whatever the numbers, scores that were taken arrive', () => {
  const wild = fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, 0, -1, 1e308, 5e-324));
  const score = fc.record({
    horizonMs: fc.constant(5000),
    scored: fc.nat(),
    wape: wild,
    wapeNaive: wild,
    bias: wild,
    coverage90: fc.double({ min: 0, max: 1 }),
    width90: wild,
  });
  const arb = fc.record({
    partition: partitionArb,
    atMs: fc.integer({ min: 0, max: 4e12 }),
    horizons: fc.tuple(score).map((s) => [...s]),
    experts: fc.array(
      fc.record({ name: fc.constantFrom('a', 'b', ''), weights: fc.array(wild, { maxLength: 3 }) }),
    ),
    seasons: fc.array(fc.record({ stepMs: fc.nat(), lengths: fc.array(fc.nat(), { maxLength: 20 }) })),
    drift: fc.array(
      fc.record({ atMs: fc.integer({ min: 0, max: 4e12 }), kind: fc.string({ maxLength: 150 }) }),
    ),
    models: fc.constant([MODEL]),
    features: fc.array(
      fc.record({
        stepMs: fc.nat(),
        name: fc.string({ maxLength: 150 }),
        isIn: fc.boolean(),
        saved: wild,
        score: wild,
      }),
      { maxLength: 70 },
    ),
  });
  fc.assert(
    fc.property(fc.array(arb, { maxLength: 6 }), (scores) => {
      const received = across(scores);
      expect(received.map((s) => s.partition)).toEqual(scores.map((s) => s.partition));
      for (const [i, { experts, horizons }] of received.entries()) {
        const weighed = scores[i]!.experts.filter((e) => e.weights.some((w) => w > 0));
        expect(experts).toHaveLength(weighed.length);
        const { wape } = scores[i]!.horizons[0]!;
        expect(Number.isNaN(horizons[0]!.wape)).toBe(!(wape >= 0 && Number.isFinite(wape)));
      }
    }),
  );
});
