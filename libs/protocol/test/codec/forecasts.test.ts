import type { Estimate, LoadForecast } from '@foreshadow/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeForecasts, type Forecasts, LIMITS, LinkSession } from '../../src/index.ts';
import { forecastArb, forecastOf, HORIZONS_MS, PATH_MS, session } from '../support.ts';

function roundTrip(forecasts: readonly LoadForecast[]): Forecasts[] {
  const [from, to] = [session(), session()];
  return encodeForecasts(forecasts, from).map((bytes) => decodeMessage(bytes, to) as Forecasts);
}

/** Within 1 % of the value; zero is zero. */
function expectClose(actual: number, expected: number, tolerance = 0.01): void {
  if (expected < 1e-9) expect(actual).toBeLessThanOrEqual(1e-9);
  else expect(Math.abs(Math.log(actual / expected))).toBeLessThanOrEqual(Math.log1p(tolerance) + 1e-9);
}

function expectCloseEstimate(actual: Estimate | undefined, expected: Estimate | undefined): void {
  expect(actual === undefined).toBe(expected === undefined);
  if (actual === undefined || expected === undefined) return;
  expectClose(actual.value, expected.value);
  // Half of four steps, and the value they count from.
  expectClose(actual.standardError, expected.standardError, 1.01 ** 5 - 1);
}

describe('forecast frames', () => {
  it('bring means within 1 %, and intervals within 1 % at the configured horizons', () => {
    const sent = forecastOf('orders/3');
    const path = roundTrip([sent])[0]!.forecasts[0]!.path;
    for (const [i, ms] of PATH_MS.entries()) {
      expectClose(path.mean[i]!, sent.path.mean[i]!);
      if (!HORIZONS_MS.includes(ms)) continue;
      expectClose(path.lower[i]!, sent.path.lower[i]!);
      expectClose(path.upper[i]!, sent.path.upper[i]!);
    }
  });

  it('bring everything else as it was', () => {
    fc.assert(
      fc.property(fc.uniqueArray(forecastArb, { selector: (f) => f.partition, maxLength: 12 }), (sent) => {
        const received = roundTrip(sent).flatMap((frame) => frame.forecasts);
        expect(received.map((f) => f.partition).sort()).toEqual(sent.map((f) => f.partition).sort());
        for (const forecast of received) {
          const original = sent.find((f) => f.partition === forecast.partition)!;
          const { issuedAtMs, leadingExpert, warmingUp, ratios } = original;
          expect(forecast).toMatchObject({ issuedAtMs, leadingExpert, warmingUp });
          expect(forecast.path.horizonsMs).toEqual(original.path.horizonsMs);
          forecast.path.mean.forEach((m, i) => expectClose(m, original.path.mean[i]!));
          for (const ratio of ['bytesPerRecord', 'workPerRecord', 'distinctKeysPerRecord'] as const) {
            expectCloseEstimate(forecast.ratios[ratio], ratios[ratio]);
          }
        }
      }),
    );
  });

  it('never break lower ≤ mean ≤ upper, nor go below zero', () => {
    fc.assert(
      fc.property(forecastArb, (sent) => {
        const { mean, lower, upper } = roundTrip([sent])[0]!.forecasts[0]!.path;
        for (const [i, m] of mean.entries()) {
          expect(lower[i]).toBeGreaterThanOrEqual(0);
          expect(lower[i]).toBeLessThanOrEqual(m);
          expect(upper[i]).toBeGreaterThanOrEqual(m);
        }
      }),
    );
  });

  it('take at most 64 bytes a partition', () => {
    const forecasts = Array.from({ length: 8 }, (_, i) => forecastOf(`orders/${i}`, 40 + 17 * i));
    const from = session();
    encodeForecasts(forecasts, from);
    const bytes = encodeForecasts(forecasts, from).reduce((sum, b) => sum + b.length, 0);
    expect(bytes / forecasts.length).toBeLessThanOrEqual(64);
  });

  it('are split below 128 KiB, each frame complete in itself', () => {
    const streams = [{ name: 'wide', partitions: 10_000 }];
    const open = (): LinkSession => new LinkSession({ streams, epoch: 7, horizonsMs: HORIZONS_MS });
    const sent = Array.from({ length: 10_000 }, (_, i) => forecastOf(`wide/${i}`, 1 + (i % 997)));
    const frames = encodeForecasts(sent, open());
    expect(frames.length).toBeGreaterThan(2);
    expect(Math.max(...frames.map((f) => f.length))).toBeLessThanOrEqual(LIMITS.frameBytes);
    // The first frame, which names the expert, is lost: only the name is.
    const to = open();
    const received = frames.slice(1).flatMap((f) => (decodeMessage(f, to) as Forecasts).forecasts);
    expect(received.length).toBeGreaterThan(5000);
    expect(
      received.every((f) => f.path.mean.length === PATH_MS.length && f.leadingExpert === 'unknown'),
    ).toBe(true);
    expectClose(received.at(-1)!.path.mean[3]!, sent.at(-1)!.path.mean[3]!);
  });

  it('are numbered within an epoch, beyond a session', () => {
    const first = session();
    encodeForecasts([forecastOf('orders/0')], first);
    const next = session(first.lastSeq);
    const [frame] = encodeForecasts([forecastOf('orders/0')], next);
    expect(decodeMessage(frame!, session())).toMatchObject({ epoch: 1_700_000_000_000, seq: 2 });
  });

  it('name an expert once a session', () => {
    const [from, to] = [session(), session()];
    const [first] = encodeForecasts([forecastOf('orders/0')], from);
    const [second] = encodeForecasts([forecastOf('orders/0')], from);
    expect(second!.length).toBeLessThan(first!.length);
    for (const bytes of [first!, second!]) {
      expect((decodeMessage(bytes, to) as Forecasts).forecasts[0]!.leadingExpert).toBe('holt-winters');
    }
  });
});

