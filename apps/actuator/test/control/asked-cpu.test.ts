import { expect, it } from 'vitest';
import { AskedCpu } from '../../src/control/asked-cpu.ts';

it('sums up what the load asks for', () => {
  const asked = new AskedCpu();
  asked.observe(2, 1000);
  expect(asked.cpuSeconds).toBeUndefined();
  asked.observe(2, 2000);
  asked.observe(0.5, 4000);
  expect(asked.cpuSeconds).toBeCloseTo(3, 12);
});

it('is unknown over a gap, and goes on after it', () => {
  const asked = new AskedCpu();
  asked.observe(1, 0);
  asked.observe(1, 1000);
  asked.observe(undefined, 2000);
  expect(asked.cpuSeconds).toBeUndefined();
  asked.observe(1, 3000);
  expect(asked.cpuSeconds).toBeUndefined();
  asked.observe(1, 4000);
  expect(asked.cpuSeconds).toBeCloseTo(2, 12);
  asked.observe(1, 60_000);
  expect(asked.cpuSeconds).toBeUndefined();
});
