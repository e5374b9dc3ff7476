import {
  formatBytes,
  formatCores,
  formatCount,
  formatPercent,
  formatQuantity,
  formatRate,
  isPresent,
  type MaybeNumber,
  MISSING,
} from './number.ts';
import { formatClock, formatDuration } from './time.ts';

export interface Ingredient {
  readonly label: string;
  readonly value: string;
  readonly unit: string;
}

interface UnitRule {
  readonly suffix: RegExp;
  readonly unit: string;
  readonly format: (value: MaybeNumber) => string;
}

/** Units stand at the end of the names. The first match counts, so longer endings come first. */
const RULES: readonly UnitRule[] = [
  { suffix: /(?:\bat|At)Ms$/, unit: '', format: formatClock },
  { suffix: /\.?ms$/i, unit: '', format: formatDuration },
  {
    suffix: /\.?(cpuSeconds|seconds)PerRecord$/i,
    unit: 'per record',
    format: (v) => formatDuration(isPresent(v) ? v * 1_000 : v),
  },
  { suffix: /\.?bytesPerSec$/i, unit: 'per s', format: formatBytes },
  { suffix: /\.?bytes$/i, unit: '', format: formatBytes },
  { suffix: /\.?(records)?PerSec$/i, unit: 'records/s', format: formatRate },
  { suffix: /\.?(milli|m)Cores$/i, unit: 'millicores', format: formatCount },
  { suffix: /\.?(cpu)?Cores$/i, unit: 'cores', format: formatCores },
  { suffix: /\.?seconds$/i, unit: '', format: (v) => formatDuration(isPresent(v) ? v * 1_000 : v) },
  {
    suffix: /(?<=fraction|ratio|share|utili[sz]ation|tolerance|coverage)$/i,
    unit: '',
    format: formatPercent,
  },
  { suffix: /(?<=workers|partitions|records)$/i, unit: '', format: formatCount },
];

/** `neededAtLeadTime` → `needed at lead time`; acronyms and quantiles such as `p95` keep together. */
function spaced(name: string): string {
  return name
    .replace(/[._-]+/g, ' ')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .trim();
}

/**
 * One ingredient of a decision for people: a label in words, the value in a fitting unit. The unit is read from the
 * end of the name (`leadTimeMs`, `demandCpuCores`, `recordsPerSec`, `toleranceFraction`).
 */
export function describeIngredient(name: string, value: MaybeNumber): Ingredient {
  const rule = RULES.find(({ suffix }) => suffix.test(name));
  if (rule === undefined) return { label: spaced(name), value: formatQuantity(value), unit: '' };
  const label = spaced(name.replace(rule.suffix, '')) || spaced(name);
  const text = rule.format(value);
  return { label, value: text, unit: text === MISSING ? '' : rule.unit };
}
