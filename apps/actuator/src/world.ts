import type { Clock } from '@foreshadow/domain';
import type { Orchestrator, StateStore, StreamLog } from '@foreshadow/ports';
import type { Logger } from './logger.ts';
import type { Trainer } from './training/trainer.ts';

/** What the parts of an actuator need of the world. */
export interface World {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly log: StreamLog;
  readonly state: StateStore;
  readonly orchestrator: Orchestrator | undefined;
  /** Whether this replica leads: if not, it neither plans nor saves. */
  readonly mayAct: () => boolean;
  /** Token under which it leads; `undefined`: there are no other replicas. */
  readonly term: number | undefined;
  /** Loads what trains networks, when it is needed first; `undefined`: nothing does. */
  readonly openTrainer: () => Promise<Trainer | undefined>;
  /** CPU and memory of this process. */
  readonly usage: () => { readonly cpuSeconds: number; readonly residentBytes: number };
}
