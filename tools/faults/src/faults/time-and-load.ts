import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultCase } from './fault-case.ts';

const MOST_WORKERS = 4;
const HOLD_MS = 2000;

/** Clocks that step, and consumers that are slow. */
export const TIME_AND_LOAD_FAULTS: readonly FaultCase[] = [
  {
    name: 'none',
    promise: 'the measure of the others: nothing is done to the system',
    async run(world) {
      await world.fault(() => sleep(5000));
    },
  },
  {
    name: 'slow-consumer',
    promise: 'records wait, and are worked off when it is over',
    async run(world) {
      await world.fault(async () => {
        world.isSlow = true;
        await sleep(6000);
        world.isSlow = false;
      });
    },
  },
  {
    name: 'clock-step-worker',
    promise: 'leases and liveness are told by monotonic time: the wall-clock may step by hours',
    async run(world) {
      const { pid } = await world.busiestWorker();
      await world.fault(async () => {
        process.kill(pid, 'SIGUSR2');
        await sleep(4000);
        process.kill(pid, 'SIGUSR2');
        await sleep(4000);
      });
    },
  },
  {
    name: 'clock-step-actuator',
    promise: 'forecasts and reports look old or new by hours; nothing is scaled down on that',
    async run(world) {
      await world.fault(async () => {
        world.actuator.signal('SIGUSR2');
        await sleep(5000);
        world.actuator.signal('SIGUSR2');
        await sleep(5000);
      });
    },
  },
  {
    name: 'clock-step-edge',
    promise: 'records carry wrong times, and none is lost',
    async run(world) {
      await world.fault(async () => {
        world.edge.signal('SIGUSR2');
        await sleep(4000);
        world.edge.signal('SIGUSR2');
        await sleep(4000);
      });
    },
  },
];

/** Workers that come and go every few seconds, for at least `lastsMs`; it ends with one. */
export function scaleUpAndDown(lastsMs: number): FaultCase {
  return {
    name: 'scale-1-n-1',
    promise: `from 1 worker to ${MOST_WORKERS} and back, again and again: each drains; nothing is handled twice`,
    settings: { planned: false },
    async run(world) {
      const endMs = performance.now() + lastsMs;
      do {
        for (const workers of [MOST_WORKERS, 1]) {
          // Each change is a fault of its own: recovery counts from it.
          await world.fault(() => world.scaleTo(workers));
          await sleep(HOLD_MS);
        }
      } while (performance.now() < endMs);
    },
  };
}
