import { setTimeout as sleep } from 'node:timers/promises';
import type { LinkQuality, TcpProxy } from '../net/tcp-proxy.ts';
import type { World } from '../world/world.ts';
import type { FaultCase } from './fault-case.ts';

const BAD_MS = 6000;
const ONE_MEGABIT = 125_000;

function badLinks(
  name: string,
  promise: string,
  quality: LinkQuality,
  linksOf: (world: World) => readonly TcpProxy[],
): FaultCase {
  return {
    name,
    promise,
    async run(world) {
      await world.fault(async () => {
        for (const link of linksOf(world)) link.set(quality);
        await sleep(BAD_MS);
        for (const link of linksOf(world)) link.set({});
      });
      await sleep(BAD_MS / 2);
    },
  };
}

const both = ({ links }: World): TcpProxy[] => [links.ingest, ...links.actuators];

/** Bad links between producer and edge, and between edge and actuator. */
export const LINK_FAULTS: readonly FaultCase[] = [
  badLinks(
    'partition-actuator-deaf',
    'the actuator hears nothing from the edge, and plans from what the log shows',
    { blockUp: true },
    ({ links }) => links.actuators,
  ),
  badLinks(
    'partition-edge-deaf',
    'the edge hears nothing from the actuator, and goes on',
    { blockDown: true },
    ({ links }) => links.actuators,
  ),
  badLinks(
    'acks-lost',
    'the edge takes records and its answers do not come back: they are sent again, and none is lost',
    { blockDown: true },
    ({ links }) => [links.ingest],
  ),
  badLinks('drop-5-percent', 'everything comes, some of it late', { dropShare: 0.05 }, both),
  badLinks('slow-link', 'everything comes at 1 Mbit/s', { bytesPerSec: ONE_MEGABIT }, both),
];
