import { expect, it } from 'vitest';
import { forecastDigest, fromBase64, toBase64 } from '../src/digest.ts';
import { makeFixture } from '../src/fixture.ts';

it('digests the same forecasts to the same bytes, and other samples to others', async () => {
  const fixture = makeFixture();
  const digest = await forecastDigest(fixture);
  expect(await forecastDigest(makeFixture())).toBe(digest);
  const [first, ...rest] = fixture.samples;
  const changed = {
    ...fixture,
    samples: [{ ...first!, recordsPerSec: (first!.recordsPerSec ?? 0) + 1 }, ...rest],
  };
  expect(await forecastDigest(changed)).not.toBe(digest);
});

it('carries bytes through base64', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
});
