import { describe, expect, it } from 'vitest';
import { BusyTime } from '../src/busy-time.ts';

describe('BusyTime', () => {
  it('counts time in which anything is under way once, and what goes on up to now', async () => {
    let now = 0;
    const busy = new BusyTime(() => now);
    const open: (() => void)[] = [];
    const work = () => busy.during(() => new Promise<void>((resolve) => open.push(resolve)));
    const first = work();
    now = 10;
    const second = work();
    now = 15;
    expect(busy.take()).toBe(15);
    open[0]!();
    await first;
    now = 20;
    open[1]!();
    await second;
    now = 100;
    expect(busy.take()).toBe(5);
    expect(busy.take()).toBe(0);
  });

  it('passes on what the work gives and throws, which ends it', async () => {
    let now = 0;
    const busy = new BusyTime(() => now);
    expect(await busy.during(async () => 7)).toBe(7);
    const failing = busy.during(async () => {
      now += 3;
      throw new Error('no disk');
    });
    await expect(failing).rejects.toThrow('no disk');
    now = 50;
    expect(busy.take()).toBe(3);
  });
});
