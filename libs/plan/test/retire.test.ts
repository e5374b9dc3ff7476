import { describe, expect, it } from 'vitest';
import { chooseRetiring } from '../src/retire.ts';
import { worker } from './fixtures.ts';

/** Lag of each partition, seconds. */
const LAGS: Readonly<Record<string, number>> = {
  'orders/0': 9.2,
  'orders/1': 9.9,
  'orders/2': 3,
  'orders/3': 0,
  'orders/4': 0,
};
const lagOf = (partition: string): number => LAGS[partition] ?? NaN;

describe('who goes', () => {
  it('is first of all who has not begun to work, the youngest first', () => {
    const live = [
      worker('old', { startedAtMs: 1, owns: ['orders/3'] }),
      worker('coming', { startedAtMs: 2, phase: 'starting' }),
      worker('just-coming', { startedAtMs: 3, phase: 'starting' }),
    ];
    expect(chooseRetiring(live, 1, lagOf)).toEqual(['just-coming']);
    expect(chooseRetiring(live, 3, lagOf)).toEqual(['just-coming', 'coming', 'old']);
  });

  it('is then who lags least, however old', () => {
    const live = [
      worker('far-behind', { startedAtMs: 3, owns: ['orders/0', 'orders/3'] }),
      worker('behind', { startedAtMs: 2, owns: ['orders/2'] }),
      worker('level', { startedAtMs: 1, owns: ['orders/3', 'orders/4'] }),
    ];
    expect(chooseRetiring(live, 3, lagOf)).toEqual(['level', 'behind', 'far-behind']);
  });

  it('is, lags being the same to a second, who has fewest to hand over, then the youngest', () => {
    const live = [
      worker('many', { startedAtMs: 4, owns: ['orders/0', 'orders/3'] }),
      worker('older', { startedAtMs: 1, owns: ['orders/0'] }),
      worker('younger', { startedAtMs: 2, owns: ['orders/1'] }),
    ];
    expect(chooseRetiring(live, 3, lagOf)).toEqual(['younger', 'older', 'many']);
  });

  it('is last of all who has a lag that nobody knows; nobody where there is no surplus', () => {
    const live = [
      worker('unknown', { startedAtMs: 2, owns: ['orders/9'] }),
      worker('far-behind', { startedAtMs: 1, owns: ['orders/0'] }),
    ];
    expect(chooseRetiring(live, 1, lagOf)).toEqual(['far-behind']);
    for (const surplus of [0, -1]) expect(chooseRetiring(live, surplus, lagOf)).toEqual([]);
  });
});
