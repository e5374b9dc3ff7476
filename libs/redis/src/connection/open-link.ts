import { PortError } from '@foreshadow/ports';
import { ClusterLink } from './cluster-link.ts';
import { portErrorOf } from './errors.ts';
import type { Link, LinkSetting } from './link.ts';
import { requireFit } from './server-facts.ts';
import { connectNode, factsOf, StandaloneLink } from './standalone-link.ts';
import type { Target } from './targets.ts';

/**
 * A link to the cluster, or to the first of the targets that is a primary.
 * @throws {PortError} `UNAVAILABLE` where trying again may help, else what is wrong with the first target
 */
export async function openLink(targets: readonly Target[], setting: LinkSetting): Promise<Link> {
  const failures: PortError[] = [];
  for (const target of targets) {
    try {
      return await linkTo(target, targets, setting);
    } catch (error) {
      failures.push(portErrorOf(error, target.shown));
    }
  }
  throw (
    failures.find((e) => e.retryable) ?? failures[0] ?? new PortError('MISCONFIGURED', 'no address given')
  );
}

async function linkTo(target: Target, all: readonly Target[], setting: LinkSetting): Promise<Link> {
  const client = await connectNode(target);
  try {
    const facts = await factsOf(client);
    requireFit(facts, target.shown);
    if (facts.isCluster) {
      client.destroy();
      return await ClusterLink.open(all, setting);
    }
    if (facts.isReplica) {
      throw new PortError(
        'MISCONFIGURED',
        `Redis at ${target.shown} is a read-only replica; give the address of its primary, ${facts.primary}`,
      );
    }
    return new StandaloneLink(target, client, () => setting.clock.monotonicMs());
  } catch (error) {
    client.destroy();
    throw error;
  }
}
