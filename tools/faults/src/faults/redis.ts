import { setTimeout as sleep } from 'node:timers/promises';
import type { LinkQuality, TcpProxy } from '../net/tcp-proxy.ts';
import { LEASE_TTL_MS } from '../world/settings.ts';
import type { RedisLinks } from '../world/world.ts';
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
    { blockDown: true },
    ({ workers }) => [workers],
  ),
  redisLink(
    'workers-mute',
    'workers are not heard: their leases run out, and they stop by themselves',
    { blockUp: true },
    ({ workers }) => [workers],
  ),
  redisLink(
    'edge-redis-deaf',
    'what the edge appends is there and it is not told: its repeats add nothing; those of producers may',
    { blockDown: true },
    ({ edge }) => [edge],
  ),
  redisLink(
    'edge-redis-mute',
    'the edge appends nothing and says so to producers',
    { blockUp: true },
    ({ edge }) => [edge],
  ),
  redisLink('redis-drop-5-percent', 'everything comes, some of it late', { dropShare: 0.05 }, all),
  redisLink('redis-slow-link', 'everything comes at 1 Mbit/s', { bytesPerSec: 125_000 }, all),
  leaderLink('leader-redis-deaf', { blockDown: true }),
  leaderLink('leader-redis-mute', { blockUp: true }),
];

function all({ workers, edge, actuators }: RedisLinks): readonly TcpProxy[] {
  return [workers, edge, ...actuators];
}

function redisLink(
  name: string,
  promise: string,
  quality: LinkQuality,
  linksOf: (links: RedisLinks) => readonly TcpProxy[],
): FaultCase {
  return {
    name,
    promise,
    async run(world) {
      const links = linksOf(world.redisLinks);
      await world.fault(async () => {
        for (const link of links) link.set(quality);
        await sleep(AWAY_MS);
        for (const link of links) link.set({});
      });
      await sleep(AWAY_MS);
    },
  };
}

/** A leader that Redis hears and that hears nothing, or the other way round. */
function leaderLink(name: string, quality: LinkQuality): FaultCase {
  return {
    name,
    promise: 'it plans no more when its lease has run out; the other leads, and goes on from its plan',
    settings: { replicas: 2 },
    async run(world) {
      const { index } = await world.leader();
      const link = world.redisLinks.actuators[index];
      await world.fault(async () => {
        link?.set(quality);
        await world.succeeded(index);
        await sleep(AWAY_MS);
        link?.set({});
      });
      await sleep(AWAY_MS);
    },
  };
}
