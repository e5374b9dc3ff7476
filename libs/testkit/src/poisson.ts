import type { Rng } from '@foreshadow/domain';

/** From here on the rejection method is valid and faster than inversion. */
const REJECTION_FROM = 10;

/**
 * A Poisson-distributed count with the given mean; 0 for a mean that is not positive.
 * Small means by inversion, others by transformed rejection (Hörmann, "The transformed rejection method for
 * generating Poisson random variables", 1993, algorithm PTRS).
 */
export function poisson(rng: Rng, mean: number): number {
  if (!(mean > 0)) return 0;
  return mean < REJECTION_FROM ? byInversion(rng, mean) : byRejection(rng, mean);
}

function byInversion(rng: Rng, mean: number): number {
  let probability = Math.exp(-mean);
  let remaining = rng.next() - probability;
  let count = 0;
  // 200 standard deviations away only rounding can keep the sum below the draw.
  while (remaining > 0 && count < 200) {
    count++;
    probability *= mean / count;
    remaining -= probability;
  }
  return count;
}

function byRejection(rng: Rng, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  const logMean = Math.log(mean);
  for (;;) {
    const u = rng.next() - 0.5;
    const v = 1 - rng.next();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const accept = Math.log((v * inverseAlpha) / (a / (us * us) + b));
    if (accept <= count * logMean - mean - logFactorial(count)) return count;
  }
}

/** ln k!, exact to 1e-10: by sum below 10, by Stirling's series above. */
function logFactorial(k: number): number {
  if (k < 10) {
    let sum = 0;
    for (let i = 2; i <= k; i++) sum += Math.log(i);
    return sum;
  }
  const x = k + 1;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5);
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series;
}
