import type { DriftEvent } from '@foreshadow/domain';
import type { DriftAlarm } from '@foreshadow/wasm-forecast';

/** Events that are kept. */
const MOST_EVENTS = 16;

/** The newest changes of regime of a partition. */
export class DriftLog {
  readonly #events: DriftEvent[] = [];

  /** Oldest first. */
  get events(): readonly DriftEvent[] {
    return this.#events;
  }

  /** @param stepMs length of a step at the level that saw it */
  note(atMs: number, stepMs: number, alarm: DriftAlarm): void {
    this.#events.push({ atMs, kind: wordsOf(alarm, stepMs) });
    this.#events.sort((a, b) => a.atMs - b.atMs);
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
  }
}

/** What changed, as people say it, and by which detector. */
function wordsOf({ of, direction, before, after, detectors }: DriftAlarm, stepMs: number): string {
  const where = `at steps of ${stepMs / 1000} s (${detectors.join(', ')})`;
  if (of === 'mean') return `forecasts became too ${direction === 'up' ? 'low' : 'high'} ${where}`;
  const ratio = after / before;
  const isKnown = ratio > 0 && ratio < Infinity;
  const words = isKnown
    ? `${ratio.toPrecision(2)} times as large`
    : direction === 'up'
      ? 'larger'
      : 'smaller';
  return `errors ${words} ${where}`;
}
