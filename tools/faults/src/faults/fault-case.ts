import type { World } from '../world/world.ts';
import type { WorldSettings } from '../world/settings.ts';

/** One way to break the system, and what it is promised to keep. */
export interface FaultCase {
  readonly name: string;
  /** Beside what every case promises: nothing lost, nothing reordered, one owner at a time, no wrong scale-down. */
  readonly promise: string;
  readonly settings?: Partial<WorldSettings>;
  /** Break the running system, and mend it as far as the fault does not do that itself. */
  run(world: World): Promise<void>;
}
