import { InvalidArgumentError } from 'commander';
import { durationText } from '@foreshadow/csv';
import { CliError } from '../errors.ts';
import { integerList } from '../options.ts';

/** How far to forecast: in steps of the file, or as a length of time. */
export type HorizonChoice =
  | { readonly kind: 'steps'; readonly steps: number }
  | { readonly kind: 'time'; readonly ms: number; readonly text: string };

/** Steps forecast at once at most: a bank's memory grows with their square. */
export const MOST_STEPS = 512;
/** Half of the history that a bank keeps, and the seasons that it follows at once. */
const LONGEST_SEASON = 2048;
const MOST_SEASONS = 2;

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Reads `12` (steps) or `90s`, `5min`, `2h`, `1d`. */
export function horizonChoice(text: string): HorizonChoice {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const count = Number(match?.[1]);
  const unit = match?.[2]?.toLowerCase() ?? '';
  if (match !== null && count > 0) {
    if (unit === '' && Number.isInteger(count)) return { kind: 'steps', steps: count };
    const unitMs = UNITS_MS[unit];
    if (unitMs !== undefined) return { kind: 'time', ms: count * unitMs, text: text.trim() };
  }
  throw new InvalidArgumentError('a number of steps like 12, or a length of time like 90s, 5min, 2h or 1d.');
}

/**
 * Steps to a horizon in a series with this spacing; a part of a step counts as a whole one.
 * @throws {CliError} `INVALID_OPTION` if it is too far, or a time where the series has none
 */
export function stepsTo(choice: HorizonChoice, stepMs: number, hasTimes: boolean): number {
  if (choice.kind === 'time' && !hasTimes) {
    throw new CliError(
      'INVALID_OPTION',
      `--horizon ${choice.text}: the file has no time column; give the horizon in steps, 1 to ${MOST_STEPS}`,
    );
  }
  const exact = choice.kind === 'steps' ? choice.steps : choice.ms / stepMs;
  const steps = Math.max(1, Math.ceil(exact - 1e-9));
  if (steps <= MOST_STEPS) return steps;
  const reach = hasTimes ? ` of ${durationText(stepMs)}, ${durationText(MOST_STEPS * stepMs)} in all` : '';
  throw new CliError(
    'INVALID_OPTION',
    `--horizon ${choice.kind === 'time' ? `${choice.text} is ${steps} steps` : steps}: at most ${MOST_STEPS} steps${reach}; for farther ones give the file longer steps`,
  );
}

/** Reads `50,90`: shares in % that central intervals should hold, ascending. */
export function intervalLevels(text: string): readonly number[] {
  const levels = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!levels.every((level) => level >= 1 && level <= 99.9)) {
    throw new InvalidArgumentError('percentages from 1 to 99.9, e.g. 50,90.');
  }
  return [...new Set(levels)].sort((a, b) => a - b);
}

/** Reads `auto` (find them; `undefined`), or lengths of seasons in steps. */
export function seasonChoice(text: string): readonly number[] | undefined {
  if (text.trim() === 'auto') return undefined;
  let seasons: readonly number[] = [];
  try {
    seasons = integerList(2, LONGEST_SEASON)(text);
  } catch {
    // Said below, with all that may stand here.
  }
  if (seasons.length >= 1 && seasons.length <= MOST_SEASONS) return seasons;
  throw new InvalidArgumentError(
    `auto, or at most ${MOST_SEASONS} lengths of 2 to ${LONGEST_SEASON} steps, e.g. 24,168.`,
  );
}
