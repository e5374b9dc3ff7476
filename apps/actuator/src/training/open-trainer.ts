import type { Clock } from '@foreshadow/domain';
import type { StateStore } from '@foreshadow/ports';
import { decodeNetwork, encodeNetwork } from '@foreshadow/wasm-forecast';
import type { Trainer } from './trainer.ts';
import { WorkerTrainer } from './worker-trainer.ts';

/**
 * The trainer of this machine, loaded only now: without it the actuator starts all the same. `undefined` where
 * `@foreshadow/trainer` is not installed. TensorFlow.js itself is loaded by the thread of a training.
 */
export async function openTrainer(state: StateStore, clock: Clock): Promise<Trainer | undefined> {
  const trainer = await import('@foreshadow/trainer').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw error;
  });
  if (trainer === undefined) return undefined;
  const { NetworkStore, TrainingWorker } = trainer;
  const codec = { encode: encodeNetwork, decode: decodeNetwork };
  return new WorkerTrainer(new TrainingWorker({ clock }), new NetworkStore(state, codec), clock);
}

/** Whether it is the package that is missing, and not something that it needs. */
function isMissing(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return code === 'ERR_MODULE_NOT_FOUND' && String(message).includes('@foreshadow/trainer');
}
