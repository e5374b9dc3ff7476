import { describe, expect, it } from 'vitest';
import { describeIngredient } from '../src/format/ingredient.ts';
import {
  formatBytes,
  formatCores,
  formatCount,
  formatPercent,
  formatQuantity,
  formatRate,
  formatTick,
  MISSING,
} from '../src/format/number.ts';
import { basisWords, reasonWords } from '../src/format/reason.ts';
import { formatError, formatRates, rateReason, share } from '../src/format/sampling.ts';
import { formatClock, formatDuration, formatHorizon, isoTime } from '../src/format/time.ts';

const FORMATS = {
  formatBytes,
  formatClock,
  formatCores,
  formatCount,
  formatDuration,
  formatPercent,
  formatQuantity,
  formatRate,
  formatError,
  share,
};

describe('a missing value is shown as missing, never as zero', () => {
  for (const [name, format] of Object.entries(FORMATS)) {
    it.each([null, undefined, Number.NaN, Infinity, -Infinity])(`${name}(%s)`, (value) => {
      expect(format(value)).toBe(MISSING);
    });
    it(`${name}(0) is shown`, () => expect(format(0)).not.toBe(MISSING));
  }
});

describe('numbers', () => {
  it.each([
    [0, '0'],
    [0.0421, '0.042'],
    [4.2, '4.20'],
    [421, '421'],
    [999.9, '1.00 k'],
    [1_234, '1.23 k'],
    [12_345_678, '12.3 M'],
    [-1_500, '-1.50 k'],
  ])('quantity %d is %s', (value, text) => expect(formatQuantity(value)).toBe(text));

  it.each([
    [0, '0'],
    [3.14, '3.1'],
    [412.4, '412'],
    [1_234, '1.23 k'],
  ])('rate %d is %s', (value, text) => expect(formatRate(value)).toBe(text));

  it.each([
    [0.05, '0.050'],
    [1.9, '1.90'],
    [128, '128.0'],
  ])('%d cores are %s: never rounded to whole cores', (value, text) => expect(formatCores(value)).toBe(text));

  it.each([
    [512, '512 B'],
    [128 * 2 ** 20, '128 MiB'],
    [1.5 * 2 ** 30, '1.50 GiB'],
  ])('%d bytes are %s', (value, text) => expect(formatBytes(value)).toBe(text));

  it('shows small shares with a decimal', () => {
    expect([0.042, 0.5, 1.2].map(formatPercent)).toEqual(['4.2 %', '50 %', '120 %']);
  });

  it('groups large counts', () => expect(formatCount(1_234_567)).toBe('1\u202f234\u202f567'));

  it('keeps axis labels short', () => {
    expect([0, 0.5, 1_500, 2_000].map(formatTick)).toEqual(['0', '0.5', '1.5 k', '2 k']);
  });
});

describe('times', () => {
  it.each([
    [820, '820 ms'],
    [5_000, '5 s'],
    [15_200, '15.2 s'],
    [59_999, '1 min'],
    [125_000, '2 min 5 s'],
    [3 * 3_600_000 + 20 * 60_000, '3 h 20 min'],
    [-2_000, '−2 s'],
  ])('%d ms is %s', (durationMs, text) => expect(formatDuration(durationMs)).toBe(text));

  it('marks a horizon as lying ahead', () => expect(formatHorizon(60_000)).toBe('+1 min'));
  it('gives no machine-readable time where there is none', () => expect(isoTime(Number.NaN)).toBe(''));
});

describe('reasons', () => {
  it('puts a code in words', () => {
    expect(reasonWords('FORECAST_SCALE_UP')).toEqual({ words: 'Scale up ahead of forecast', tone: 'up' });
  });
  it('shows a code of a newer actuator as it is', () => {
    expect(reasonWords('SOME_NEW_CODE')).toEqual({ words: 'some new code', tone: 'calm' });
    expect(reasonWords('toString').words).toBe('tostring');
    expect(basisWords('newer')).toBe('newer');
  });
});

describe('ingredients', () => {
  it.each([
    ['leadTimeMs', 15_200, 'lead time', '15.2 s', ''],
    ['forecastCpuCores', 0.84, 'forecast', '0.840', 'cores'],
    ['lagRecords', 12, 'lag records', '12', ''],
    ['targetUtilization', 0.8, 'target utilization', '80 %', ''],
    ['recordsPerSec', 412, 'records per sec', '412', 'records/s'],
    ['networkBytesPerSec', 2_048, 'network', '2.00 KiB', 'per s'],
    ['cpuSecondsPerRecord', 0.002, 'cpu seconds per record', '2 ms', 'per record'],
    ['quantile', 0.95, 'quantile', '0.950', ''],
  ])('%s = %d', (name, value, label, text, unit) => {
    expect(describeIngredient(name, value)).toEqual({ label, value: text, unit });
  });

  it('shows an unknown one as missing, without a unit', () => {
    expect(describeIngredient('backlogCpuCores', null)).toEqual({
      label: 'backlog',
      value: MISSING,
      unit: '',
    });
  });
});

describe('sampling', () => {
  it('shows rates of any size, as one where partitions agree', () => {
    expect(formatRates(0.01, 0.01)).toBe('1 %');
    expect(formatRates(1e-7, 1)).toBe('0.00001 %–100 %');
    expect(share(0.000344)).toBe('0.034 %');
  });

  it('shows errors as half of a 95 % interval, and what was counted as counted', () => {
    expect(formatError(0)).toBe('counted');
    expect(formatError(0.05)).toBe('± 9.8 %');
  });

  it('shows reasons that it does not know as they are', () => {
    expect(rateReason('FLOOR_EXCEEDS_BUDGET').tone).toBe('alert');
    expect(rateReason('ON_HOLIDAY').words).toBe('on holiday');
    expect(rateReason('toString').words).toBe('tostring');
  });
});
