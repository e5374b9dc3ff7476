import { describe, expect, it } from 'vitest';
import { FakeClock } from '../src/index.ts';

describe('FakeClock', () => {
  it('wakes sleepers in order of their due times, each at its own time', async () => {
    const clock = new FakeClock();
    const woken: [string, number][] = [];
    const sleep = async (name: string, ms: number): Promise<void> => {
      await clock.sleep(ms);
      woken.push([name, clock.monotonicMs()]);
    };
    const all = [sleep('late', 30), sleep('early', 10), sleep('also early', 10)];
    await clock.advance(30);
    await Promise.all(all);
    expect(woken).toEqual([
      ['early', 10],
      ['also early', 10],
      ['late', 30],
    ]);
  });

  it('runs a loop that goes to sleep again while time passes', async () => {
    const clock = new FakeClock();
    let rounds = 0;
    const loop = async (): Promise<void> => {
      while (rounds < 5) {
        await clock.sleep(10);
        rounds++;
      }
    };
    const done = loop();
    await clock.advance(49);
    expect(rounds).toBe(4);
    await clock.advance(1);
    await done;
    expect(clock.sleeping).toBe(0);
  });

  it('rejects an aborted sleep with the reason of its signal and forgets it', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const sleeping = clock.sleep(10, abort.signal);
    abort.abort(new Error('enough'));
    await expect(sleeping).rejects.toThrow('enough');
    await expect(clock.sleep(10, abort.signal)).rejects.toThrow('enough');
    expect(clock.sleeping).toBe(0);
  });

  it('lets the wall-clock go back while monotonic time goes on', async () => {
    const clock = new FakeClock({ nowMs: 1000 });
    await clock.advance(500);
    clock.stepWall(-2000);
    expect(clock.nowMs()).toBe(-500);
    expect(clock.monotonicMs()).toBe(500);
  });

  it('treats negative and NaN sleeps as none', async () => {
    const clock = new FakeClock();
    const both = Promise.all([clock.sleep(-5), clock.sleep(Number.NaN)]);
    await clock.advance(0);
    await both;
    expect(clock.monotonicMs()).toBe(0);
  });
});
