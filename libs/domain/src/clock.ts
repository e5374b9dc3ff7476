/** Time enters by constructor. Wall-clock for display, monotonic for durations and leases. */
export interface Clock {
  /** Wall-clock, milliseconds since the Unix epoch. May jump. */
  nowMs(): number;
  /** Monotonic milliseconds since an arbitrary origin of this process. Never goes back. */
  monotonicMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
