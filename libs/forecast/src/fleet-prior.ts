import { ForecastError } from './errors.ts';
import type { Level } from './levels.ts';
import { decodeLesson, encodeLesson, type Lesson, shiftShape } from './prior.ts';
import { StateReader, StateWriter } from './state-codec.ts';

/** What the partitions of a stream teach a new one, per level; shapes count from `atMs` on. */
export interface FleetPrior {
  readonly atMs: number;
  readonly lessons: readonly (Lesson | undefined)[];
}

const FORMAT = 'foreshadow-fleet 1';

export function encodePrior({ atMs, lessons }: FleetPrior, levels: readonly Level[]): Uint8Array {
  const writer = new StateWriter().text(FORMAT).numbers([atMs, ...levels.map((l) => l.stepMs)]);
  for (const lesson of lessons) writer.blob(lesson === undefined ? new Uint8Array() : encodeLesson(lesson));
  return writer.finish();
}

/** @throws {ForecastError} `STATE_MISMATCH` from another version or other levels, `INVALID_STATE` if damaged */
export function decodePrior(bytes: Uint8Array, levels: readonly Level[]): FleetPrior {
  const reader = new StateReader(bytes);
  if (reader.text() !== FORMAT) {
    throw new ForecastError('STATE_MISMATCH', 'the prior comes from another version');
  }
  const [atMs = NaN, ...steps] = reader.numbers();
  if (steps.join() !== levels.map((l) => l.stepMs).join()) {
    throw new ForecastError('STATE_MISMATCH', 'the prior comes from other resolutions');
  }
  const lessons = levels.map((level) => {
    const blob = reader.blob();
    const lesson = blob.length === 0 ? undefined : decodeLesson(blob);
    if (lesson !== undefined && lesson.steps.length !== level.reach + 1) {
      throw new ForecastError('STATE_MISMATCH', 'the prior comes from other horizons');
    }
    return lesson;
  });
  reader.end();
  if (!Number.isFinite(atMs)) throw new ForecastError('INVALID_STATE', 'the prior has no time');
  return { atMs, lessons };
}

/** The lessons as they read for a partition whose first tick ends at `atMs`. */
export function lessonsAt(
  { atMs: from, lessons }: FleetPrior,
  levels: readonly Level[],
  atMs: number,
): (Lesson | undefined)[] {
  const tickMs = levels[0]?.stepMs ?? 0;
  return lessons.map((lesson, i) => {
    const steps = Math.round((atMs - tickMs - from) / (levels[i]?.stepMs ?? 1));
    if (lesson?.shape === undefined) return lesson;
    return { ...lesson, shape: shiftShape(lesson.shape, steps) };
  });
}
