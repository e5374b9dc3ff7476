/** Shown where a value is missing; missing is never zero. */
export const MISSING = '–';

/** A number as it may come over JSON, where NaN and infinity arrive as `null`. */
export type MaybeNumber = number | null | undefined;

export function isPresent(value: MaybeNumber): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

/** Apply `format` to a value that is there, else show that it is missing. */
export function orMissing(value: MaybeNumber, format: (present: number) => string): string {
  return isPresent(value) ? format(value) : MISSING;
}

const SI_UNITS: readonly (readonly [number, string])[] = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
];
const BINARY_UNITS: readonly (readonly [number, string])[] = [
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
];

/** Three significant digits, no exponent: 0.042, 4.2, 42.1, 421. */
function threeDigits(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95 || value === 0) return value.toFixed(0);
  if (size >= 9.995) return value.toFixed(1);
  if (size >= 0.9995) return value.toFixed(2);
  return size < 0.0005 ? value.toPrecision(1) : value.toFixed(3);
}

/** `1234` → `1.23 k`; below a thousand three significant digits, whole numbers without decimals. */
export function formatQuantity(value: MaybeNumber): string {
  return orMissing(value, (present) => {
    for (const [size, prefix] of SI_UNITS) {
      if (Math.abs(present) >= size * 0.9995) return `${threeDigits(present / size)} ${prefix}`;
    }
    return Number.isInteger(present) ? String(present) : threeDigits(present);
  });
}

/** A label of an axis: the shortest form, `1.5 k` and not `1.50 k`. */
export function formatTick(value: number): string {
  const [size, prefix] = SI_UNITS.find(([unit]) => Math.abs(value) >= unit) ?? [1, ''];
  const digits = String(Number((value / size).toPrecision(3)));
  return prefix === '' ? digits : `${digits} ${prefix}`;
}

/** A rate in records/s without its unit. Whole records from 10/s on: decimals there are noise. */
export function formatRate(value: MaybeNumber): string {
  return orMissing(value, (present) => {
    const size = Math.abs(present);
    if (size >= 999.5) return formatQuantity(present);
    return size >= 10 || present === 0 ? present.toFixed(0) : present.toFixed(1);
  });
}

/** CPU in cores without the unit: millicores below one core, never rounded to whole cores. */
export function formatCores(value: MaybeNumber): string {
  return orMissing(value, (present) => {
    const size = Math.abs(present);
    return present.toFixed(size >= 100 ? 1 : size >= 1 || size === 0 ? 2 : 3);
  });
}

/** Two rates as one range with one prefix: `468–557`, `1.15–1.49 k`; missing if either is. */
export function formatRateRange(lower: MaybeNumber, upper: MaybeNumber): string {
  if (!isPresent(lower) || !isPresent(upper)) return MISSING;
  const [size, prefix] = SI_UNITS.find(([unit]) => Math.abs(upper) >= unit * 0.9995) ?? [1, ''];
  if (prefix === '') return `${formatRate(lower)}–${formatRate(upper)}`;
  const top = threeDigits(upper / size);
  const decimals = top.split('.')[1]?.length ?? 0;
  return `${(lower / size).toFixed(decimals)}–${top} ${prefix}`;
}

/** A unit and how much of it one is. */
export interface Unit {
  readonly size: number;
  readonly name: string;
}

/** The binary unit that fits the largest of the values, so that a row of them can be compared at a glance. */
export function commonBytesUnit(values: readonly MaybeNumber[]): Unit {
  const most = Math.max(0, ...values.filter(isPresent));
  const [size, name] = BINARY_UNITS.find(([unit]) => most >= unit) ?? [1, 'B'];
  return { size, name };
}

/** A value in a given unit, without the unit. */
export function formatIn(unit: Unit, value: MaybeNumber): string {
  return orMissing(value, (present) => threeDigits(present / unit.size));
}

/** Memory or volume in binary units. */
export function formatBytes(value: MaybeNumber): string {
  return orMissing(value, (present) => {
    for (const [size, unit] of BINARY_UNITS) {
      if (Math.abs(present) >= size) return `${threeDigits(present / size)} ${unit}`;
    }
    return `${present.toFixed(0)} B`;
  });
}

/** A share, 0–1, in percent. */
export function formatPercent(share: MaybeNumber): string {
  return orMissing(share, (present) => `${(present * 100).toFixed(Math.abs(present) < 0.0995 ? 1 : 0)} %`);
}

/** A count of whole things, with thin grouping from 10 000 on. */
export function formatCount(value: MaybeNumber): string {
  return orMissing(value, (present) =>
    Math.round(present)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, '\u202f'),
  );
}
