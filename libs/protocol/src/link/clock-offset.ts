import type { Echo } from '../messages.ts';

interface OffsetSample {
  readonly offsetMs: number;
  /** The true offset lies within this distance of `offsetMs`. */
  readonly errorMs: number;
}

/** Samples among which the one with the shortest round trip counts. */
const SAMPLES = 8;
/** Times travel as whole milliseconds. */
const ROUNDING_MS = 1;
/** A first message is not taken to be under way for longer. */
const LONGEST_FIRST_TRIP_MS = 2000;

/**
 * Offset of another clock (theirs less ours) from four time stamps a round trip, keeping the sample with the shortest
 * delay of the last eight (RFC 5905, sections 8 and 10). What is applied moves only when evidence excludes it, so that
 * ticks on one grid stay on one grid.
 */
export class ClockOffset {
  #samples: OffsetSample[] = [];
  #appliedMs = 0;

  /** Whole milliseconds to take off the other clock's times. */
  get offsetMs(): number {
    return this.#appliedMs;
  }

  /** A first guess from one message: only an offset that no delay explains is believed. */
  guess(theirSentAtMs: number, ourReceivedAtMs: number): void {
    const apparentMs = theirSentAtMs - ourReceivedAtMs;
    if (Math.abs(apparentMs) > LONGEST_FIRST_TRIP_MS) this.#appliedMs = Math.round(apparentMs);
  }

  /**
   * A round trip that the other side completed.
   * @param echo when we sent (our clock) and they received (theirs)
   */
  observe(echo: Echo, theirSentAtMs: number, ourReceivedAtMs: number): void {
    const delayMs = ourReceivedAtMs - echo.sentAtMs - (theirSentAtMs - echo.receivedAtMs);
    // Less than nothing, or NaN: a clock was set meanwhile.
    if (!(delayMs >= -2 * ROUNDING_MS) || !Number.isFinite(delayMs)) return;
    const offsetMs = (echo.receivedAtMs - echo.sentAtMs + theirSentAtMs - ourReceivedAtMs) / 2;
    this.#add({ offsetMs, errorMs: Math.max(0, delayMs) / 2 + ROUNDING_MS });
    this.#apply();
  }

  #add(sample: OffsetSample): void {
    // Samples that contradict the newest are of a clock that has been set since.
    const agreeing = this.#samples.filter(
      (s) => Math.abs(s.offsetMs - sample.offsetMs) <= s.errorMs + sample.errorMs,
    );
    this.#samples = [...agreeing, sample].slice(-SAMPLES);
  }

  #apply(): void {
    const best = this.#samples.reduce((a, b) => (b.errorMs < a.errorMs ? b : a));
    if (Math.abs(best.offsetMs - this.#appliedMs) <= best.errorMs) return;
    this.#appliedMs = Math.abs(best.offsetMs) <= best.errorMs ? 0 : Math.round(best.offsetMs);
  }
}
