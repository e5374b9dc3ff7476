import type { ExpertWeights } from './weight-history.ts';

/** Weights by which one forecaster of several forecasts a partition, and its share of the whole. */
export interface SharedWeights {
  readonly experts: ExpertWeights;
  readonly share: number;
}

/**
 * What the forecast of a whole partition is made of: the weights of its forecasters by their shares of the load.
 * Shares that are unknown count as equal.
 */
export function combineWeights(parts: readonly SharedWeights[]): ExpertWeights {
  const [first, ...others] = parts;
  if (first === undefined || others.length === 0) return first?.experts ?? [];
  const total = parts.reduce((sum, p) => sum + p.share, 0);
  const shareOf = (p: SharedWeights): number => (total > 0 ? p.share / total : 1 / parts.length);
  const combined = new Map<string, number[]>();
  for (const part of parts) {
    for (const { name, weights } of part.experts) {
      const sums = combined.get(name) ?? weights.map(() => 0);
      weights.forEach((w, h) => (sums[h] = (sums[h] ?? 0) + shareOf(part) * w));
      combined.set(name, sums);
    }
  }
  return [...combined].map(([name, weights]) => ({ name, weights }));
}
