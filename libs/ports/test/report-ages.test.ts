import { describe, expect, it } from 'vitest';
import { ReportAges } from '../src/index.ts';

describe('ReportAges', () => {
  it('counts from the last change of a report, whatever its wall-clock says', () => {
    const ages = new ReportAges(1000);
    ages.look([{ id: 'a', atMs: 5 }], 0);
    ages.look([{ id: 'a', atMs: 5 }], 400);
    expect(ages.silentMs('a')).toBe(400);
    ages.look([{ id: 'a', atMs: -3_600_000 }], 800);
    expect(ages.silentMs('a'), 'its clock went back: it lives all the same').toBe(0);
  });

  it('takes the time for nobody’s silence in which the reader did not look', () => {
    const ages = new ReportAges(1000);
    ages.look([{ id: 'a', atMs: 5 }], 0);
    ages.look([{ id: 'a', atMs: 5 }], 60_000);
    expect(ages.silentMs('a')).toBe(1000);
    ages.look([{ id: 'a', atMs: 5 }], 59_000);
    expect(ages.silentMs('a'), 'never runs backwards').toBe(1000);
  });

  it('knows nothing of workers that have no report, and forgets those whose report is gone', () => {
    const ages = new ReportAges(1000);
    expect(ages.silentMs('a')).toBeUndefined();
    ages.look([{ id: 'a', atMs: 5 }], 0);
    ages.look([], 900);
    ages.look([{ id: 'a', atMs: 5 }], 1800);
    expect(ages.silentMs('a')).toBe(0);
  });
});
