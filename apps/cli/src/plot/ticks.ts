import { durationText, type SeriesClock } from '@foreshadow/csv';

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Steps between marks that people find natural, as multiples of a power of ten. */
const NICE = [1, 2, 5, 10];
const LARGEST_MULTIPLE = 1e9;

/** About `count` marks at round values within a range, with labels that tell them apart. */
export function valueTicks(low: number, high: number, count: number): readonly Tick[] {
  // Halves first: the range of numbers itself may overflow.
  const rough = (high / 2 - low / 2) / (Math.max(1, count) / 2);
  if (!(rough > 0) || !Number.isFinite(rough)) return [{ at: low, label: numberText(low) }];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (NICE.find((nice) => nice * power >= rough) ?? 10) * power;
  const from = Math.ceil(low / step - 1e-9);
  const to = Math.floor(high / step + 1e-9);
  // Values that differ in their last digits only have no round ones between them.
  if (!(step > 0 && Math.abs(from) < LARGEST_MULTIPLE && Math.abs(to) < LARGEST_MULTIPLE)) {
    return [{ at: low, label: numberText(low) }];
  }
  return Array.from({ length: to - from + 1 }, (_, i) => {
    const at = (from + i) * step;
    return { at, label: numberText(at, step) };
  });
}

const PREFIXES: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** A number for people, in few characters; `step` is the difference that must still show. */
export function numberText(value: number, step: number = Math.abs(value) / 100): string {
  const text = alignedText(value, step);
  return /\.\d*0*[kMGT]?$/.test(text) ? text.replace(/\.?0+([kMGT]?)$/, '$1') : text;
}

/** The same with as many decimals for every number, for columns. */
export function alignedText(value: number, step: number, largest: number = Math.abs(value)): string {
  if (!Number.isFinite(value)) return '–';
  if (largest >= 1e15 || (largest < 1e-4 && largest > 0)) return value.toExponential(2).replace('e+', 'e');
  const [unit, prefix] = largest >= 10_000 ? (PREFIXES.find(([u]) => largest >= u) ?? [1, '']) : [1, ''];
  const digits = step > 0 ? Math.min(8, Math.max(0, Math.ceil(-Math.log10(step / unit) - 1e-9))) : 0;
  return `${(value / unit).toFixed(digits)}${prefix}`;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Spacings of marks that clocks and calendars have, ms. */
const TIME_STEPS: readonly number[] = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((n) => n),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364, 728, 3640].map((n) => n * DAY),
];

/** At most `count` marks at round times between two steps; `at` is the (fractional) index of the step. */
export function timeTicks(clock: SeriesClock, first: number, last: number, count: number): readonly Tick[] {
  if (clock.kind === 'none') {
    return valueTicks(first, last, count)
      .filter(({ at }) => Number.isInteger(at))
      .map(({ at }) => ({ at, label: String(at) }));
  }
  const startMs = clock.timeMs(first);
  const endMs = clock.timeMs(last);
  const rough = (endMs - startMs) / Math.max(1, count);
  const stepMs = TIME_STEPS.find((s) => s >= rough) ?? Math.ceil(rough / DAY / 3640) * 3640 * DAY;
  const ticks: Tick[] = [];
  for (let ms = Math.ceil(startMs / stepMs) * stepMs; ms <= endMs; ms += stepMs) {
    const at = first + (ms - startMs) / clock.stepMs;
    ticks.push({ at, label: clock.kind === 'date' ? dateLabel(ms, stepMs) : elapsedLabel(ms) });
  }
  return ticks;
}

function elapsedLabel(ms: number): string {
  return ms === 0 ? '0' : `${ms < 0 ? '−' : ''}${durationText(ms)}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Time of day; the day where a mark stands at midnight or marks lie days apart; the year where they lie months apart. */
function dateLabel(ms: number, stepMs: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  const month = MONTHS[date.getUTCMonth()] ?? '';
  if (stepMs >= 91 * DAY) return `${month} ${date.getUTCFullYear()}`;
  if (stepMs >= DAY || ms % DAY === 0) return `${month} ${date.getUTCDate()}`;
  const iso = date.toISOString();
  return stepMs >= MINUTE ? iso.slice(11, 16) : iso.slice(11, stepMs >= SECOND ? 19 : 23);
}
