import { RingReader } from '@foreshadow/shadow';
import type { RingRead, RingTask } from './contract.ts';
import { RingCount } from './ring-count.ts';

// Runs in a Web Worker: reads a ring until it has the ticks that were announced, and tells what came.

declare function postMessage(message: RingRead): void;

addEventListener('message', (event) => {
  const { memory, ticks } = (event as MessageEvent<RingTask>).data;
  const reader = new RingReader(memory);
  const count = new RingCount();
  const look = (): void => {
    reader.drain(count, 1000);
    if (count.ticks < ticks) setTimeout(look, 5);
    else postMessage({ samples: count.samples, weight: count.weight, ticks: count.ticks, key: count.key });
  };
  look();
});
