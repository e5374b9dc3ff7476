import type { LoadForecast, LoadSample, ModelRecord, PartitionKey, SamplingReport } from '@foreshadow/domain';
import fc from 'fast-check';
import { LinkSession, type LinkStream, type PartitionScores } from '../src/index.ts';

export const STREAMS: readonly LinkStream[] = [
  { name: 'orders', partitions: 8 },
  { name: 'clicks', partitions: 40 },
];
export const HORIZONS_MS = [5000, 60_000, 300_000];

export function session(lastSeq = 0): LinkSession {
  return new LinkSession({ streams: STREAMS, epoch: 1_700_000_000_000, lastSeq, horizonsMs: HORIZONS_MS });
}

/** Horizons of three resolutions: 1 s × 5, 5 s up to 1 min, 30 s up to 5 min. */
export const PATH_MS: readonly number[] = [
  ...Array.from({ length: 5 }, (_, i) => (i + 1) * 1000),
  ...Array.from({ length: 11 }, (_, i) => (i + 2) * 5000),
  ...Array.from({ length: 8 }, (_, i) => (i + 3) * 30_000),
];

/** A seasonal path with intervals that widen with √time. */
export function forecastOf(
  partition: PartitionKey,
  level = 120,
  issuedAtMs = 1_700_000_100_000,
): LoadForecast {
  const mean = PATH_MS.map((ms) => level * (1 + 0.3 * Math.sin(ms / 14_000)));
  const spread = PATH_MS.map((ms) => level * 0.1 * Math.sqrt(1 + ms / 20_000));
  return {
    partition,
    issuedAtMs,
    path: {
      horizonsMs: PATH_MS,
      mean,
      lower: mean.map((m, i) => Math.max(0, m - spread[i]!)),
      upper: mean.map((m, i) => m + 1.2 * spread[i]!),
    },
    ratios: {
      bytesPerRecord: { value: 612.5, standardError: 4 },
      workPerRecord: undefined,
      distinctKeysPerRecord: { value: 0.71, standardError: 0.02 },
    },
    leadingExpert: 'holt-winters',
    warmingUp: false,
  };
}

export function sampleOf(partition: PartitionKey, records = 123, atMs = 1_700_000_100_000): LoadSample {
  return {
    partition,
    atMs,
    windowMs: 1000,
    recordsPerSec: { value: records, standardError: 0 },
    bytesPerSec: { value: records * 611, standardError: 0 },
    workPerSec: undefined,
    distinctKeys: { value: records * 0.7, standardError: 2.5 },
    sampled: 1,
    dropped: 0,
    refused: 3,
  };
}

const partitions = STREAMS.flatMap((s) =>
  Array.from({ length: s.partitions }, (_, i): PartitionKey => `${s.name}/${i}`),
);
export const partitionArb: fc.Arbitrary<PartitionKey> = fc.constantFrom(...partitions);

/** Zero, tiny, ordinary and huge rates. */
export const rateArb = fc.oneof(
  fc.constant(0),
  fc.double({ min: 1e-8, max: 1e-3, noNaN: true }),
  fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  fc.double({ min: 1e6, max: 1e14, noNaN: true }),
);

const estimateArb = fc.option(fc.record({ value: rateArb, standardError: rateArb }), { nil: undefined });

export const forecastArb: fc.Arbitrary<LoadForecast> = fc
  .record({
    partition: partitionArb,
    issuedAtMs: fc.integer({ min: 1, max: 4e12 }),
    stepsMs: fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 40 }),
    triples: fc.array(fc.tuple(rateArb, rateArb, rateArb), { minLength: 40, maxLength: 40 }),
    bytesPerRecord: estimateArb,
    workPerRecord: estimateArb,
    distinctKeysPerRecord: estimateArb,
    leadingExpert: fc.constantFrom('naive', 'ar-rls', 'ses'),
    warmingUp: fc.boolean(),
  })
  .map(({ stepsMs, triples, bytesPerRecord, workPerRecord, distinctKeysPerRecord, ...rest }) => {
    let ms = 0;
    const horizonsMs = stepsMs.map((step) => (ms += step));
    const sorted = triples.slice(0, stepsMs.length).map((t) => [...t].sort((a, b) => a - b));
    return {
      ...rest,
      path: {
        horizonsMs,
        lower: sorted.map((t) => t[0]!),
        mean: sorted.map((t) => t[1]!),
        upper: sorted.map((t) => t[2]!),
      },
      ratios: { bytesPerRecord, workPerRecord, distinctKeysPerRecord },
    };
  });

export const MODEL: ModelRecord = {
  algorithm: 'ets',
  form: 'ETS(A,Ad,A)[24]',
  stepMs: 5000,
  parameters: { alpha: 0.5, phi: 0.9375, l0: -1e6 },
  trainedOn: { fromMs: 1_699_999_000_000, toMs: 1_700_000_095_000, count: 512 },
  score: 0.75,
  version: '5f2c9a10',
};

export function scoresOf(partition: PartitionKey, atMs = 1_700_000_100_000): PartitionScores {
  return {
    partition,
    atMs,
    horizons: HORIZONS_MS.map((horizonMs, i) => ({
      horizonMs,
      scored: 120 - i,
      wape: 0.1234,
      wapeNaive: 0.2,
      bias: -0.01,
      coverage90: 0.9,
      width90: 40,
    })),
    experts: [
      { name: 'naive', weights: [0.25, 0.1, 0] },
      { name: 'ets', weights: [0.75, 0.9, 1] },
    ],
    seasons: [
      { stepMs: 1000, lengths: [60] },
      { stepMs: 30_000, lengths: [20, 120] },
    ],
    drift: [{ atMs: atMs - 65_000, kind: 'page-hinkley' }],
    models: [MODEL],
    features: [
      { stepMs: 30_000, name: 'during sale', isIn: true, saved: 0.125, score: 3.25 },
      { stepMs: 30_000, name: 'clicks, 1 and 2 steps before', isIn: false, saved: NaN, score: -0.5 },
    ],
  };
}

/** Numbers that 24 bits hold. */
export function samplingOf(stream: string, atMs = 1_700_000_100_000): SamplingReport {
  return {
    stream,
    atMs,
    spanMs: 5000,
    kind: 'bernoulli',
    minRate: 0.0078125,
    maxRate: 1,
    offered: 123_456_789_012,
    kept: 1234,
    dropped: 5,
    recordNs: 62.5,
    overheadShare: 0.015625,
    budget: { share: 0.0625, reason: 'WITHIN_BUDGET' },
    recordsError: 0,
    bytesError: 0,
    distinctKeysError: 0.03125,
    sizes: [
      { quantile: 0.5, sizeBytes: 200, low: 190, high: 210 },
      { quantile: 0.875, sizeBytes: 4000, low: 3000, high: 5000 },
    ],
    hotKeys: [{ partition: 1, key: 'customer-17', share: 0.5, low: 0.375 }],
    shadows: [{ name: 'orders.keys', kind: 'keyed', minRate: 0.125, maxRate: 0.125, kept: 99, dropped: 0 }],
  };
}
