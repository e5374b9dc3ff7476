import { workerData } from 'node:worker_threads';
import { systemClock } from '@foreshadow/domain';
import { drainLoop, RingReader } from '@foreshadow/shadow';
import type { ThreadConsumer } from './shadow-thread.ts';

// The script of a reader's thread. What it throws reaches the other side as the thread's end.

interface Input {
  readonly memory: SharedArrayBuffer;
  readonly module: string;
  readonly data: unknown;
}

const { memory, module, data } = workerData as Input;
const { default: make } = (await import(module)) as { default: (data: unknown) => Promise<ThreadConsumer> };
const consumer = await make(data);
await drainLoop(new RingReader(memory), consumer, {
  clock: systemClock,
  signal: new AbortController().signal,
  between: () => consumer.flush?.(),
});
