import { formatDuration } from '../format/time.ts';

/** Without a snapshot for this long, what is on the page is no longer called live. */
export const LIVE_WITHIN_MS = 3_500;
/** Without a snapshot for this long, the connection is given up and opened anew. */
export const REOPEN_AFTER_MS = 12_000;

export type LinkState = 'connecting' | 'open' | 'broken';
export type Liveness = 'waiting' | 'live' | 'late' | 'lost';

export interface LivenessView {
  readonly state: Liveness;
  readonly words: string;
}

/**
 * Whether the page may call what it shows live.
 * @param sinceSnapshotMs time since the last snapshot came in, by this page's monotonic clock; `undefined`: none yet
 */
export function livenessOf(link: LinkState, sinceSnapshotMs: number | undefined): LivenessView {
  if (sinceSnapshotMs === undefined) {
    return link === 'broken'
      ? { state: 'lost', words: 'Not connected, retrying' }
      : { state: 'waiting', words: 'Connecting' };
  }
  const age = formatDuration(Math.floor(sinceSnapshotMs / 1_000) * 1_000);
  if (link === 'open' && sinceSnapshotMs <= LIVE_WITHIN_MS) return { state: 'live', words: 'Live' };
  if (link === 'open') return { state: 'late', words: `No data for ${age}` };
  return { state: 'lost', words: `Reconnecting, no data for ${age}` };
}
