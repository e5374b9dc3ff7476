import { describe, expect, it } from 'vitest';
import { ForecastKernel, poolLessons, SeriesBank } from '../src/index.ts';
import { decodeLesson, encodeLesson, shiftShape } from '../src/prior.ts';

const STEPS = [1, 6];

/** A day of 48 steps at a level, with noise that repeats for equal seeds. */
function day(t: number, level: number, seed: number): number {
  const noise = (((t * 2654435761 + seed * 40503) >>> 0) % 1000) / 1000 - 0.5;
  return level * (1 + 0.6 * Math.sin((2 * Math.PI * t) / 48) + 0.1 * noise);
}

function mature(kernel: ForecastKernel, level: number, seed: number, until: number): SeriesBank {
  const bank = new SeriesBank({ steps: STEPS, kernel, fittedModels: false });
  for (let t = 0; t < until; t++) bank.update(day(t, level, seed));
  return bank;
}

describe('what a fleet teaches a new series', () => {
  const kernel = new ForecastKernel();
  const fleet = [1, 2, 3].map((seed) => mature(kernel, 100 * seed, seed, 600));
  const lesson = poolLessons(fleet.flatMap((bank) => bank.lesson() ?? []));
  if (lesson === undefined) throw new Error('a fleet of mature series teaches something');

  it('makes its first steps better than those of a series that begins alone', () => {
    const alone = new SeriesBank({ steps: STEPS, kernel, fittedModels: false });
    const taught = new SeriesBank({ steps: STEPS, kernel, fittedModels: false, prior: lesson });
    const errors = { alone: 0, taught: 0 };
    for (let t = 600; t < 660; t++) {
      const next = day(t + 6, 50, 9);
      for (const [name, bank] of Object.entries({ alone, taught })) {
        bank.update(day(t, 50, 9));
        if (t > 602) errors[name as 'alone'] += Math.abs(next - (bank.predict().mean[1] ?? NaN));
      }
    }
    expect(errors.taught).toBeLessThan(0.8 * errors.alone);
  });

  it('gives it intervals of a sensible width before it has errors of its own', () => {
    const taught = new SeriesBank({ steps: STEPS, kernel, fittedModels: false, prior: lesson });
    let inside = 0;
    for (let t = 600; t < 640; t++) {
      taught.update(day(t, 50, 9));
      const { lower, upper } = taught.predict();
      const next = day(t + 1, 50, 9);
      if (t >= 605 && lower[0]! <= next && next <= upper[0]!) inside++;
    }
    expect(inside / 35).toBeGreaterThan(0.8);
  });

  it('fades: after long enough the taught series forecasts like one that was not', () => {
    const taught = new SeriesBank({ steps: STEPS, kernel, fittedModels: false, prior: lesson });
    const alone = new SeriesBank({ steps: STEPS, kernel, fittedModels: false });
    for (let t = 0; t < 2500; t++) for (const bank of [taught, alone]) bank.update(day(t + 17, 50, 9));
    expect(Math.abs(taught.predict().mean[0]! / alone.predict().mean[0]! - 1)).toBeLessThan(0.01);
  });

  it('survives encoding and tells the shape later in the season', () => {
    expect(decodeLesson(encodeLesson(lesson))).toEqual(lesson);
    expect(lesson.shape).toHaveLength(48);
    expect(shiftShape(lesson.shape!, 50)[0]).toBe(lesson.shape![2]);
  });

  it('is refused from another version, damaged, or for other horizons', () => {
    const bytes = encodeLesson(lesson);
    expect(() => decodeLesson(bytes.subarray(0, bytes.length - 3))).toThrow(/truncated/);
    const other = bytes.slice();
    other[6] = 'x'.charCodeAt(0);
    expect(() => decodeLesson(other)).toThrow(/another version/);
    expect(() => new SeriesBank({ steps: [1, 7], kernel, prior: lesson })).toThrow(/other horizons/);
  });

  it('is nothing from series without evidence', () => {
    expect(new SeriesBank({ steps: STEPS, kernel }).lesson()).toBeUndefined();
    expect(poolLessons([])).toBeUndefined();
  });
});
