import { describe, expect, it } from 'vitest';
import { FakeClock } from '@foreshadow/testkit';
import { bootNumber, machineClock } from '../src/machine-clock.ts';
import { MachineTime, readDeadline, writeDeadline } from '../src/machine-time.ts';

describe('MachineTime', () => {
  it('tells whether a deadline has passed', async () => {
    const clock = new FakeClock();
    const time = new MachineTime(clock, 7);
    const deadline = time.after(100);
    expect(time.isPast(deadline)).toBe(false);
    await clock.advance(99);
    expect(time.isPast(deadline)).toBe(false);
    await clock.advance(1);
    expect(time.isPast(deadline)).toBe(true);
    expect(time.isPast(time.after(Infinity))).toBe(false);
    expect(time.isPast(time.after(0))).toBe(true);
  });

  it('does not heed steps of the wall-clock', () => {
    const clock = new FakeClock();
    const time = new MachineTime(clock, 7);
    const deadline = time.after(100);
    clock.stepWall(86_400_000);
    expect(time.isPast(deadline)).toBe(false);
    clock.stepWall(-2 * 86_400_000);
    expect(time.isPast(deadline)).toBe(false);
  });

  it('counts a deadline of another boot as passed, also where boots cannot be told apart', async () => {
    const before = new FakeClock();
    await before.advance(50_000);
    const deadline = new MachineTime(before, 7).after(1000);
    const after = new FakeClock();
    expect(new MachineTime(after, 8).isPast(deadline)).toBe(true);
    const untold = new MachineTime(before, 0).after(1000);
    expect(new MachineTime(after, 0).isPast(untold)).toBe(true);
    expect(new MachineTime(after, 8).isPast(new MachineTime(before, 7).after(Infinity))).toBe(false);
  });

  it('writes deadlines and reads them back', () => {
    const bytes = Buffer.alloc(30);
    const deadline = { boot: 2 ** 51 + 1, setAtMs: 1.25, expiresAtMs: Infinity };
    writeDeadline(bytes, 3, deadline);
    expect(readDeadline(bytes, 3)).toEqual(deadline);
  });
});

describe('machineClock', () => {
  it('counts from one origin in all processes', () => {
    const before = Number(process.hrtime.bigint()) / 1e6;
    const now = machineClock.monotonicMs();
    const after = Number(process.hrtime.bigint()) / 1e6;
    expect(now >= before && now <= after).toBe(true);
    expect(Number.isSafeInteger(bootNumber())).toBe(true);
  });
});
