import { type PartitionKey, Xoshiro128 } from '@foreshadow/domain';
import { ForecastEngine } from '@foreshadow/forecast';
import { FIXTURE_PARTITION, type Fixture } from './contract.ts';
import { toBase64 } from './digest.ts';

const TICK_MS = 1000;
const HORIZONS_MS = [5000, 60_000, 300_000];
const START_MS = 1_700_000_000_000;
const LEARNED_TICKS = 400;
const SAMPLED_TICKS = 200;

/** A forecaster that has learned a noisy season with gaps, and what comes after. */
export function makeFixture(): Fixture {
  const partition: PartitionKey = FIXTURE_PARTITION;
  const engine = new ForecastEngine({ tickMs: TICK_MS, horizonsMs: HORIZONS_MS });
  const rng = new Xoshiro128(2024);
  const rate = (tick: number): number | null =>
    tick % 37 === 5 ? null : Math.round(100 + 40 * triangle(tick / 60) + 20 * (rng.next() - 0.5));
  for (let t = 0; t < LEARNED_TICKS; t++)
    engine.observe(partition, START_MS + t * TICK_MS, rate(t) ?? undefined);
  const state = toBase64(engine.saveState(partition));
  const samples = Array.from({ length: SAMPLED_TICKS }, (_, i) => {
    const t = LEARNED_TICKS + i;
    return { atMs: START_MS + t * TICK_MS, recordsPerSec: rate(t) };
  });
  return { tickMs: TICK_MS, horizonsMs: HORIZONS_MS, state, samples };
}

/** Period 1, between −1 and 1. */
function triangle(x: number): number {
  return 4 * Math.abs(x - Math.floor(x + 0.5)) - 1;
}
