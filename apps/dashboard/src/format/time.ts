import { type MaybeNumber, orMissing } from './number.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const pad = (value: number): string => String(value).padStart(2, '0');

/** Time of day in the reader's zone, `14:02:31`. */
export function formatClock(atMs: MaybeNumber): string {
  return orMissing(atMs, (present) => {
    const date = new Date(present);
    return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
  });
}

/** For `<time datetime>`; empty where the time is missing or no time at all. */
export function isoTime(atMs: MaybeNumber): string {
  const date = new Date(atMs ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/** A duration in its two largest units: `820 ms`, `15.2 s`, `2 min 5 s`, `3 h 20 min`. */
export function formatDuration(durationMs: MaybeNumber): string {
  return orMissing(durationMs, (present) => {
    if (present < 0) return `−${formatDuration(-present)}`;
    if (present < 1_000) return `${present.toFixed(0)} ms`;
    if (present < 59_950) return `${(present / 1_000).toFixed(present % 1_000 === 0 ? 0 : 1)} s`;
    if (present < HOUR_MS) return twoUnits(present, MINUTE_MS, 'min', 1_000, 's');
    if (present < DAY_MS) return twoUnits(present, HOUR_MS, 'h', MINUTE_MS, 'min');
    return twoUnits(present, DAY_MS, 'd', HOUR_MS, 'h');
  });
}

function twoUnits(valueMs: number, largeMs: number, large: string, smallMs: number, small: string): string {
  const total = Math.round(valueMs / smallMs);
  const per = largeMs / smallMs;
  const rest = total % per;
  const whole = `${Math.floor(total / per)} ${large}`;
  return rest === 0 ? whole : `${whole} ${rest} ${small}`;
}

/** How far a horizon lies ahead, `+5 s`, `+1 min`. */
export function formatHorizon(horizonMs: number): string {
  return `+${formatDuration(horizonMs)}`;
}
