/** What is needed of a client of `redis`, single or cluster. */
export interface CountingClient {
  xInfoStream(key: string): Promise<unknown>;
}

/**
 * How many entries each stream ever got: exact, and not changed by trimming, so that two readings give the rate of
 * producers that no edge sees. A stream that is not there, or cannot be read, is missing, not zero.
 */
export async function entriesAdded(
  client: CountingClient,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const replies = await Promise.allSettled(keys.map((key) => client.xInfoStream(key)));
  for (const [i, reply] of replies.entries()) {
    const count = reply.status === 'fulfilled' ? countOf(reply.value) : undefined;
    if (count !== undefined) counts.set(keys[i] ?? '', count);
  }
  return counts;
}

function countOf(info: unknown): number | undefined {
  const count = (info as Readonly<Record<string, unknown>> | null)?.['entries-added'];
  return typeof count === 'number' ? count : undefined;
}
