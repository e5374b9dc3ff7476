import type { HotKeyShare, SamplingReport } from '@foreshadow/domain';

type Told = Pick<SamplingReport, 'offered' | 'spanMs' | 'hotKeys'>;

/**
 * Hot keys of each partition over all edges: shares are weighed by the records of the stream that each edge sees, which stands for those of
 * the partition. An edge that does not name a key has none of it.
 */
export function combinedHotKeys(edges: readonly Told[]): ReadonlyMap<number, readonly HotKeyShare[]> {
  const total = edges.reduce((sum, edge) => sum + rateOf(edge), 0);
  const found = new Map<number, Map<string, HotKeyShare>>();
  if (!(total > 0)) return new Map();
  for (const edge of edges) {
    const weight = rateOf(edge) / total;
    for (const { partition, key, share, low } of edge.hotKeys) {
      const keys = found.get(partition) ?? new Map<string, HotKeyShare>();
      found.set(partition, keys);
      const before = keys.get(key) ?? { key, share: 0, low: 0 };
      keys.set(key, { key, share: before.share + weight * share, low: before.low + weight * low });
    }
  }
  return new Map([...found].map(([p, keys]) => [p, [...keys.values()].sort((a, b) => b.share - a.share)]));
}

const rateOf = ({ offered, spanMs }: Told): number => (spanMs > 0 ? offered / spanMs : 0);
