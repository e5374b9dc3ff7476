import { Xoshiro128 } from '@foreshadow/domain';

/** Length of the series that models are fitted to, and of their season. */
export const FIT_STEPS = 288;
export const FIT_SEASON = 24;

/** A season around a rising level with normal noise of a quarter of the season's height. */
export function trendingSeason(seed: number): Float64Array {
  const rng = new Xoshiro128(seed);
  const normal = (): number =>
    // Box & Muller 1958; 1 − u lies in (0, 1].
    Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
  return Float64Array.from(
    { length: FIT_STEPS },
    (_, t) => 200 + 0.2 * t + 40 * Math.sin((2 * Math.PI * t) / FIT_SEASON) + 10 * normal(),
  );
}

/** Rate of a stream by tick: a season of its own length with noise. */
export function noisySeason(seed: number): (tick: number) => number {
  const rng = new Xoshiro128(seed);
  const period = 40 + (seed % 50);
  return (tick) => 100 + 40 * Math.sin((2 * Math.PI * tick) / period) + 20 * (rng.next() - 0.5);
}
