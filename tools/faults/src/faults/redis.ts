import { setTimeout as sleep } from 'node:timers/promises';
import type { LinkQuality } from '../net/tcp-proxy.ts';
import { LEASE_TTL_MS } from '../world/settings.ts';
import type { World } from '../world/world.ts';
import type { FaultCase } from './fault-case.ts';

const AWAY_MS = LEASE_TTL_MS + 3000;

/** Redis that dies, stands still, starts again with its append-only file, or is hard to reach. */
export const REDIS_FAULTS: readonly FaultCase[] = [
  {
    name: 'redis-kill',
    promise: 'it comes back with its append-only file: nothing that was acknowledged is lost',
    async run(world) {
      await world.fault(async () => world.redis.signal('SIGKILL'));
      await sleep(AWAY_MS);
    },
  },
  {
    name: 'redis-restart',
    promise: 'the same after an orderly end',
    async run(world) {
      await world.fault(async () => world.redis.signal('SIGTERM'));
      await sleep(AWAY_MS);
    },
  },
  {
    name: 'redis-freeze',
    promise: 'leases run out meanwhile: workers wait, nobody is replaced for what Redis did, plans hold',
    async run(world) {
      await world.fault(async () => {
        world.redis.signal('SIGSTOP');
        await sleep(AWAY_MS);
        world.redis.signal('SIGCONT');
      });
      await sleep(AWAY_MS);
    },
  },
  redisLink(
    'workers-deaf',
    'workers are heard by Redis and hear nothing: they start no handler they may not',
    {
      blockDown: true,
    },
  ),
  redisLink('workers-mute', 'workers are not heard: their leases run out, and they stop by themselves', {
    blockUp: true,
  }),
  redisLink('workers-drop-5-percent', 'everything comes, some of it late', { dropShare: 0.05 }),
  redisLink('workers-slow-link', 'everything comes at 1 Mbit/s', { bytesPerSec: 125_000 }),
];

function redisLink(name: string, promise: string, quality: LinkQuality): FaultCase {
  return {
    name,
    promise,
    async run(world: World) {
      await world.fault(async () => {
        world.links.redis?.set(quality);
        await sleep(AWAY_MS);
        world.links.redis?.set({});
      });
      await sleep(AWAY_MS);
    },
  };
}
