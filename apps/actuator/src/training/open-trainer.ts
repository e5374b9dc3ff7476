import type { Trainer } from './trainer.ts';

/** The trainer of this machine, loaded when it is needed; `undefined` where there is none. */
export function openTrainer(): Promise<Trainer | undefined> {
  return Promise.resolve(undefined);
}
