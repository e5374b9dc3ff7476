import { setTimeout as sleep } from 'node:timers/promises';
import { DEFAULT_SETTINGS, LEASE_TTL_MS } from '../world/settings.ts';
import type { FaultCase } from './fault-case.ts';

const FREEZE_MS = 5000;
/** More than the lead's lease of 3 s and an attempt to take it. */
const SUCCESSION_MS = 10_000;
const PAST_THE_LEASE_MS = LEASE_TTL_MS + 3000;

/** Processes that die or stand still. */
export const PROCESS_FAULTS: readonly FaultCase[] = [
  {
    name: 'worker-kill',
    promise: 'others take over when its leases have run out; at most one commit interval is handled twice',
    async run(world) {
      const { pid } = await world.busiestWorker();
      await world.fault(async () => void process.kill(pid, 'SIGKILL'));
      await world.settled();
    },
  },
  {
    name: 'worker-freeze-wake',
    promise: 'a worker that wakes after its lease has run out starts no handler and commits nothing',
    // Longer than it is frozen: it must wake, not be replaced.
    settings: { frozenAfterMs: 60_000 },
    async run(world) {
      const { pid } = await world.busiestWorker();
      await world.fault(async () => {
        process.kill(pid, 'SIGSTOP');
        await sleep(PAST_THE_LEASE_MS);
        process.kill(pid, 'SIGCONT');
      });
      await world.settled();
    },
  },
  {
    name: 'worker-freeze-for-good',
    promise: 'a worker that lives and says nothing is not counted on, then replaced',
    settings: { frozenAfterMs: 6000 },
    async run(world) {
      const { pid } = await world.busiestWorker();
      await world.fault(async () => {
        process.kill(pid, 'SIGSTOP');
        await sleep(8000);
      });
      await world.settled();
    },
  },
  {
    name: 'edge-kill',
    promise: 'what it had acknowledged is in the log; producers send the rest again',
    async run(world) {
      await world.fault(async () => world.edge.signal('SIGKILL'));
      await sleep(FREEZE_MS);
    },
  },
  {
    name: 'edge-freeze',
    promise: 'no forecast and no records from it: nothing is scaled down on that',
    async run(world) {
      await world.fault(async () => {
        world.edge.signal('SIGSTOP');
        await sleep(FREEZE_MS);
        world.edge.signal('SIGCONT');
      });
      await sleep(FREEZE_MS);
    },
  },
  {
    name: 'actuator-kill',
    promise: 'workers go on; its successor takes them over and starts none twice',
    async run(world) {
      await world.fault(async () => world.actuator.signal('SIGKILL'));
      await sleep(2 * FREEZE_MS);
    },
  },
  {
    name: 'actuator-freeze',
    promise: 'workers go on; when it wakes it takes nobody for silent',
    async run(world) {
      await world.fault(async () => {
        world.actuator.signal('SIGSTOP');
        // Longer than the silence after which a worker is replaced: it must not take its own for theirs.
        await sleep(DEFAULT_SETTINGS.frozenAfterMs + 2000);
        world.actuator.signal('SIGCONT');
      });
      await sleep(FREEZE_MS);
    },
  },
  {
    name: 'leader-kill',
    promise: 'of two actuators the other leads, and goes on from its plan; workers and edges go on',
    settings: { replicas: 2 },
    async run(world) {
      const { actuator, index } = await world.leader();
      await world.fault(async () => {
        actuator.killFor(SUCCESSION_MS);
        await world.succeeded(index);
        await sleep(SUCCESSION_MS);
      });
      await sleep(FREEZE_MS);
    },
  },
  {
    name: 'leader-freeze',
    promise: 'the same; when it wakes it plans nothing, and stands by',
    settings: { replicas: 2 },
    async run(world) {
      const { actuator, index } = await world.leader();
      await world.fault(async () => {
        actuator.signal('SIGSTOP');
        await world.succeeded(index);
        await sleep(FREEZE_MS);
        actuator.signal('SIGCONT');
      });
      await sleep(2 * FREEZE_MS);
    },
  },
];
