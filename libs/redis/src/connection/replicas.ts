import { PortError } from '@foreshadow/ports';
import type { ReplicaOptions } from '../options.ts';

export function waitFor({ atLeast, withinMs }: ReplicaOptions): string[] {
  return ['WAIT', String(atLeast), String(withinMs)];
}

/** @throws {PortError} `UNAVAILABLE` if too few replicas have what was written */
export function requireReplicas(reached: number, { atLeast, withinMs }: ReplicaOptions, where: string): void {
  if (reached >= atLeast) return;
  throw new PortError(
    'UNAVAILABLE',
    `${reached} of ${atLeast} replicas of Redis at ${where} confirmed within ${withinMs} ms; it may be written all ` +
      'the same. Bring the replicas back, or ask for fewer',
    { retryable: true },
  );
}