describe('forecasts that cannot travel', () => {
  const broken = (path: Partial<LoadForecast['path']>): LoadForecast => {
    const good = forecastOf('orders/1');
    return { ...good, path: { ...good.path, ...path } };
  };
  const { mean, upper } = forecastOf('orders/1').path;

  it.each([
    ['INVALID_FORECAST', broken({ mean: mean.map(() => NaN) })],
    ['INVALID_FORECAST', broken({ lower: upper })],
    ['INVALID_FORECAST', broken({ horizonsMs: [...PATH_MS].reverse() })],
    ['INVALID_FORECAST', broken({ horizonsMs: PATH_MS.map((ms) => ms + 0.5) })],
    ['INVALID_NUMBER', broken({ lower: mean.map(() => -1) })],
    ['OUT_OF_RANGE', broken({ upper: mean.map(() => Infinity) })],
    ['COUNT_MISMATCH', broken({ lower: [] })],
    ['TOO_MANY', broken({ horizonsMs: [], mean: [], lower: [], upper: [] })],
    ['INVALID_NUMBER', { ...forecastOf('orders/1'), issuedAtMs: NaN }],
    ['UNKNOWN_STREAM', forecastOf('nothing/1')],
    ['UNKNOWN_PARTITION', forecastOf('orders/8')],
  ])('throw %s', (code, forecast) => {
    expect(() => encodeForecasts([forecast], session())).toThrow(expect.objectContaining({ code }));
  });

  it('do not keep the others back', () => {
    const refused: unknown[] = [];
    const sent = [forecastOf('orders/0'), broken({ lower: [] }), forecastOf('orders/2')];
    const [frame] = encodeForecasts(sent, session(), (_, error) => refused.push(error));
    const received = (decodeMessage(frame!, session()) as Forecasts).forecasts;
    expect(received.map((f) => f.partition)).toEqual(['orders/0', 'orders/2']);
    expect(refused).toEqual([expect.objectContaining({ code: 'COUNT_MISMATCH' })]);
  });
});
