import type { Rng } from '@foreshadow/domain';

/** A standard normal draw (Box & Muller 1958). */
export function gauss(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng.next())) * Math.cos(2 * Math.PI * rng.next());
}
