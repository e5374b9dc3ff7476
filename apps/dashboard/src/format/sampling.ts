import type { SamplingView } from '@foreshadow/domain';
import { formatBytes, formatCount, formatPercent, isPresent, type MaybeNumber, MISSING } from './number.ts';
import type { Tone } from './reason.ts';

const REASONS: Readonly<Record<string, { readonly words: string; readonly tone: Tone }>> = {
  WITHIN_BUDGET: { words: 'Within budget', tone: 'calm' },
  FLOOR_EXCEEDS_BUDGET: { words: 'Floor of samples exceeds budget', tone: 'alert' },
  NOTHING_MEASURED: { words: 'Nothing to measure', tone: 'calm' },
};

/** Why rates are what they are. A code that this page does not know is shown as it is. */
export function rateReason(code: string): { readonly words: string; readonly tone: Tone } {
  return Object.hasOwn(REASONS, code)
    ? REASONS[code]!
    : { words: code.toLowerCase().replaceAll('_', ' '), tone: 'calm' };
}

/** `1.0 %`; `1.3 %–100 %` where partitions differ. */
export function formatRates(minRate: number, maxRate: number): string {
  const [low, high] = [share(minRate), share(maxRate)];
  return low === high ? low : `${low}–${high}`;
}

/** A share in percent with two significant digits, as small as it may be. */
export function share(value: MaybeNumber): string {
  if (!isPresent(value)) return MISSING;
  if (value === 0 || value >= 0.0995) return formatPercent(value);
  return `${Number((value * 100).toPrecision(2))} %`;
}

/** `64 ns a record, 2.1 % of the record path`. */
export function formatOverhead({ recordNs, overheadShare }: SamplingView): string {
  if (!isPresent(recordNs)) return MISSING;
  return `${formatCount(recordNs)} ns a record, ${share(overheadShare)} of the record path`;
}

/** A relative standard error as the half of a 95 % interval; counted values have none. */
export function formatError(error: MaybeNumber): string {
  if (!isPresent(error)) return MISSING;
  return error === 0 ? 'counted' : `± ${share(1.96 * error)}`;
}

/** `204 B (200–208)`. */
export function formatSize({ sizeBytes, low, high }: SamplingView['sizes'][number]): string {
  return `${formatBytes(sizeBytes)} (${formatBytes(low)}–${formatBytes(high)})`;
}
