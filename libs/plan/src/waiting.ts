/**
 * Share of what comes evenly between two waits that waits for longer than the target: who comes first waits for what is there
 * already, who comes last for what is left at the end.
 */
export function lateShare(firstSeconds: number, lastSeconds: number, targetSeconds: number): number {
  const low = Math.min(firstSeconds, lastSeconds);
  const high = Math.max(firstSeconds, lastSeconds);
  if (high <= targetSeconds) return 0;
  return low >= targetSeconds || high === Infinity ? 1 : (high - targetSeconds) / (high - low);
}
