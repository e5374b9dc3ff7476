import { expect, it } from 'vitest';
import { CpuShares } from '../src/cpu-shares.ts';

it('gives all CPU time to a call that is alone, and shares it among those that overlap', () => {
  let cpuMs = 100;
  const shares = new CpuShares(() => cpuMs);
  cpuMs += 50;
  const first = shares.begin();
  cpuMs += 10;
  const second = shares.begin();
  expect(shares.active).toBe(2);
  cpuMs += 8;
  expect(shares.end(first)).toBe(14);
  cpuMs += 3;
  expect(shares.end(second)).toBe(7);
  expect(shares.active).toBe(0);
});
