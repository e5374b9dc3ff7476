import type { Estimate } from '@foreshadow/domain';
import type { WeightedValue } from './estimators.ts';
import type { SampleDesign } from './sampler.ts';

/** Records of the stream of which `seen` came to a tap that counts all that come: only the feed errs. */
export function estimatePassed(seen: number, { feedRate }: SampleDesign): Estimate {
  return { value: seen / feedRate, standardError: Math.sqrt(Math.max(seen, 1) * (1 - feedRate)) / feedRate };
}

/**
 * Total by the records' own weights, Σ x/π (Horvitz & Thompson 1952), with the variance for independent choices,
 * Σ (1 − π)/π²·x² (Särndal et al. 1992, §3.2): exact for `bernoulli`, and for `priority`, whose choices are uncorrelated
 * (Duffield, Lund & Thorup 2007, §2.2).
 */
export function horvitzThompson(sample: readonly WeightedValue[]): Estimate {
  let value = 0;
  let variance = 0;
  for (const { weight, value: x } of sample) {
    value += weight * x;
    variance += weight * (weight - 1) * x * x;
  }
  return { value, standardError: Math.sqrt(Math.max(0, variance)) };
}

/**
 * Total over keys that are sampled whole, each with probability π: a cluster sample, Σ_keys x_key/π with variance
 * Σ_keys (1 − π)/π²·x_key² (Cochran 1977, §9A). Values are weighted records, grouped by their key's hashes.
 */
export function clusterTotal(
  sample: readonly { readonly key: string; readonly weight: number; readonly value: number }[],
): Estimate {
  const keys = new Map<string, { weight: number; value: number }>();
  for (const { key, weight, value } of sample) {
    const cluster = keys.get(key);
    if (cluster === undefined) keys.set(key, { weight, value });
    else cluster.value += value;
  }
  return horvitzThompson([...keys.values()]);
}
