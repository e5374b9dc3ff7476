import { ForecastError } from './errors.ts';
import type { SlotView } from './slot-view.ts';

/** Seasons that a series is told instead of finding them. */
export class KnownSeasons {
  readonly #lengths: readonly number[];

  /**
   * @param lengths in steps
   * @throws {ForecastError} `INVALID_ARGUMENT` unless there are at most `places` different whole numbers from 2 to `longest`
   */
  constructor(lengths: readonly number[], places: number, longest: number) {
    const areFine = lengths.every((m) => Number.isInteger(m) && m >= 2 && m <= longest);
    if (lengths.length > places || new Set(lengths).size < lengths.length || !areFine) {
      throw new ForecastError(
        'INVALID_ARGUMENT',
        `knownSeasons must be at most ${places} different whole numbers from 2 to ${longest}, got [${lengths.join(', ')}]`,
      );
    }
    this.#lengths = [...lengths];
  }

  /** After each step: a season begins once a whole cycle of it is there. */
  give(view: SlotView): void {
    const { steps } = view;
    for (const [j, length] of this.#lengths.entries()) if (steps === length + 1) view.giveSeason(j, length);
  }
}
